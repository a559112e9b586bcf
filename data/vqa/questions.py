"""Questions as they are published, and the rule that tells those that yes or no answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec
from attrs import evolve, frozen

from nmt.compiler.diagnostics import Diagnostic
from nmt.compiler.frontends.files import Input
from nmt.compiler.frontends.records import Bad, Records, batches
from nmt.compiler.terms import Record, Skeleton, Term

from ..words import words_of

VERBS = frozenset(["is", "are", "have", "has", "do", "does"])
ROOTS = frozenset(["yesno", "other"])


class _Question(msgspec.Struct, gc=False):
    question_id: Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]  # as annotations have it
    image_id: int
    question: str


@frozen
class Question:
    """A question: its place in the file from 0, its id, its picture's, its text and words."""

    number: int
    id: int
    image: int
    text: str
    words: tuple[str, ...]


KIND = Records(
    one=msgspec.json.Decoder(_Question).decode,
    many=msgspec.json.Decoder(list[_Question]).decode,
    expected='a file of VQA questions, {"questions": [{"image_id": ..., "question": ..., "question_id": ...}, ...]},',
    key="questions",
)


def read_questions(source: Input) -> Iterator[Question | Diagnostic]:
    """The questions of a file, one by one. Raises CompileError where it cannot be read on."""
    for batch in batches(source, KIND):
        for number, made in enumerate(batch.records, batch.first):
            if isinstance(made, Bad):
                place = f"{source.name}: question {number}"
                yield Diagnostic("NMT654", f"cannot be read: {made.reason}", place=place)
            else:
                yield Question(number, made.question_id, made.image_id, made.question, words_of(made.question))


def yes_or_no(words: Sequence[str]) -> bool:
    """Whether yes or no answers a question: a form of be, have or do comes first, and it offers no choice by `or`."""
    return bool(words) and words[0] in VERBS and "or" not in words


def rooted(program: Record, words: Sequence[str]) -> tuple[Term, tuple[Term, ...]]:
    """The program and its alternatives, with the root that the question asks for: layouts alone could only guess it."""
    ops = program.term.skeleton.ops
    root = "yesno" if yes_or_no(words) else "other"
    if not ops or ops[-1] not in ROOTS or ops[-1] == root:
        return program.term, program.alternatives
    return _turned(program.term, root), tuple([_turned(term, root) for term in program.alternatives])


_TURNED: dict[tuple[Skeleton, str], Skeleton] = {}


def _turned(term: Term, root: str) -> Term:
    """The term with another root. Equal skeletons stay one object: what is known of them is found by it."""
    key = (term.skeleton, root)
    if key not in _TURNED:
        _TURNED[key] = evolve(term.skeleton, ops=(*term.skeleton.ops[:-1], root))
    return Term(_TURNED[key], term.words)
