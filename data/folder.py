"""A data set in the layout of CLEVR v1.0: `images/SPLIT/`, `questions/CLEVR_SPLIT_questions.json`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from nmt.compiler.diagnostics import Diagnostic, error
from nmt.compiler.frontends import read_programs
from nmt.compiler.terms import Record

from .programs import with_programs

if TYPE_CHECKING:
    from nmt.compiler.check import Interface

    from .features import Features

PICTURES = frozenset([".png", ".jpg", ".jpeg"])


@frozen
class Folder:
    """The files of a data set."""

    path: Path
    apart: Path | None = None  # where features are, if not beside the pictures
    name: str = "CLEVR"
    metric: str = "accuracy"
    evaluation: str = "val"
    selection: str | None = None
    blind: str | None = None
    columns: frozenset[str] = frozenset(["image", "words", "answer"])

    def splits(self) -> list[str]:
        """The splits that have pictures or questions, those to train on first. Raises CompileError for none."""
        files = self.path.glob("questions/CLEVR_*_questions.json")
        asked = {file.name.removeprefix("CLEVR_").removesuffix("_questions.json") for file in files}
        return _ordered(asked | self._pictured()) or self.shelves()

    def shelves(self) -> list[str]:
        """The splits that have pictures. Raises CompileError where there are none."""
        found = _ordered(self._pictured())
        if not found:
            raise error(
                "NMT601",
                "holds no images/SPLIT/ folders",
                place=str(self.path),
                help="a data set has the layout of CLEVR v1.0; `nmt data micro-clevr OUT` makes one",
            )
        return found

    def _pictured(self) -> set[str]:
        root = self.path / "images"
        return {entry.name for entry in root.iterdir() if entry.is_dir()} if root.is_dir() else set()

    def images(self, shelf: str) -> list[Path]:
        """The pictures of a split, in the order of their names."""
        folder = self.path / "images" / shelf
        if not folder.is_dir():
            raise error(
                "NMT601", f"has no split `{shelf}`", place=str(self.path), help=f"there are {', '.join(self.splits())}"
            )
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)

    def maps(self, split: str) -> Features:
        """The features of a split, mapped into memory."""
        from .features import load  # noqa: PLC0415 -- brings torch

        return load(self, split)

    def questions(self, split: str) -> Path:
        """The questions of a split, plain; raises CompileError where there are none."""
        path = self.path / "questions" / f"CLEVR_{split}_questions.json"
        if not path.is_file():
            raise error(
                "NMT601", f"has no questions for the split `{split}`", place=str(self.path), help=f"{path} is missing"
            )
        return path

    def place(self, split: str) -> str:
        """The file of a split's questions."""
        return str(self.questions(split))

    def records(
        self, split: str, programs: Path | None = None, interface: Interface | None = None
    ) -> Iterator[Record | Diagnostic]:
        """The questions of a split with their programs."""
        path = self.questions(split)
        own = read_programs(path)
        return own if programs is None else with_programs(own, programs, str(path), interface)

    @property
    def features(self) -> Path:
        """Where features of the images are kept: beside them, unless they lie where nothing can be written."""
        return self.apart or self.path / "features"


def _ordered(splits: set[str]) -> list[str]:
    """`train` first, then `trainA` of CoGenT, then all others."""
    return sorted(splits, key=lambda name: (not name.startswith("train"), name))


def recognise(path: Path, apart: Path | None) -> Folder | None:
    """The data set of a folder that has `images/` or `questions/` inside."""
    known = any((path / name).is_dir() for name in ("images", "questions"))
    return Folder(path, apart) if known else None
