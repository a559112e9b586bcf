"""CLEVR questions: the released files (`function`), and those of the generator (`type`, with cached outputs)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ..diagnostics import Diagnostic, error
from ..terms import Record, Skeleton, Term
from .files import Input
from .format import Format, Options
from .records import records


class _Node(msgspec.Struct, gc=False):
    inputs: list[int] = []
    function: str | None = None
    type: str | None = None
    value_inputs: list[str] = []
    side_inputs: list[str] = []


class _Question(msgspec.Struct, gc=False):
    program: list[_Node] | None = None
    question: str = ""
    answer: str | bool | int | None = None
    image_index: int | None = None
    image_filename: str | None = None
    image: str | None = None
    question_index: int | None = None
    question_family_index: int | None = None
    split: str | None = None


_decoder = msgspec.json.Decoder(_Question)


def read_questions(source: Input, _: Options) -> Iterator[Record | Diagnostic]:
    """Read the questions of a file, one by one.

    A record that cannot be used is a diagnostic, and the rest goes on. Raises CompileError where the file itself
    cannot be read on.
    """
    known: dict[tuple[Any, ...], Skeleton] = {}
    for number, text in enumerate(records(source)):
        try:
            question = _decoder.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            yield Diagnostic("NMT403", f"is no CLEVR question: {fault}", place=f"{source.name}: question {number}")
            continue
        made = _record(question, number, known, source.name)
        yield (
            Diagnostic(made[0], made[1], place=f"{source.name}: question {number}") if isinstance(made, tuple) else made
        )


def _record(
    question: _Question, number: int, known: dict[tuple[Any, ...], Skeleton], file: str = ""
) -> Record | tuple[str, str]:
    if question.program is None:
        return "NMT403", "has no program (the released test split has none)"
    ops, inputs, counts, words = [], [], [], []
    for place, node in enumerate(question.program):
        name = node.function or node.type
        if name is None:
            return "NMT403", f"node {place} names no function"
        given = node.value_inputs or node.side_inputs
        ops.append(name)
        inputs.append(tuple(node.inputs))
        counts.append(len(given))
        words.extend(given)
    key = (*ops, *inputs, *counts)
    skeleton = known.get(key)
    if skeleton is None:
        skeleton = known[key] = Skeleton(tuple(ops), tuple(inputs), tuple(counts))
    return Record(number, Term(skeleton, tuple(words)), _columns(question), file, question.question_index)


def term_of(program: Sequence[Mapping[str, Any]]) -> Term:
    """The term of one program, a list of nodes as CLEVR files hold them; raises CompileError for anything else."""
    try:
        question = msgspec.convert({"program": list(program)}, _Question)
    except (msgspec.ValidationError, TypeError) as fault:
        raise error("NMT403", f"is no CLEVR program: {fault}") from None
    made = _record(question, 0, {})
    if isinstance(made, tuple):
        raise error(*made)
    return made.term


def _columns(question: _Question) -> dict[str, Any]:
    return {
        "question": question.question,
        "answer": _answer(question.answer),
        "image_index": question.image_index,
        "image": question.image_filename or question.image,
        "family": question.question_family_index,
        "split": question.split,
    }


def _answer(answer: str | bool | int | None) -> str | None:
    """An answer as the released files write it; the generator keeps booleans and numbers."""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return None if answer is None else str(answer)


def _fits(head: bytes, _: str) -> bool:
    return re.match(rb"\s*(?:\xef\xbb\xbf)?\s*[\[{]", head) is not None


FORMATS = (Format("clevr", "CLEVR questions, released or as the generator writes them", _fits, read_questions),)
