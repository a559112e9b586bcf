"""Splits of a data set, read, checked and turned into arrays that batches are cut from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from attrs import Factory, define, field, frozen

from nmt.compiler.check import Interface
from nmt.compiler.compiled import Compiled, compile_programs
from nmt.compiler.diagnostics import CompileError, Diagnostic, error
from nmt.compiler.encode import Encoded, encode
from nmt.compiler.lower import Lowering
from nmt.compiler.programs import Checked, Checker
from nmt.compiler.schedule import Ints
from nmt.compiler.terms import Record, Skeleton, Term
from nmt.data.features import Features
from nmt.data.sets import DataSet
from nmt.ntypes import Dim

from .columns import answer_target, rectified
from .truth import Agreed, Answers, Exact, Truth
from .words import Report, words_in

UNKNOWN = "write `else unknown` behind the vocabulary, so that other words have a place"


@frozen(eq=False)
class Words:
    """The words of questions: distinct rows of numbers (texts, T), -1 behind the last, and the row of each question."""

    table: Ints
    row: Ints


@frozen(eq=False)
class Split:
    """The questions of a split.

    `image` is the row of each question's picture in `maps.table` (images, C, H, W); `words` are there where a source
    asks for them, and `truth` where the answers are known. `kind` is what figures are broken down by: the last op of
    the program, unless the data says another; `family` is a finer one, where the data has words for it. `depth` is
    the longest path of a program, `number` the place of a question in the file, and `ids`
    what the data calls it. `silent` is the number of the answer `unknown`, which is never given, where there is one.
    Where `rectified`, maps are scaled but not shifted, and cut at 0.
    """

    name: str
    encoded: Encoded
    maps: Features
    image: Ints
    words: Words | None
    truth: Truth | None
    answers: tuple[str, ...]
    depth: Ints
    number: Ints
    ids: tuple[str | int | None, ...]
    kind: tuple[str, ...]
    family: tuple[str, ...] | None = None
    rectified: bool = False
    silent: int | None = None

    def __len__(self) -> int:
        return len(self.image)

    @property
    def digest(self) -> str:
        """What tells these questions from others: their programs, words, pictures and answers."""
        digest = hashlib.sha256()
        more = () if self.words is None else (self.words.table, self.words.row)
        target = () if self.truth is None else (self.truth.target,)
        for column in (self.encoded.graph, self.encoded.words, self.image, *target, *more):
            digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()[:16]

    @property
    def shape(self) -> tuple[int, ...]:
        """Channels, rows and columns of the feature maps."""
        return self.maps.table.shape[1:]

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of the feature maps."""
        height, width = self.shape[-2:]
        return height, width


