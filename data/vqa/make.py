"""Writing a small data set in the files that VQA is published in, so that tests and strangers need no download."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from itertools import count, islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from attrs import frozen

from ..micro_clevr.files import atomic
from .draw import annotators, picture, questions, things
from .folder import SELECT, for_selection

VERSION: Final = 1
"""Of the generator: to be raised with every change that makes other data of the same seed."""

MARK: Final = "made.json"
"""Says what a folder was made with."""

PARTS: Final[Mapping[str, float]] = {"train2014": 0.7, "val2014": 0.25, "test2015": 0.05}
"""Subsets, and their parts of the pictures. The last has no annotations, as that of the owners."""

Progress = Callable[[str, int, int], None]
"""Called with a subset, how many of its pictures are done, and how many it has."""


@frozen
class Summary:
    """What was written, by subset."""

    out: Path
    pictures: Mapping[str, int]
    questions: Mapping[str, int]


def write_vqa(
    out: Path,
    *,
    pictures: int = 400,
    asked: int = 5,
    seed: int = 0,
    version: int = 2,
    size: tuple[int, int] = (120, 80),
    progress: Progress | None = None,
) -> Summary:
    """Make pictures of flat shapes, `asked` questions about each, ten annotators, and layouts.

    The same arguments give the same data.

    Raises:
        ValueError: an argument is out of its range.
        FileExistsError: `out` holds files of another origin or of other settings; nothing was changed.
        OSError: a file cannot be written.
    """
    if pictures < 12 or asked < 1 or seed < 0 or version not in {1, 2} or min(size) < 24:
        raise ValueError("pictures must be at least 12, questions 1, the seed 0, sides 24 pixels, the version 1 or 2")
    _claim(out, {"version": VERSION, "pictures": pictures, "asked": asked, "seed": seed, "of": version, "size": size})
    counts = {subset: max(1, round(part * pictures)) for subset, part in PARTS.items()}
    numbers = count(1)
    made = {}
    for subset, many in counts.items():
        ids = list(islice(_ids(numbers, subset), many))
        made[subset] = _write(out, subset, ids, asked, seed, "v2_" if version == 2 else "", size, progress)
    return Summary(out, counts, made)


def _ids(numbers: Iterator[int], subset: str) -> Iterator[int]:
    """Numbers of pictures. Of val2014 every fifth is one to select with, however few there are."""
    if subset != "val2014":
        yield from numbers
    for place in count():
        yield next(number for number in numbers if for_selection(number) == (place % SELECT == 0))


def _write(
    out: Path,
    subset: str,
    ids: list[int],
    asked: int,
    seed: int,
    prefix: str,
    size: tuple[int, int],
    progress: Progress | None,
) -> int:
    """Write a subset, and return how many questions it has."""
    folder = out / subset
    folder.mkdir(parents=True, exist_ok=True)
    about = {"info": {"description": "made data in the form of VQA"}, "data_subtype": subset, "data_type": "mscoco"}
    total = 0
    with ExitStack() as stack:
        ask = _listing(stack, out / f"{prefix}OpenEnded_mscoco_{subset}_questions.json", about, "questions")
        tell = None
        if subset != "test2015":
            tell = _listing(stack, out / f"{prefix}mscoco_{subset}_annotations.json", about, "annotations")
        layouts = stack.enter_context(atomic(out / f"{subset}.sps2"))
        for done, number in enumerate(ids, 1):
            rng = np.random.default_rng([seed, number])
            shown = things(rng)
            with atomic(folder / f"COCO_{subset}_{number:012d}.jpg") as file:
                picture(rng, shown, size).save(file, "JPEG", quality=92)
            for at, one in enumerate(questions(rng, shown, asked)):
                ids_of = {"image_id": number, "question_id": 1000 * number + at}
                ask({**ids_of, "question": one.text})
                layouts.write(f"{one.layouts}\n".encode())
                given = annotators(rng, one)
                most = Counter(answer["answer"] for answer in given).most_common(1)[0][0]
                kinds = {"question_type": one.family, "answer_type": one.kind, "multiple_choice_answer": most}
                if tell is not None:
                    tell({**ids_of, **kinds, "answers": given})
                total += 1
            if progress is not None:
                progress(subset, done, len(ids))
    return total


def _listing(stack: ExitStack, path: Path, about: Mapping[str, Any], key: str) -> Callable[[Mapping[str, Any]], None]:
    """A file with a list under a key, written entry by entry."""
    file = stack.enter_context(atomic(path))
    head = json.dumps(about)[:-1]
    file.write(f"{head}, {json.dumps(key)}: [".encode())
    stack.callback(file.write, b"\n]}\n")
    before = b"\n"

    def write(entry: Mapping[str, Any]) -> None:
        nonlocal before
        file.write(before + json.dumps(entry).encode())
        before = b",\n"

    return write


def _claim(out: Path, settings: Mapping[str, object]) -> None:
    """Take a folder that is empty, or was made with the same settings; FileExistsError otherwise."""
    out.mkdir(parents=True, exist_ok=True)
    mark, text = out / MARK, json.dumps(settings)
    if mark.is_file():
        if mark.read_text(encoding="utf-8") != text:
            raise FileExistsError(f"{mark} says that it was made with other settings")
    elif any(out.iterdir()):
        raise FileExistsError(f"{out} was not made by this generator")
    with atomic(mark) as file:
        file.write(text.encode())
