"""Writing made SHAPES in the files of the published ones, so that tests and strangers need no download."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np
from attrs import frozen

from ..micro_clevr.files import atomic
from .draw import choose_queries, draw
from .folder import ANSWERS, PICTURES, QUERIES, QUESTIONS

VERSION: Final = 1
"""Of the generator: to be raised with every change that makes other data of the same seed."""

MARK: Final = "shapes.json"
"""Says what a folder was made with."""

SYMBOLS: Final = ".query_layout_symbols.json"
SPLITS: Final[Mapping[str, int]] = {"train.large": 120, "val": 16, "test": 16}
"""Splits, and how many different questions each has; no two splits share one."""

Progress = Callable[[str, int, int], None]
"""Called with a split, how many of its questions are done, and how many it has."""


@frozen
class Summary:
    """What was written: how many different questions each split has, and of how many pictures."""

    out: Path
    queries: Mapping[str, int]
    pictures: Mapping[str, int]


def write_shapes(
    out: Path,
    *,
    images: int = 64,
    queries: Mapping[str, int] = SPLITS,
    seed: int = 0,
    progress: Progress | None = None,
) -> Summary:
    """Make a SHAPES folder: `images` pictures for each question, half of them answered yes where that can be.

    The same arguments give the same bytes.

    Raises:
        ValueError: an argument is out of its range.
        FileExistsError: `out` holds files of another origin or of other settings; nothing was changed.
        OSError: a file cannot be written.
    """
    if images < 2 or not queries or min(queries.values()) < 1 or seed < 0:
        raise ValueError("images must be at least 2, queries at least 1 for each split, and seed at least 0")
    settings = {"version": VERSION, "seed": seed, "images": images, "queries": dict(queries)}
    rng = np.random.default_rng(seed)
    chosen = choose_queries(rng, dict(queries))
    _claim(out, settings)
    for split, asked in chosen.items():
        pictures, answered = [], []
        for done, query in enumerate(asked):
            drawn, answers = draw(rng, query, images)
            pictures.append(drawn)
            answered += ["true" if answer else "false" for answer in answers]
            if progress is not None:
                progress(split, done + 1, len(asked))
        each = [query for query in asked for _ in range(images)]
        with atomic(out / f"{split}{PICTURES}") as file:
            np.save(file, np.concatenate(pictures), allow_pickle=False)
        _text(out / f"{split}{QUERIES}", "".join(f"{query}\n" for query in each))
        _text(out / f"{split}{QUESTIONS}", "".join(f"{query.question}\n" for query in each))
        _text(out / f"{split}{ANSWERS}", "".join(f"{answer}\n" for answer in answered))
        _text(out / f"{split}{SYMBOLS}", json.dumps([query.symbols for query in each]))
    return Summary(out, dict(queries), {split: images * count for split, count in queries.items()})


def _claim(out: Path, settings: Mapping[str, object]) -> None:
    """Take a folder that is empty, or was made with the same settings; FileExistsError otherwise."""
    out.mkdir(parents=True, exist_ok=True)
    mark = out / MARK
    text = json.dumps(settings)
    if mark.is_file():
        if mark.read_text(encoding="utf-8") != text:
            raise FileExistsError(f"{mark} says that it was made with other settings; choose another folder")
    elif any(out.iterdir()):
        raise FileExistsError(f"{out} was not made by this generator; choose another folder")
    _text(mark, text)


def _text(path: Path, text: str) -> None:
    with atomic(path) as file:
        file.write(text.encode())
