"""GQA questions with their `semantic` programs, an object of questions under their ids.

The operation of a step names an op (`filter color` is `filter_color`, `query` of `color` is `query_color`), its
argument gives the words as they stand there. The objects of the scene graph that an argument names are no words: they
are kept in the column `objects`, a tuple a node.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import msgspec

from ..diagnostics import Diagnostic, error
from ..terms import Record, Term
from .clevr_lacking import Lacking
from .clevr_skeletons import Skeletons
from .files import Input
from .format import Format, Options
from .gqa_arguments import Objects, Step, Steps, written
from .records import Bad, Records, batches

EXPECTED = 'a file of GQA questions, {"15000": {"semantic": [...], "question": ...}, ...},'


class _Step(msgspec.Struct, gc=False, eq=False):
    operation: str
    argument: str = ""
    dependencies: tuple[int, ...] = ()


class _Question(msgspec.Struct, gc=False, eq=False):
    semantic: list[_Step] | None = None
    question: str = ""
    answer: str | None = None
    imageId: str | int | None = None  # noqa: N815 -- GQA's own spelling
    isBalanced: bool | None = None  # noqa: N815


_one = msgspec.json.Decoder(_Question)
_many = msgspec.json.Decoder(dict[str, _Question])


def _once(text: bytes, questions: list[_Question]) -> bool:
    """Whether surely no key that matters stands twice in the text of these questions: decoders take the last."""
    steps = sum([len(question.semantic or ()) for question in questions])
    once, each = (b'"semantic"', b'"answer"'), (b'"operation"', b'"argument"', b'"dependencies"')
    return all(text.count(key) <= steps for key in each) and all(text.count(key) <= len(questions) for key in once)


def read_questions(source: Input, _: Options) -> Iterator[Record | Diagnostic]:
    """Read the questions of a file, one by one.

    A record that cannot be used is a diagnostic, and the rest goes on. Raises CompileError where the file itself cannot
    be read on.
    """
    skeletons, steps, name = Skeletons(), Steps(), source.name
    lacking = Lacking(name, "the splits test, challenge and submission have none: take train, val or testdev")
    for batch in batches(source, Records(_one.decode, _many.decode, EXPECTED, regular=_once)):
        for number, (id_, question) in enumerate(zip(batch.names or (), batch.records, strict=True), batch.first):
            place = f"{name}: question {number} ({id_})"
            if isinstance(question, Bad):
                yield Diagnostic("NMT403", f"is no GQA question: {question.reason}", place=place)
                continue
            if question.semantic is None:
                yield from lacking.add(number)
                continue
            if not lacking.over:
                yield from lacking.end()
            made = _term(question.semantic, steps, skeletons)
            if isinstance(made, str):
                yield Diagnostic("NMT433", made, place=place)
            else:
                yield Record(number, made[0], _columns(question, made[1]), name, id_)
    yield from lacking.rest()


def _term(semantic: list[_Step], steps: Steps, skeletons: Skeletons) -> tuple[Term, tuple[Objects, ...]] | str:
    """The term of a program, and the objects that each node names; or what is wrong."""
    calls, objects = [], []
    for at, one in enumerate(semantic):
        step, ids = steps.of(one.operation, one.argument)
        if isinstance(step, str):
            return f"step {at}: {step}"
        calls.append(step)
        objects.append(ids)
    skeleton = skeletons.of(
        tuple([call.op for call in calls]),
        tuple([step.dependencies for step in semantic]),
        tuple([len(call.words) for call in calls]),
    )
    return Term(skeleton, tuple(chain.from_iterable([call.words for call in calls]))), tuple(objects)


def _columns(question: _Question, objects: tuple[Objects, ...]) -> dict[str, Any]:
    image = question.imageId
    return {
        "question": question.question,
        "answer": question.answer,
        "image": str(image) if isinstance(image, int) else image,
        "balanced": question.isBalanced,
        "objects": objects,
    }


def write_questions(records: Iterable[Record]) -> Iterator[str]:
    """A file of questions. Raises CompileError (NMT415) for a program that GQA's steps cannot hold."""
    yield "{"
    for number, record in enumerate(records):
        columns = record.columns
        made = {"semantic": _steps(record)} | {
            name: columns[key]
            for name, key in (
                ("question", "question"),
                ("answer", "answer"),
                ("imageId", "image"),
                ("isBalanced", "balanced"),
            )
            if columns.get(key) is not None
        }
        id_ = str(record.number if record.id is None else record.id)
        yield f"{',' if number else ''}\n{_json(id_)}: {_json(made)}"
    yield "\n}\n"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _steps(record: Record) -> list[dict[str, Any]]:
    skeleton, rest = record.term.skeleton, iter(record.term.words)
    objects = record.columns.get("objects") or (None,) * len(skeleton.ops)
    made = []
    calls = zip(skeleton.ops, skeleton.inputs, skeleton.counts, objects, strict=True)
    for node, (op, inputs, count, ids) in enumerate(calls):
        step = written(Step(op, tuple([next(rest) for _ in range(count)])), ids)
        if step is None:
            message = f"node {node} (`{op}`) of the program cannot be written as a step of GQA"
            raise error("NMT415", message, place=record.place)
        made.append({"operation": step[0], "argument": step[1], "dependencies": inputs})
    return made


def _fits(head: bytes, _: str) -> bool:
    """An object of objects, with keys that stand in GQA alone."""
    opened = re.match(rb'(?:\xef\xbb\xbf)?\s*\{\s*"[^"]*"\s*:\s*\{', head) is not None
    return opened and (b'"imageId"' in head or b'"semantic"' in head)


COLUMNS = frozenset(["id", "question", "answer", "image", "balanced", "objects"])
FORMATS = (
    Format("gqa", "GQA questions with their semantic programs", _fits, read_questions, write_questions, COLUMNS),
)
