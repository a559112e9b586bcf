"""Annotations: the answers of all annotators, in arrays that are searched by the number of a question."""

from __future__ import annotations

import re
from array import array
from itertools import compress
from typing import Annotated, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
from attrs import Factory, define, field

from nmt.compiler.diagnostics import Diagnostic
from nmt.compiler.frontends.files import Input
from nmt.compiler.frontends.records import Bad, Records, batches

V = TypeVar("V")
SURE = "yes"  # the confidence that makes an answer count in vocabularies
_PUNCTUATION = re.compile(r"[^\w\s]")


class _Answer(msgspec.Struct, gc=False):
    answer: str
    answer_confidence: str = SURE


class _Annotation(msgspec.Struct, gc=False):
    question_id: Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]  # that the array holds
    answers: list[_Answer]
    question_type: str = ""
    answer_type: str = ""


KIND = Records(
    one=msgspec.json.Decoder(_Annotation).decode,
    many=msgspec.json.Decoder(list[_Annotation]).decode,
    expected='a file of VQA annotations, {"annotations": [{"question_id": ..., "answers": [...]}, ...]},',
    key="annotations",
)


@define(eq=False)
class Annotations:
    """Annotations in the order of their questions' numbers.

    Row `r` is of question `ids[r]`; its answers are `texts[n]` for the n of `answers[starts[r]:starts[r + 1]]`, and
    `counts` says of each whether vocabularies count it: the annotator was sure, and it has no punctuation. Of a
    question that stands twice the first row counts.
    """

    ids: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]  # where each of `ids` stands in the arrays that follow
    starts: array[int]
    answers: array[int]
    counts: npt.NDArray[np.bool_]
    kinds: array[int]
    texts: list[str]
    names: list[tuple[str, str]]  # (question type, answer type)
    used: npt.NDArray[np.bool_] = field(
        default=Factory(lambda self: np.zeros(len(self.ids), dtype=np.bool_), takes_self=True)
    )

    def row(self, question: int) -> int | None:
        """Where a question stands; None where it has no annotation. It is then no longer among the unused."""
        at = int(np.searchsorted(self.ids, question))
        if at == len(self.ids) or self.ids[at] != question:
            return None
        self.used[at] = True
        return int(self.rows[at])

    def given(self, row: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The answers of a row, one an annotator, and those of them that vocabularies count."""
        start, end = self.starts[row], self.starts[row + 1]
        texts = self.texts
        given = tuple([texts[number] for number in self.answers[start:end]])
        return given, tuple(compress(given, self.counts[start:end].tolist()))

    @property
    def unused(self) -> int:
        """How many were never asked for."""
        return int((~self.used).sum())


class _Numbers(dict[V, int]):
    """Values, each with its number in the order in which they are first asked for."""

    def __missing__(self, value: V) -> int:
        self[value] = number = len(self)
        return number


def read_annotations(source: Input) -> tuple[Annotations, list[Diagnostic]]:
    """All annotations of a file, and what is wrong with the others.

    Memory: some 70 bytes a question with ten answers, and each distinct answer once. Raises CompileError where the file
    cannot be read on.
    """
    faults: list[Diagnostic] = []
    ids, starts = array("q"), array("q", [0])
    answers, sure, kinds = array("i"), array("b"), array("i")
    texts, names = _Numbers[str](), _Numbers[tuple[str, str]]()
    for batch in batches(source, KIND):
        for number, item in enumerate(batch.records, batch.first):
            if isinstance(item, Bad) or not item.answers:
                why = f"cannot be read: {item.reason}" if isinstance(item, Bad) else "has no answers"
                faults.append(Diagnostic("NMT654", why, place=f"{source.name}: annotation {number}"))
                continue
            ids.append(item.question_id)
            answers.extend([texts[one.answer] for one in item.answers])
            sure.extend([one.answer_confidence == SURE for one in item.answers])
            starts.append(len(answers))
            kinds.append(names[item.question_type, item.answer_type])
    distinct, first, counts = np.unique(np.array(ids, dtype=np.int64), return_index=True, return_counts=True)
    plain = np.array([_PUNCTUATION.search(text) is None for text in texts], dtype=np.bool_)
    counted = np.array(sure, dtype=np.bool_) & plain[np.array(answers, dtype=np.int64)]
    made = Annotations(distinct, first.astype(np.int64), starts, answers, counted, kinds, list(texts), list(names))
    for twice in distinct[counts > 1]:
        message = f"question {twice} is annotated twice: the first counts"
        faults.append(Diagnostic("NMT657", message, place=source.name))
    return made, faults
