"""CLEVR questions: the released files, those of the generator, and n2nmn's with nulls for dropped nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ..diagnostics import Diagnostic, error
from ..terms import Record, Term
from .clevr_lacking import Lacking
from .clevr_skeletons import Skeletons
from .clevr_terms import AnyQuestion, Bare, Questions, once, term
from .clevr_write import COLUMNS, write_generated, write_released
from .files import Input
from .format import Format, Options
from .records import FAULTS, LARGEST, MARK, Bad, Records, batches, keys, opening

EXPECTED = 'a file of CLEVR questions, {"info": ..., "questions": [...]},'
_program = msgspec.json.Decoder(Bare)
_NODE = {"inputs", "function", "type", "value_inputs", "side_inputs", "_output"}
_KEYS = {"info", "questions", "program", "function", "type"}


def read_questions(source: Input, _: Options) -> Iterator[Record | Diagnostic]:
    """Read the questions of a file, one by one.

    A record that cannot be used is a diagnostic, and the rest goes on; a file without any program is one diagnostic.
    Raises CompileError where the file itself cannot be read on.
    """
    if opening(source.head) == b"[{" and "inputs" in (found := set(keys(source.head))) and found <= _NODE:
        yield _program_alone(source)
        return
    questions, skeletons, name = Questions(), Skeletons(), source.name
    lacking = Lacking(name, "the released test split has none: take train or val, or a file with layouts for these")
    kind = Records(questions.one, questions.many, EXPECTED, "questions", "program", once)
    for batch in batches(source, kind):
        for number, question in enumerate(batch.records, batch.first):
            if isinstance(question, Bad):
                yield _fault(name, number, f"is no CLEVR question: {question.reason}")
                continue
            if question.program is None:
                yield from lacking.add(number)
                continue
            if not lacking.over:
                yield from lacking.end()
            made = term(question.program, skeletons)
            if isinstance(made, Term):
                yield Record(number, made, _columns(question), name, question.question_index)
            else:
                yield _fault(name, number, made)
    yield from lacking.rest()


def _program_alone(source: Input) -> Record | Diagnostic:
    """A file that is one program: a list of nodes."""
    with source.open() as file:
        text = file.read(LARGEST + 1)
    try:
        made = term(_program.decode(text.removeprefix(MARK)), Skeletons())
    except FAULTS as fault:
        made = f"is no CLEVR program: {fault}"
    return Record(0, made, {}, source.name) if isinstance(made, Term) else _fault(source.name, 0, made)


def _fault(name: str, number: int, message: str) -> Diagnostic:
    return Diagnostic("NMT403", message, place=f"{name}: question {number}")


def term_of(program: Sequence[Mapping[str, Any]]) -> Term:
    """The term of one program, a list of nodes as CLEVR files hold them; raises CompileError for anything else."""
    try:
        nodes = msgspec.convert(list(program), Bare)
    except (msgspec.ValidationError, TypeError) as fault:
        raise error("NMT403", f"is no CLEVR program: {fault}") from None
    made = term(nodes, Skeletons())
    if isinstance(made, str):
        raise error("NMT403", made)
    return made


def _columns(question: AnyQuestion) -> dict[str, Any]:
    answer = question.answer
    return {
        "question": question.question,
        "answer": answer if answer.__class__ is str else _answer(answer),
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
    """JSON, unless its keys say that it is of another kind, or it is lists of tokens."""
    if re.match(rb"(?:\xef\xbb\xbf)?\s*\[\s*\[\s*[\"\]]", head):
        return False
    found = keys(head)
    return bool(opening(head)) and (not found or not _KEYS.isdisjoint(found))


def _never(_: bytes, __: str) -> bool:
    """What the generator writes is read as `clevr`."""
    return False


FORMATS = (
    Format("clevr", "CLEVR questions, released, generated or n2nmn's", _fits, read_questions, write_released, COLUMNS),
    Format(
        "clevr-generator",
        "CLEVR questions as the generator writes them",
        _never,
        read_questions,
        write_generated,
        COLUMNS,
    ),
)
