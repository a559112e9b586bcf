"""Data sets: what they have in common, and which of them a folder holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from nmt.compiler.diagnostics import Diagnostic, error
from nmt.compiler.terms import Record

from . import folder, shapes, vqa

if TYPE_CHECKING:
    from nmt.compiler.check import Interface

    from .features import Features


class DataSet(Protocol):
    """A data set, of whatever form. What cannot be read raises CompileError.

    The columns of its records are what sources and targets bind to: `image` (a row of the maps, by name), `words` (the
    words of the question, in lower case), `answer` (one word) or `answers` (one an annotator; None does not count).
    `cells`, where each cell of a map lies, is made by the trainer. A record may also say its `kind`, by which figures
    are broken down (else the last op of its program), and what vocabularies count in place of its answers (`counted`).
    """

    @property
    def name(self) -> str:
        """What people call its form, such as CLEVR."""

    @property
    def path(self) -> Path:
        """Its folder."""

    @property
    def apart(self) -> Path | None:
        """Where features are, if not beside the pictures."""

    @property
    def metric(self) -> str:
        """`accuracy`: an answer is right or wrong; `vqa`: it counts by how many annotators agree."""

    @property
    def evaluation(self) -> str:
        """The split that figures are for."""

    @property
    def selection(self) -> str | None:
        """The split that selects the best epoch, whose answers are known; None: pictures to train on are held out."""

    @property
    def blind(self) -> str | None:
        """A split that would select, were its answers known."""

    @property
    def columns(self) -> frozenset[str]:
        """The columns that records have for sources and targets."""

    @property
    def features(self) -> Path:
        """Where features of the pictures are kept."""

    def splits(self) -> list[str]:
        """Its splits, the one to train on first."""

    def shelves(self) -> list[str]:
        """The sets of picture files that features are computed of; none where it brings maps of its own."""

    def images(self, shelf: str) -> list[Path]:
        """The pictures of a shelf, in the order of their names."""

    def maps(self, split: str) -> Features:
        """The feature maps of a split's pictures."""

    def place(self, split: str) -> str:
        """The file that the questions of a split stand in, for people."""

    def records(
        self, split: str, programs: Path | None = None, interface: Interface | None = None
    ) -> Iterator[Record | Diagnostic]:
        """The questions of a split, one by one; `programs` is a file of programs in place of its own.

        Such a file that was compiled must be of the `interface`, where that is given (NMT418).
        """


# Each says whether a folder holds a data set of its form, by the names of files alone. CLEVR's layout is the plainest.
FORMS: tuple[Callable[[Path, Path | None], DataSet | None], ...] = (vqa.recognise, shapes.recognise, folder.recognise)


def open_data(path: Path, apart: Path | None = None) -> DataSet:
    """The data set that a folder holds; `apart` is where its features are, if not inside.

    Raises CompileError: NMT601 where it is no folder or holds none that is known.
    """
    if not path.is_dir():
        there = "is no folder" if path.exists() else "is no folder: it is not there"
        raise error("NMT601", there, place=str(path), help=KNOWN)
    for recognise in FORMS:
        found = recognise(path, apart)
        if found is not None:
            return found
    raise error("NMT601", "holds no data set that is known", place=str(path), help=KNOWN)


KNOWN = (
    "known are CLEVR's layout (images/SPLIT/, questions/CLEVR_SPLIT_questions.json), "
    "SHAPES (SPLIT.query_str.txt, SPLIT.output, SPLIT.input.npy) and VQA (OpenEnded_mscoco_SUBSET_questions.json); "
    "`nmt data micro-clevr OUT` makes one"
)
