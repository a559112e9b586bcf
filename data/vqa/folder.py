"""VQA v1 and v2 as published: questions, annotations, COCO's pictures, and layouts beside them.

    [v2_]OpenEnded_mscoco_SUBSET_questions.json     questions: train2014, val2014, test-dev2015, test2015
    [v2_]mscoco_SUBSET_annotations.json             ten answers each; of the test subsets there are none
    SUBSET.terms, SUBSET.sps2                       layouts, a line a question
    train2014/COCO_train2014_000000000009.jpg       pictures, here or in `images/`

Questions, annotations and layouts lie in the folder, or up to two folders deep. The splits are `train` (train2014),
`select` and `test`: val2014, cut by its pictures, a fifth to select with.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from nmt.compiler.diagnostics import Diagnostic, error
from nmt.compiler.frontends.files import Input
from nmt.compiler.terms import Record

from ..programs import Asked, Programs, aligned, no_program, same_question
from .annotations import Annotations, read_annotations
from .questions import Question, read_questions, rooted

if TYPE_CHECKING:
    from ..features import Features

PACKED = r"(?:\.gz|\.zst)?"
QUESTIONS = re.compile(rf"(?:v2_)?OpenEnded_mscoco_([\w-]+)_questions\.json{PACKED}")
ANNOTATIONS = re.compile(rf"(?:v2_)?mscoco_([\w-]+)_annotations\.json{PACKED}")
LAYOUTS = re.compile(rf"(?:.*[._])?([a-z-]+20\d\d)\.(?:sps2|terms){PACKED}")
PICTURE = re.compile(r"COCO_(\w+)_(\d{12})\.(?:jpg|jpeg|png)", re.IGNORECASE)
ASIDE = frozenset(["images", "features", "train2014", "val2014", "test2015"])  # folders of many files
DEEP = 2  # folders below the set's own that are looked into

SUBSETS = {"train": "train2014", "select": "val2014", "test": "val2014"}
SHELVES = {"test-dev2015": "test2015"}  # the subset whose pictures a subset asks about, if not its own
SELECT = 5  # one picture of so many of val2014 is for selection


def for_selection(image: int) -> bool:
    """Whether a picture of val2014 is one to select with; it depends on its number alone, whatever else there is."""
    return int.from_bytes(hashlib.sha256(str(image).encode()).digest()[:8]) % SELECT == 0


@frozen
class Vqa:
    """The files of VQA, by the subset that each is of."""

    path: Path
    apart: Path | None
    newer: bool
    questions: Mapping[str, Path] = field(eq=False, repr=False)
    annotations: Mapping[str, Path] = field(eq=False, repr=False)
    layouts: Mapping[str, Path] = field(eq=False, repr=False)
    metric: str = "vqa"
    evaluation: str = "test"
    columns: frozenset[str] = frozenset(["image", "words", "answers"])

    @property
    def name(self) -> str:
        """Which version it is."""
        return "VQA v2" if self.newer else "VQA v1"

    @property
    def features(self) -> Path:
        """Where features of the pictures are kept."""
        return self.apart or self.path / "features"

    @property
    def selection(self) -> str | None:
        """The part of val2014 that is for it, where val2014 is there."""
        return "select" if "select" in self.splits() else None

    def splits(self) -> list[str]:
        """`train`, `select`, `test`, then subsets that nobody has annotated, by their own names."""
        parts = [split for split, subset in SUBSETS.items() if subset in self.questions]
        return parts + sorted(self.questions.keys() - set(SUBSETS.values()))

    def shelves(self) -> list[str]:
        """The subsets whose pictures are here. Raises CompileError where there are none."""
        wanted = dict.fromkeys(self.shelf(split) for split in self.splits())
        found = [shelf for shelf in wanted if self._pictures(shelf) is not None]
        if not found:
            help_ = f"put COCO's pictures into {self.path / next(iter(wanted))} or {self.path / 'images'}"
            raise error("NMT601", "holds no folders of pictures", place=str(self.path), help=help_)
        return found

    def shelf(self, split: str) -> str:
        """The subset whose pictures a split asks about."""
        subset = self.subset(split)
        return SHELVES.get(subset, subset)

    def subset(self, split: str) -> str:
        """The subset that a split is of. Raises CompileError for one that is not there."""
        if split not in self.splits():
            known = f"there are {', '.join(self.splits())}"
            raise error("NMT601", f"has no split `{split}`", place=str(self.path), help=known)
        return SUBSETS.get(split, split)

    def images(self, shelf: str) -> list[Path]:
        """The pictures of a subset, in the order of their names."""
        folder = self._pictures(shelf)
        if folder is None:
            raise error("NMT601", f"has no pictures of {shelf}", place=str(self.path))
        return sorted(path for path in folder.iterdir() if PICTURE.fullmatch(path.name))

    def _pictures(self, shelf: str) -> Path | None:
        places = (self.path / shelf, self.path / "images" / shelf)
        return next((place for place in places if place.is_dir()), None)

    def maps(self, split: str) -> Features:
        """The features of the subset's pictures, mapped into memory."""
        from ..features import load  # noqa: PLC0415 -- brings torch

        return load(self, self.shelf(split))

    def place(self, split: str) -> str:
        """The file of questions."""
        return str(self.questions[self.subset(split)])

    def annotated(self, split: str) -> bool:
        """Whether the answers of a split are known."""
        return self.subset(split) in self.annotations

    def records(self, split: str, programs: Path | None = None) -> Iterator[Record | Diagnostic]:
        """The questions of a split with their layouts, and with their answers where these are known.

        Raises CompileError: NMT653 without layouts, NMT651 where they are more or fewer than the questions, and where a
        file cannot be read on.
        """
        subset = self.subset(split)
        path = self.questions[subset]
        layouts = programs or self._layouts(subset)
        annotations, faults = self._annotations(subset)
        yield from faults
        told: list[Diagnostic] = []
        asked = Asked(str(path), read_questions(Input.of(path)), _text)
        for question, program in aligned(asked, Programs.of(layouts), told.append):
            if isinstance(question, Diagnostic):
                yield question
            elif split not in {"select", "test"} or for_selection(question.image) == (split == "select"):
                yield self._record(question, program, annotations, subset, str(path))
            elif annotations is not None:
                annotations.row(question.id)  # of the other part of val2014, but not without a question
        yield from told
        if annotations is not None and annotations.unused:
            message = f"{annotations.unused:,} annotations are of questions that {path} has not"
            yield Diagnostic("NMT657", message, place=str(self.annotations[subset]))

    def texts(self, split: str) -> Iterator[str]:
        """All questions of the file that a split stands in, a line each; one that cannot be read is an empty line."""
        for question in read_questions(Input.of(Path(self.place(split)))):
            yield " ".join(question.text.split()) if isinstance(question, Question) else ""

    def _layouts(self, subset: str) -> Path:
        if subset not in self.layouts:
            help_ = f"put {subset}.sps2 or .terms beside the questions, or name a file of programs with --programs"
            raise error("NMT653", f"has no layouts of {subset}", place=str(self.path), help=help_)
        return self.layouts[subset]

    def _annotations(self, subset: str) -> tuple[Annotations | None, list[Diagnostic]]:
        path = self.annotations.get(subset)
        return (None, []) if path is None else read_annotations(Input.of(path))

    def _record(
        self,
        question: Question,
        program: Record | Diagnostic | None,
        annotations: Annotations | None,
        subset: str,
        name: str,
    ) -> Record | Diagnostic:
        row = None if annotations is None else annotations.row(question.id)
        if program is None:
            return no_program(question.number, name)
        if isinstance(program, Diagnostic):
            return program
        same_question(question.id, program)
        columns: dict[str, object] = {
            "image": f"COCO_{SHELVES.get(subset, subset)}_{question.image:012d}.jpg",
            "question": question.text,
            "words": question.words,
            "split": subset,
        }
        if annotations is not None:
            if row is None:
                place = f"{name}: question {question.number}"
                return Diagnostic("NMT654", f"question {question.id} has no annotation", place=place)
            family, kind = annotations.names[annotations.kinds[row]]
            columns["answers"], columns["counted"] = annotations.given(row)
            columns |= {key: value for key, value in (("family", family), ("kind", kind)) if value}
        term, others = rooted(program, question.words)
        number, file, line = question.number, program.file, program.line
        return Record(number, term, columns, file, question.id, others, line, program.text, program.places)


