"""Terms -> files of CLEVR questions, released or as the generator writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import msgspec

from ..diagnostics import error
from ..terms import Record
from .clevr_functions import FUNCTIONS

COLUMNS = frozenset(["id", "question", "answer", "image", "image_index", "family", "split"])
_NAMES = {True: ("function", "value_inputs"), False: ("type", "side_inputs")}


def _write(released: bool, records: Iterable[Record]) -> Iterator[str]:
    """A file of questions. Nodes are written as they are: shared ones once, dead ones, too."""
    yield '{"info": {}, "questions": ['
    for number, record in enumerate(records):
        columns = record.columns
        made = {
            "question_index": record.id if isinstance(record.id, int) else record.number,
            "question": columns.get("question") or "",
            "program": _program(record, *_NAMES[released]),
            "answer": _answer(record, released=released),
            "image_filename": columns.get("image"),
            "image_index": columns.get("image_index"),
            "question_family_index": columns.get("family"),
            "split": columns.get("split"),
        }
        text = msgspec.json.encode({key: value for key, value in made.items() if value is not None}).decode()
        yield f"{',' if number else ''}\n{text}"
    yield "\n]}\n"


def _program(record: Record, name: str, words: str) -> list[dict[str, Any]]:
    skeleton, rest, made = record.term.skeleton, iter(record.term.words), []
    for node, (op, inputs, count) in enumerate(zip(skeleton.ops, skeleton.inputs, skeleton.counts, strict=True)):
        function = FUNCTIONS.get(op)
        if function and (function.inputs, function.words) != (len(inputs), count):
            takes = f"takes {function.inputs} inputs and {function.words} words in CLEVR, not {len(inputs)} and {count}"
            message = f"node {node} of the program cannot be written: `{op}` {takes}"
            raise error("NMT415", message, place=record.place)
        made.append({"inputs": inputs, name: op, words: [next(rest) for _ in range(count)]})
    return made


def _answer(record: Record, *, released: bool) -> str | bool | int | None:
    """The answer as these files have it: the generator keeps booleans and numbers."""
    answer, answers = record.columns.get("answer"), record.columns.get("answers")
    if answer is None and answers:
        message = f"a question of CLEVR has one answer, not the {len(answers)} of annotators"
        raise error("NMT415", message, place=record.place)
    if released or answer is None:
        return answer
    if answer in {"yes", "no"}:
        return bool(answer == "yes")
    return int(answer) if re.fullmatch(r"0|[1-9][0-9]{0,17}", answer, re.ASCII) else str(answer)


write_released = partial(_write, True)
write_generated = partial(_write, False)
