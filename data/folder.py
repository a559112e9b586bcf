"""A data set in the layout of CLEVR v1.0: `images/SPLIT/`, `questions/CLEVR_SPLIT_questions.json`."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from nmt.compiler.diagnostics import error

PICTURES = frozenset([".png", ".jpg", ".jpeg"])


@frozen
class Folder:
    """The files of a data set."""

    path: Path
    apart: Path | None = None  # where features are, if not beside the pictures

    def splits(self) -> list[str]:
        """The splits that have images, `train` first. Raises CompileError where there are none."""
        root = self.path / "images"
        found = sorted(entry.name for entry in root.iterdir() if entry.is_dir()) if root.is_dir() else []
        if not found:
            raise error(
                "NMT601",
                "holds no images/SPLIT/ folders",
                place=str(self.path),
                help="a data set has the layout of CLEVR v1.0; `nmt data micro-clevr OUT` makes one",
            )
        return sorted(found, key=lambda name: (name != "train", name))

    def images(self, split: str) -> list[Path]:
        """The pictures of a split, in the order of their names."""
        folder = self.path / "images" / split
        if not folder.is_dir():
            raise error(
                "NMT601", f"has no split `{split}`", place=str(self.path), help=f"there are {', '.join(self.splits())}"
            )
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)

    def questions(self, split: str) -> Path:
        """The questions of a split, plain; raises CompileError where there are none."""
        path = self.path / "questions" / f"CLEVR_{split}_questions.json"
        if not path.is_file():
            raise error(
                "NMT601", f"has no questions for the split `{split}`", place=str(self.path), help=f"{path} is missing"
            )
        return path

    @property
    def features(self) -> Path:
        """Where features of the images are kept: beside them, unless they lie where nothing can be written."""
        return self.apart or self.path / "features"
