"""Files of VQA, told by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from nmt.compiler.diagnostics import error

PACKED = r"(?:\.gz|\.zst)?"
QUESTIONS = re.compile(rf"(?:v2_)?OpenEnded_mscoco_([\w-]+)_questions\.json{PACKED}")
ANNOTATIONS = re.compile(rf"(?:v2_)?mscoco_([\w-]+)_annotations\.json{PACKED}")
LAYOUTS = re.compile(rf"(?:.*[._])?([a-z-]+20\d\d)\.(?:sps2|terms){PACKED}")
PICTURE = re.compile(r"COCO_(\w+)_(\d{12})\.(?:jpg|jpeg|png)", re.IGNORECASE)
ASIDE = frozenset(["images", "features", "train2014", "val2014", "test2015"])  # folders of many files
DEEP = 2  # folders below the set's own that are looked into
PICTURED = ("train2014", "val2014", "test2015")  # the subsets of COCO's pictures


def pictured(path: Path) -> bool:
    """Whether there are pictures of COCO in the folders of its subsets."""
    folders = [root / shelf for root in (path, path / "images") for shelf in PICTURED]
    return any(PICTURE.fullmatch(file.name) for folder in folders if folder.is_dir() for file in folder.iterdir())


def named(files: list[Path], pattern: re.Pattern[str]) -> dict[str, list[Path]]:
    """The files of a kind by their subset."""
    found: dict[str, list[Path]] = {}
    for path in files:
        match = pattern.fullmatch(path.name)
        if match:
            found.setdefault(match.group(1), []).append(path)
    return found


def single(found: Mapping[str, Sequence[Path]]) -> dict[str, Path]:
    """The one file of each subset. Raises CompileError (NMT650) where there are two."""
    for first, *others in found.values():
        if others:
            message = f"is there twice: {others[0]} is of the same subset"
            help_ = "give each version and each copy a folder of its own"
            raise error("NMT650", message, place=str(first), help=help_)
    return {subset: paths[0] for subset, paths in found.items()}


def walk(folder: Path, deep: int = DEEP) -> Iterator[Path]:
    """The files of a folder and those below it, folders of pictures left out."""
    for entry in sorted(folder.iterdir()):
        if entry.is_file():
            yield entry
        elif deep and entry.is_dir() and entry.name not in ASIDE and not entry.name.startswith("."):
            yield from walk(entry, deep - 1)