@define(eq=False)
class _Columns:
    """What is kept of each question while a split is read: numbers, and no texts but of answers."""

    data: DataSet
    rows: Mapping[str, int]
    column: str  # of the target
    words: Dim | None  # of the source of words
    place: str
    compiled: Compiled
    image: list[int] = field(default=Factory(list))
    answers: Answers = field(default=Factory(Answers))
    texts: dict[tuple[int, ...], int] = field(default=Factory(dict))
    text: list[int] = field(default=Factory(list))
    depth: list[int] = field(default=Factory(list))
    number: list[int] = field(default=Factory(list))
    ids: list[str | int | None] = field(default=Factory(list))
    kind: list[str] = field(default=Factory(list))
    family: list[str] = field(default=Factory(list))
    programs: list[tuple[Term, Checked]] = field(default=Factory(list))
    answered: bool | None = None  # whether the split has answers: the first question says so
    depths: dict[Skeleton, int] = field(default=Factory(dict))
    shared: dict[tuple[str, ...], tuple[str, ...]] = field(default=Factory(dict))  # equal words are one object

    def take(self, record: Record, checked: Checked) -> None:
        """Keep a question that fits; one without a picture or an answer is rejected."""
        columns = record.columns
        answer = columns.get(self.column)
        if self.answered is None:
            self.answered = answer is not None or self.data.metric == "accuracy"
        if self.answered and answer is None:
            self.reject(record, "NMT403", f"has no {self.column}", "")
        elif columns.get("image") not in self.rows:
            message = f"its picture {columns.get('image')} has no features"
            self.reject(record, "NMT607", message, "put the picture into images/, then run nmt data features again")
        else:
            self._keep(record, checked)

    def reject(self, record: Record, code: str, message: str, help_: str) -> None:
        """Tell why a question is left out."""
        place = f"{self.place}: question {record.number}"
        self.compiled.rejected.append(Diagnostic(code, message, place=place, help=help_))

    def _numbers(self, vocab: Dim, words: tuple[str, ...]) -> tuple[int, ...] | None:
        """The words of a question as numbers; None where one is no word of the vocabulary."""
        places = vocab.places
        for word in words:
            if word not in places:
                self.compiled.unknown.of(vocab).add(word)
        numbers = tuple(vocab.place(word) for word in words)
        return None if None in numbers else numbers  # type: ignore[return-value]

    def _keep(self, record: Record, checked: Checked) -> None:
        columns, skeleton = record.columns, record.term.skeleton
        if self.words is not None:
            asked = words_in(record)
            numbers = self._numbers(self.words, asked)
            if numbers is None:
                word = next(word for word in asked if word not in self.words.places)
                self.reject(record, "NMT407", f"`{word}` in the question is no word of {self.words}", UNKNOWN)
                return
            self.text.append(self.texts.setdefault(numbers, len(self.texts)))
        if skeleton not in self.depths:
            self.depths[skeleton] = skeleton.depth
        words = record.term.words
        self.programs.append((Term(skeleton, self.shared.setdefault(words, words)), checked))
        self.image.append(self.rows[columns["image"]])
        if self.answered:
            self.answers.add(columns[self.column])
        self.depth.append(self.depths[skeleton])
        self.number.append(record.number)
        self.ids.append(record.id)
        self.kind.append(columns.get("kind") or skeleton.ops[-1])
        if isinstance(family := columns.get("family"), str):
            self.family.append(family)


def load_split(
    interface: Interface,
    data: DataSet,
    split: str,
    model: str | None = None,
    programs: Path | None = None,
    progress: Report | None = None,
) -> tuple[Split, Compiled]:
    """Read a split with its features; `programs` is a file of programs in place of its own.

    Rejected questions are left out and stand in the second result. Raises CompileError where nothing is left.
    """
    target = answer_target(interface)
    if target.name not in data.columns:
        known = ", ".join(sorted(data.columns - {"image", "words"}))
        message = f"the data has no column `{target.name}`, which the target asks for"
        raise error("NMT608", message, place=str(data.path), help=f"{data.name} has {known}")
    maps = data.maps(split)
    place = data.place(split)
    checker = Checker(interface, interface.model(model))
    compiled = Compiled()
    source = interface.sources.get("words")
    kept = _Columns(data, maps.rows, target.name, source.type.words if source else None, place, compiled)
    compile_programs(
        data.records(split, programs, interface),
        checker,
        place,
        keep=False,
        into=compiled,
        progress=progress,
        accept=kept.take,
    )
    if not kept.image:
        first = tuple(compiled.rejected[:3])
        raise CompileError([*first, Diagnostic("NMT605", "none of the questions can be used", place=place)])
    vocab = target.vocab
    assert vocab is not None
    made = Split(
        name=split,
        encoded=encode(kept.programs, Lowering(interface.bodies, log=True)),
        maps=maps,
        image=np.array(kept.image, dtype=np.int64),
        words=_texts(kept) if source else None,
        truth=(Agreed if target.type.shape else Exact).of(vocab, kept.answers) if kept.answered else None,
        answers=vocab.words or (),
        depth=np.array(kept.depth, dtype=np.int64),
        number=np.array(kept.number, dtype=np.int64),
        ids=tuple(kept.ids),
        kind=tuple(kept.kind),
        family=tuple(kept.family) if len(kept.family) == len(kept.kind) else None,
        rectified=rectified(interface),
        silent=None if vocab.unknown is None else vocab.places.get(vocab.unknown),
    )
    return made, compiled


def _texts(kept: _Columns) -> Words:
    longest = max((len(text) for text in kept.texts), default=0)
    table = np.full((len(kept.texts), max(longest, 1)), -1, dtype=np.int64)
    for text, row in kept.texts.items():
        table[row, : len(text)] = text
    return Words(table, np.array(kept.text, dtype=np.int64))
