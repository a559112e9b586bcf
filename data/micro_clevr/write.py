"""Writing a data set in the layout of the released CLEVR v1.0.

    images/<split>/CLEVR_<split>_<index>.png
    scenes/CLEVR_<split>_scenes.json
    questions/CLEVR_<split>_questions.json

Each scene has a seed of its own, made of the set's seed, its split and its number, so the files do not depend on the
number of processes, and a scene does not depend on how many there are. Every file is written beside its place and moved
there when it is whole. Each picture carries the settings that it was made from; a run that was interrupted and is
started again keeps those that carry its own.
"""

import json
import signal
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np
from attrs import frozen
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from .draw import draw_scene
from .files import atomic, json_list
from .questions import Balance, draw_questions
from .render import render

VERSION: Final = 1
"""Of the generator: to be raised with every change that makes other data of the same seed."""

MARK: Final = "micro-clevr"
"""Names the generator in `info` and in the text of each picture."""

SPLITS: Final[Mapping[str, float]] = {"train": 0.8, "val": 0.2}

Progress = Callable[[str, int, int], None]
"""Called with a split, how many of its scenes are done, and how many it has."""


@frozen
class Summary:
    """What a run wrote."""

    out: Path
    scenes: Mapping[str, int]  # of each split
    questions: Mapping[str, int]  # of each split
    drawn: int  # pictures that were rendered
    kept: int  # pictures that an earlier run had left


@frozen
class Picture:
    """One scene to draw, and where its picture goes."""

    out: Path
    split: str
    index: int
    seed: int
    size: tuple[int, int]

    @property
    def filename(self) -> str:
        """Name of the picture's file."""
        return f"CLEVR_{self.split}_{self.index:06d}.png"

    @property
    def path(self) -> Path:
        """Where the picture lies."""
        return self.out / "images" / self.split / self.filename

    @property
    def settings(self) -> str:
        """All that the picture depends on."""
        keys = {"version": VERSION, "seed": self.seed, "split": self.split, "index": self.index, "size": self.size}
        return json.dumps(keys)

    def streams(self) -> tuple[np.random.Generator, np.random.Generator, np.random.Generator]:
        """Random numbers for the scene, its picture and its questions, each independent of the others."""
        seed = np.random.SeedSequence((self.seed, zlib.crc32(self.split.encode()), self.index))
        scene, image, questions = map(np.random.default_rng, seed.spawn(3))
        return scene, image, questions


def generate(
    out: Path,
    *,
    scenes: int,
    seed: int,
    questions: int = 10,
    size: tuple[int, int] = (120, 80),
    splits: Mapping[str, float] = SPLITS,
    processes: int = 1,
    progress: Progress | None = None,
) -> Summary:
    """Make a data set of the released CLEVR layout: scenes, pictures and questions with programs and answers.

    The same arguments give the same bytes, whatever `processes` is.

    Args:
        out: folder to write to; it is made if need be.
        scenes: how many, of all splits together.
        seed: at least 0.
        questions: of each scene.
        size: (width, height) of the pictures in pixels.
        splits: names and parts of the splits, which sum to 1. Each gets at least one scene.
        processes: how many draw; the questions are always drawn by this one.
        progress: called after each scene.

    Raises:
        ValueError: an argument is out of its range.
        FileExistsError: `out` holds CLEVR files of another origin or of other settings; nothing was changed.
        OSError: a file cannot be written.
    """
    counts = split_counts(scenes, splits)
    if seed < 0 or questions < 1 or min(size) < 8 or processes < 1:
        raise ValueError("seed must be at least 0, questions and processes at least 1, and sides at least 8 pixels")
    info = {
        "version": "1.0",
        "generator": MARK,
        "generator_version": VERSION,
        "seed": seed,
        "scenes": scenes,
        "questions": questions,
        "size": list(size),
        "splits": dict(splits),
    }
    todo = {split: [Picture(out, split, index, seed, size) for index in range(n)] for split, n in counts.items()}
    # While pictures change, there must be no listings that speak of the old ones.
    for path in [path for pictures in todo.values() for path in _claim(pictures, info)]:
        path.unlink()
    for folder in ("scenes", "questions", *(f"images/{split}" for split in counts)):
        (out / folder).mkdir(parents=True, exist_ok=True)
    asked: dict[str, int] = {}
    drawn = 0
    with ExitStack() as stack:
        pool = stack.enter_context(_pool(processes)) if processes > 1 else None
        for split, pictures in todo.items():
            made = pool.map(make, pictures, chunksize=8) if pool else map(make, pictures)
            asked[split], new = _write_split(pictures, made, info, questions=questions, progress=progress)
            drawn += new
    return Summary(out, counts, asked, drawn, sum(counts.values()) - drawn)


