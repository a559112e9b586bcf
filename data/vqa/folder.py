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
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from nmt.compiler.diagnostics import Diagnostic, error
from nmt.compiler.frontends.files import Input
from nmt.compiler.terms import Record

from ..programs import Asked, Programs, aligned, no_program, same_question
from .annotations import Annotations, read_annotations
from .files import ANNOTATIONS, LAYOUTS, PICTURE, PICTURED, QUESTIONS, named, pictured, single, walk
from .questions import Question, read_questions, rooted

if TYPE_CHECKING:
    from nmt.compiler.check import Interface

    from ..features import Features

SUBSETS = {"train": "train2014", "select": "val2014", "test": "val2014"}
SHELVES = {"test-dev2015": "test2015"}  # the subset whose pictures a subset asks about, if not its own
SELECT = 5  # one picture of so many of val2014 is for selection


def for_selection(image: int) -> bool:
    """Whether a picture of val2014 is one to select with; it depends on its number alone, whatever else there is."""
    return int.from_bytes(hashlib.sha256(str(image).encode()).digest()[:8]) % SELECT == 0


@frozen
class Vqa:
    """The files of VQA, by the subset that each is of; without questions the pictures alone, for features."""

    path: Path
    apart: Path | None
    newer: bool
    questions: Mapping[str, Path] = field(eq=False, repr=False)
    annotations: Mapping[str, Path] = field(eq=False, repr=False)
    layouts: Mapping[str, Sequence[Path]] = field(eq=False, repr=False)
    metric: str = "vqa"
    evaluation: str = "test"
    columns: frozenset[str] = frozenset(["image", "words", "answers"])

    @property
    def name(self) -> str:
        """Which version it is."""
        return ("VQA v2" if self.newer else "VQA v1") if self.questions else "COCO"

    @property
    def features(self) -> Path:
        """Where features of the pictures are kept."""
        return self.apart or self.path / "features"

    @property
    def selection(self) -> str | None:
        """The part of val2014 that is for it, where val2014 is there and its answers are known."""
        return "select" if "select" in self.splits() and self.annotated("select") else None

    @property
    def blind(self) -> str | None:
        """The same where its answers are not known."""
        return "select" if "select" in self.splits() and not self.annotated("select") else None

    def splits(self) -> list[str]:
        """`train`, `select`, `test`, then subsets that nobody has annotated, by their own names.

        Raises CompileError where there are no questions.
        """
        if not self.questions:
            help_ = "put the questions of VQA beside them, such as v2_OpenEnded_mscoco_train2014_questions.json"
            raise error("NMT601", "holds COCO's pictures, and no questions", place=str(self.path), help=help_)
        parts = [split for split, subset in SUBSETS.items() if subset in self.questions]
        return parts + sorted(self.questions.keys() - set(SUBSETS.values()))

    def shelves(self) -> list[str]:
        """The subsets whose pictures are here. Raises CompileError where there are none."""
        wanted = dict.fromkeys(self.shelf(split) for split in self.splits()) if self.questions else PICTURED
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
            if split in SUBSETS:
                version = "v2_" if self.newer else ""
                file = f"{version}OpenEnded_mscoco_{SUBSETS[split]}_questions.json"
                known = f"it is of {SUBSETS[split]}, which needs {file}; {known}: name one with --split"
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
        """The features of the subset's pictures, mapped into memory; pictures are named as `picture` names them."""
        from ..features import load  # noqa: PLC0415 -- brings torch

        made = load(self, self.shelf(split))
        return evolve(made, rows={_stem(name): row for name, row in made.rows.items()})

    def place(self, split: str) -> str:
        """The file of questions."""
        return str(self.questions[self.subset(split)])

    def annotated(self, split: str) -> bool:
        """Whether the answers of a split are known."""
        return self.subset(split) in self.annotations

    def records(
        self, split: str, programs: Path | None = None, interface: Interface | None = None
    ) -> Iterator[Record | Diagnostic]:
        """The questions of a split with their layouts, and with their answers where these are known.

        Raises CompileError: NMT653 without layouts, NMT650 where they are there twice, NMT651 where they are more or
        fewer than the questions, and where a file cannot be read on.
        """
        subset = self.subset(split)
        path = self.questions[subset]
        layouts = programs or self._layouts(subset)
        annotations, faults = self._annotations(subset)
        yield from faults
        told: list[Diagnostic] = []
        asked = Asked(str(path), read_questions(Input.of(path)), _text)
        ids: set[int] = set()
        for question, program in aligned(asked, Programs.of(layouts, interface), told.append):
            if isinstance(question, Diagnostic):
                yield question
            elif split not in {"select", "test"} or for_selection(question.image) == (split == "select"):
                if question.id in ids:
                    place = f"{path}: question {question.number}"
                    yield Diagnostic("NMT654", f"question {question.id} is there twice: the first counts", place=place)
                else:
                    yield self._record(question, program, annotations, subset, str(path))
                ids.add(question.id)
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
        first, *others = self.layouts[subset]
        if others:
            message = f"is there twice: {others[0]} is of the same subset"
            help_ = "name one of them with --programs, or move the other away"
            raise error("NMT650", message, place=str(first), help=help_)
        return first

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
            "image": picture(SHELVES.get(subset, subset), question.image),
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


def picture(shelf: str, image: int) -> str:
    """What the picture of a number is called, whatever its file ends in: COCO_train2014_000000000009."""
    return f"COCO_{shelf}_{image:012d}"


def _stem(name: str) -> str:
    """What a picture is called, from the name of its file."""
    match = PICTURE.fullmatch(name)
    return picture(match.group(1), int(match.group(2))) if match else name


def _text(question: Question | Diagnostic) -> str:
    return question.text if isinstance(question, Question) else ""


def recognise(path: Path, apart: Path | None) -> Vqa | None:
    """VQA, where a folder holds its questions, or COCO's pictures, of which features can be made.

    Raises CompileError (NMT650) where it holds both versions.
    """
    files = list(walk(path))
    questions, annotations = (single(named(files, pattern)) for pattern in (QUESTIONS, ANNOTATIONS))
    if not questions:
        return Vqa(path, apart, False, {}, {}, {}) if pictured(path) else None
    published = [one for found in (questions, annotations) for one in found.values()]
    versions = {one.name.startswith("v2_") for one in published}
    if len(versions) > 1:
        message = f"holds files of v1 and of v2: {', '.join(one.name for one in published)}"
        raise error("NMT650", message, place=str(path), help="give each version a folder of its own")
    return Vqa(path, apart, versions.pop(), questions, annotations, named(files, LAYOUTS))