def _text(question: Question | Diagnostic) -> str:
    return question.text if isinstance(question, Question) else ""


def recognise(path: Path, apart: Path | None) -> Vqa | None:
    """VQA, where a folder holds its questions. Raises CompileError (NMT650) where it holds both versions."""
    files = list(_walk(path, DEEP))
    questions, annotations, layouts = (_named(files, pattern) for pattern in (QUESTIONS, ANNOTATIONS, LAYOUTS))
    if not questions:
        return None
    named = [one for found in (questions, annotations) for one in found.values()]
    versions = {one.name.startswith("v2_") for one in named}
    if len(versions) > 1:
        message = f"holds files of v1 and of v2: {', '.join(one.name for one in named)}"
        raise error("NMT650", message, place=str(path), help="give each version a folder of its own")
    return Vqa(path, apart, versions.pop(), questions, annotations, layouts)


def _named(files: list[Path], pattern: re.Pattern[str]) -> dict[str, Path]:
    """The files of a kind by their subset. Raises CompileError (NMT650) where there are two of one."""
    found: dict[str, Path] = {}
    for path in files:
        match = pattern.fullmatch(path.name)
        there = found.setdefault(match.group(1), path) if match else path
        if there != path:
            message = f"is there twice: {path} is of the same subset"
            raise error("NMT650", message, place=str(there), help="give each version and each copy a folder of its own")
    return found


def _walk(folder: Path, deep: int) -> Iterator[Path]:
    """The files of a folder and those below it, folders of pictures left out."""
    for entry in sorted(folder.iterdir()):
        if entry.is_file():
            yield entry
        elif deep and entry.is_dir() and entry.name not in ASIDE and not entry.name.startswith("."):
            yield from _walk(entry, deep - 1)