def split_counts(scenes: int, splits: Mapping[str, float]) -> dict[str, int]:
    """Share scenes out among splits, at least one each. ValueError where that cannot be."""
    if not splits or any(not name.isidentifier() for name in splits):
        raise ValueError(f"names of splits must be words: {', '.join(splits) or 'there are none'}")
    if min(splits.values()) <= 0 or abs(sum(splits.values()) - 1) > 1e-6:
        raise ValueError(f"parts of the splits must be above 0 and sum to 1: {dict(splits)}")
    if scenes < len(splits):
        raise ValueError(f"{len(splits)} splits need at least as many scenes, and there are {scenes}")
    ends = [round(scenes * float(end)) for end in np.cumsum([0.0, *splits.values()])]
    counts = {name: end - start for name, start, end in zip(splits, ends, ends[1:], strict=False)}
    for name in splits:
        if counts[name] == 0:
            counts[max(counts, key=lambda other: counts[other])] -= 1
            counts[name] = 1
    return counts


def make(picture: Picture) -> tuple[dict[str, Any], bool]:
    """Draw a scene and, unless its picture is there, the picture.

    Returns:
        The entry of the scenes file, and whether a picture was rendered.
    """
    for_scene, for_image, _ = picture.streams()
    scene = draw_scene(for_scene, size=picture.size)
    entry = scene.to_json(split=picture.split, index=picture.index, filename=picture.filename, size=picture.size)
    if picture.path.exists() and _settings_of(picture.path) == picture.settings:
        return entry, False
    text = PngInfo()
    text.add_text(MARK, picture.settings)
    with atomic(picture.path) as file:
        Image.fromarray(render(scene, for_image, size=picture.size)).save(file, "PNG", pnginfo=text, compress_level=1)
    return entry, True


def _write_split(
    pictures: Sequence[Picture],
    made: Iterator[tuple[dict[str, Any], bool]],
    info: Mapping[str, Any],
    *,
    questions: int,
    progress: Progress | None,
) -> tuple[int, int]:
    """Write the listings of a split. Returns how many questions were asked and how many pictures rendered."""
    out, split = pictures[0].out, pictures[0].split
    balance = Balance()
    asked = drawn = 0
    with ExitStack() as stack:
        show, ask = (
            stack.enter_context(json_list(path, {"split": split, **info}, key))
            for key, path in _listings(out, split).items()
        )
        for picture, (entry, new) in zip(pictures, made, strict=True):
            show(entry)
            drawn += new
            for question in draw_questions(entry, picture.streams()[2], balance, count=questions):
                ask({"question_index": asked, **question})
                asked += 1
            if progress is not None:
                progress(split, picture.index + 1, len(pictures))
    return asked, drawn


def _listings(out: Path, split: str) -> dict[str, Path]:
    return {key: out / key / f"CLEVR_{split}_{key}.json" for key in ("scenes", "questions")}


def _claim(pictures: Sequence[Picture], info: Mapping[str, Any]) -> list[Path]:
    """Refuse to write over other data. Returns the listings of an earlier run with these settings, or fewer scenes."""
    first = pictures[0]
    if first.path.exists():
        _settings_of(first.path)
    old = [path for path in _listings(first.out, first.split).values() if path.exists()]
    for path in old:
        with path.open("rb") as file:
            head = file.read(4096).decode("utf-8", "replace")
        if f'"generator": "{MARK}"' not in head:
            raise FileExistsError(f"{path} was not written by this generator; choose another folder")
        there, _ = json.JSONDecoder().raw_decode(head, len('{"info": '))
        for key, value in info.items():
            if there.get(key) != value and not (key == "scenes" and there[key] < value):
                raise FileExistsError(
                    f"{path} was made with {key} {there.get(key)}, not {value}; choose another folder"
                )
    return old


def _settings_of(path: Path) -> str | None:
    """The settings that a picture carries; None where it is broken. FileExistsError where it is not ours."""
    try:
        with Image.open(path) as image:
            image.load()  # a picture may be cut short where the machine lost power
            settings = image.info.get(MARK)
    except (OSError, SyntaxError):  # Pillow's words for what it cannot read
        return None
    if settings is None:
        raise FileExistsError(f"{path} was not written by this generator; choose another folder")
    return str(settings)


@contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that stop at once, what waits being dropped, when the block ends by an error."""
    # A fork of a process that has threads, as those of torch, may hang.
    # Ctrl-C reaches all processes of a terminal: this one stops the others, which say nothing.
    quiet = (signal.SIGINT, signal.SIG_IGN)
    pool = ProcessPoolExecutor(processes, get_context("spawn"), initializer=signal.signal, initargs=quiet)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
