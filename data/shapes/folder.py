"""SHAPES as it is published: for each split its pictures, queries, questions and answers, aligned by line.

    train.small.input.npy    pictures (N, 30, 30, 3) uint8, blue first
    train.small.query        (is green (left_of red))
    train.small.query_str.txt   is a green shape left of a red shape
    train.small.output       true, or false

Picture N is called `train.small.N`. Its feature map is the picture itself, cut into cells: (300, 3, 3) in 0..1. The
answers `true` and `false` are read as `yes` and `no`, the words of `std.answer`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from attrs import evolve, frozen

from nmt.compiler.diagnostics import CompileError, Diagnostic, error
from nmt.compiler.frontends import shapes_query
from nmt.compiler.frontends.files import Input, lines
from nmt.compiler.frontends.format import Options
from nmt.compiler.terms import Record, Term

from ..programs import with_programs
from ..words import words_of

if TYPE_CHECKING:  # numpy and torch are for those who look at pictures
    from nmt.compiler.check import Interface

    from ..features import Features
    from .decode import Things
    from .things import Array, Pictures

QUERIES: Final = ".query"
PICTURES: Final = ".input.npy"
ANSWERS: Final = ".output"
QUESTIONS: Final = ".query_str.txt"
ORDER: Final = ("train.large", "train.med", "train.small", "train.tiny", "train", "val", "test")
ANSWER_WORDS: Final[Mapping[str, str]] = {"true": "yes", "false": "no"}
BACKBONE: Final = "shapes-cells"


@frozen
class Shapes:
    """The files of a folder."""

    path: Path
    apart: Path | None = None

    name: ClassVar[str] = "SHAPES"
    metric: ClassVar[str] = "accuracy"
    columns: ClassVar[frozenset[str]] = frozenset({"image", "words", "answer"})

    def splits(self) -> list[str]:
        """The splits that have pictures and queries, the largest of training first. Raises CompileError for none."""
        names = [file.name.removesuffix(QUERIES) for file in self.path.glob(f"*{QUERIES}")]
        known = sorted((name for name in names if self.file(name, PICTURES).is_file()), key=_rank)
        if not known:
            message = "holds no split with both its pictures and its queries"
            help_ = "a split has SPLIT.input.npy and SPLIT.query; `nmt data shapes OUT` makes such a folder"
            raise error("NMT601", message, place=str(self.path), help=help_)
        return known

    @property
    def evaluation(self) -> str:
        """The split that is evaluated by default."""
        splits = self.splits()
        return next((name for name in ("test", "val") if name in splits), splits[-1])

    @property
    def selection(self) -> str | None:
        """The split that selects the best epoch, unless it is the one that is evaluated, or has no answers."""
        known = {"val", "test"} <= set(self.splits()) and self.file("val", ANSWERS).is_file()
        return "val" if known else None

    @property
    def blind(self) -> str | None:
        """The split that would select, had it answers."""
        return "val" if {"val", "test"} <= set(self.splits()) and self.selection is None else None

    @property
    def features(self) -> Path:
        """Where feature files would be; SHAPES needs none."""
        return self.apart or self.path / "features"

    def file(self, split: str, kind: str) -> Path:
        """One of the files of a split."""
        return self.path / f"{split}{kind}"

    def place(self, split: str) -> str:
        """The file of a split's programs, for people."""
        return str(self.file(split, QUERIES))

    def shelves(self) -> list[str]:
        """No sets of picture files: pictures come as one array, and are their own features."""
        return []

    def images(self, shelf: str) -> list[Path]:
        """No picture files."""
        self._check(shelf)
        return []

    def pictures(self, split: str) -> Pictures:
        """The pictures of a split, (N, 30, 30, 3) uint8. Raises CompileError where they are missing or damaged."""
        import numpy as np  # noqa: PLC0415 -- see above

        from .things import SIDE  # noqa: PLC0415

        self._check(split)
        path = self.file(split, PICTURES)
        try:
            found = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            help_ = "fetch it again: it may have been cut off"
            raise error("NMT603", "is no array that can be read", place=str(path), help=help_) from None
        if found.ndim != 4 or found.shape[1:] != (SIDE, SIDE, 3) or found.dtype != np.uint8:
            message = f"holds {found.dtype} of {list(found.shape)}, not pictures (N, 30, 30, 3) of uint8"
            raise error("NMT603", message, place=str(path))
        made: Pictures = found
        return made

    def maps(self, split: str) -> Features:
        """The pictures as feature maps of 3x3 cells: (N, 300, 3, 3) of float16 in 0..1. Raises as `pictures` does."""
        import numpy as np  # noqa: PLC0415 -- see above

        from ..features import Features  # noqa: PLC0415
        from .things import CELL, GRID, cells_of  # noqa: PLC0415

        cells = cells_of(self.pictures(split)).reshape(-1, GRID, GRID, CELL * CELL * 3)
        table = np.ascontiguousarray(cells.transpose(0, 3, 1, 2)).astype(np.float16) / np.float16(255)
        return Features(table, {f"{split}.{row}": row for row in range(len(table))}, BACKBONE)

    def things(self, split: str) -> Things:
        """What stands in each cell of each picture. Raises CompileError where that cannot be told."""
        from .decode import decode  # noqa: PLC0415 -- see above

        made = decode(self.pictures(split))
        if made.strange:
            first = ", ".join(f"picture {n} row {row} column {column}" for n, row, column in made.strange[:3])
            message = f"{len(made.strange)} of {made.shape.size} cells show nothing that is known: {first}"
            help_ = "cells hold a circle, square or triangle in red, green or blue, or nothing"
            raise error("NMT656", message, place=str(self.file(split, PICTURES)), help=help_)
        return made

    def traces(self, split: str) -> Array:
        """What is true of every node of every question's program: (questions, most nodes, 3, 3) of int8.

        1 where a cell belongs to a node's mask and 0 where not; -1 behind the last node, and for a question that cannot
        be read. Rows are questions by their number, nodes as in `Record.term`; all cells of a root hold the answer.
        Raises CompileError where pictures or programs are not of SHAPES.
        """
        import numpy as np  # noqa: PLC0415 -- see above

        from .truth import truth  # noqa: PLC0415

        things = self.things(split)
        asked: dict[Term, list[int]] = {}
        for record in self.records(split):
            if isinstance(record, Record):
                asked.setdefault(record.term, []).append(record.number)
        deepest = max((len(term.skeleton.ops) for term in asked), default=0)
        made = np.full((len(things), deepest, *things.shape.shape[1:]), -1, dtype=np.int8)
        for term, numbers in asked.items():
            try:
                made[numbers, : len(term.skeleton.ops)] = truth(term, things.of(numbers))
            except LookupError as fault:
                message = f"question {numbers[0]} has no true masks: {fault}"
                raise error("NMT654", message, place=self.place(split)) from None
        return made

    def records(
        self, split: str, programs: Path | None = None, interface: Interface | None = None
    ) -> Iterator[Record | Diagnostic]:
        """The questions of a split, one by one. Raises CompileError where its files do not fit together."""
        made = self._records(split)
        return made if programs is None else with_programs(made, programs, self.place(split), interface)

    def _records(self, split: str) -> Iterator[Record | Diagnostic]:
        self._check(split)
        lines = {kind: self._lines(split, kind) for kind in (QUERIES, ANSWERS, QUESTIONS)}
        self._check_lengths(split, {kind: len(found) for kind, found in lines.items() if found is not None})
        answers, questions = lines[ANSWERS], lines[QUESTIONS]
        for record in shapes_query.FORMATS[0].read(Input.of(self.file(split, QUERIES)), Options()):
            if isinstance(record, Diagnostic):
                yield record
                continue
            at = record.line - 1
            columns: dict[str, object] = {"image": f"{split}.{at}", "split": split, "kind": form(record.term)}
            if answers is not None:
                columns["answer"] = ANSWER_WORDS.get(answers[at], answers[at])
            if questions is not None:
                columns |= {"question": questions[at], "words": words_of(questions[at])}
            yield evolve(record, columns=columns)

    def _lines(self, split: str, kind: str) -> list[str] | None:
        """The lines of a file of a split; None where there is no such file. Raises CompileError."""
        path = self.file(split, kind)
        return [_text(line) for _, line in lines(Input.of(path))] if path.is_file() else None

    def _check_lengths(self, split: str, lengths: Mapping[str, int]) -> None:
        """Raise CompileError unless there is a line of each file for each picture."""
        found = {PICTURES: len(self.pictures(split)), **lengths}
        if len(set(found.values())) > 1:
            counts = ", ".join(f"{kind.lstrip('.')} has {count:,}" for kind, count in found.items())
            message = f"the files of `{split}` do not fit together: {counts}"
            help_ = "they are aligned by line, one for each picture; fetch or make them again"
            raise error("NMT655", message, place=str(self.path), help=help_)

    def _check(self, split: str) -> None:
        """Raise CompileError (NMT601) unless the split has pictures and queries."""
        lacking = [kind for kind in (QUERIES, PICTURES) if not self.file(split, kind).is_file()]
        if not lacking:
            return
        if len(lacking) == 2:
            raise error("NMT601", f"has no split `{split}`", place=str(self.path), help=self._among())
        if lacking == [PICTURES]:
            message = f"the split `{split}` has queries, but no pictures: {split}{PICTURES} is missing"
        else:
            message = f"the split `{split}` has pictures, but no queries: {split}{QUERIES} is missing"
        raise error("NMT601", message, place=str(self.path), help=f"fetch that file, too; {self._among()}")

    def _among(self) -> str:
        return f"there are {', '.join(self.splits())}"


def recognise(path: Path, apart: Path | None = None) -> Shapes | None:
    """SHAPES, if a folder looks like it by the names of its files: queries, and pictures or answers."""
    names = {file.name for file in path.iterdir()} if path.is_dir() else set()
    splits = [name.removesuffix(QUERIES) for name in names if name.endswith(QUERIES)]
    fits = any(f"{split}{kind}" in names for split in splits for kind in (PICTURES, ANSWERS))
    return Shapes(path, apart) if fits else None


def form(term: Term) -> str:
    """A program without its words, as the files write it: `(is X (R X))`."""
    made: list[str] = []
    for op, inputs in zip(term.skeleton.ops, term.skeleton.inputs, strict=True):
        given = [made[node] for node in inputs]
        match op:
            case "leaf":
                made.append("X")
            case "and":
                made.append(" ".join(given))
            case _:
                made.append(f"({' '.join(['is' if op == 'yesno' else 'R' if op == 'rel' else op, *given])})")
    return made[-1]


def _rank(split: str) -> tuple[int, str]:
    return (ORDER.index(split) if split in ORDER else len(ORDER), split)


def _text(line: str | Diagnostic) -> str:
    if isinstance(line, Diagnostic):
        raise CompileError([line])
    return line.strip()
