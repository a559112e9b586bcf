"""CLEVR's JSON, typed: questions of the three kinds of files, and the terms of their programs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from sys import intern
from typing import Any, TypeAlias

import msgspec
from attrs import define, field

from ..terms import Term
from .clevr_skeletons import Skeletons


class Node(msgspec.Struct, gc=False, eq=False, forbid_unknown_fields=True):
    """A call, as the released files write it."""

    function: str
    inputs: tuple[int, ...] = ()
    value_inputs: tuple[str, ...] = ()


class GeneratedNode(
    msgspec.Struct,
    gc=False,
    eq=False,
    forbid_unknown_fields=True,
    rename={"function": "type", "value_inputs": "side_inputs"},
):
    """A call, as the generator writes it; `_output` is its result, which the answer repeats."""

    function: str
    inputs: tuple[int, ...] = ()
    value_inputs: tuple[str, ...] = ()
    _output: Any = None


class LooseNode(msgspec.Struct, gc=False, eq=False):
    """A call under any of these names."""

    inputs: tuple[int, ...] = ()
    function: str = ""
    type: str = ""
    value_inputs: tuple[str, ...] = ()
    side_inputs: tuple[str, ...] = ()


class Question(msgspec.Struct, gc=False, eq=False):
    """A question, whatever the nodes of its program are."""

    question: str = ""
    answer: str | bool | int | None = None
    image_index: int | None = None
    image_filename: str | None = None
    image: str | None = None
    question_index: int | None = None
    question_family_index: int | None = None
    split: str | None = None


class Released(Question, gc=False, eq=False):
    """A question of the released files."""

    program: list[Node] | None = None


class Generated(Question, gc=False, eq=False):
    """A question as the generator writes it."""

    program: list[GeneratedNode] | None = None


class Loose(Question, gc=False, eq=False):
    """A question in which nodes may be null, as n2nmn leaves them."""

    program: list[LooseNode | None] | None = None


AnyQuestion: TypeAlias = Released | Generated | Loose
Bare: TypeAlias = list[LooseNode | None]  # a program alone
_STRICT = (Node, GeneratedNode)


@define
class Questions:
    """Decodes questions; what did last time is tried first, from the strictest."""

    decoders: list[msgspec.json.Decoder[Any]] = field(
        factory=lambda: [
            msgspec.json.Decoder(list[Released]),
            msgspec.json.Decoder(list[Generated]),
            msgspec.json.Decoder(list[Loose | Bare]),
        ]
    )

    def many(self, text: bytes) -> list[AnyQuestion]:
        """A list of them; raises msgspec.DecodeError."""
        for decoder in self.decoders:
            try:
                found = decoder.decode(text)
            except msgspec.ValidationError as fault:
                why = fault
                continue
            if decoder is not self.decoders[0]:
                self.decoders = [decoder, *(one for one in self.decoders if one is not decoder)]
            return [Loose(program=one) if isinstance(one, list) else one for one in found]
        raise why

    def one(self, text: bytes) -> AnyQuestion:
        """One of them; raises msgspec.DecodeError."""
        try:
            return self.many(b"[" + text + b"]")[0]
        except msgspec.ValidationError as fault:
            raise msgspec.ValidationError(str(fault).replace("`$[0]", "`$")) from None


def once(text: bytes, questions: list[AnyQuestion]) -> bool:
    """Whether surely no key that matters stands twice in the text of these questions: decoders take the last."""
    nodes = sum([len(question.program or ()) for question in questions])
    functions = text.count(b'"function"')
    return (
        text.count(b'"program"') <= len(questions)
        and text.count(b'"answer"') <= len(questions)
        and text.count(b'"value_inputs"') <= nodes
        and text.count(b'"side_inputs"') <= nodes
        and text.count(b'"inputs"') <= nodes
        and (functions == nodes or functions + text.count(b'"type"') <= nodes)
    )


def term(program: Sequence[Node | GeneratedNode | LooseNode | None], skeletons: Skeletons) -> Term | str:
    """The term of a program, or why it has none."""
    nodes: Any = program if not program or type(program[0]) in _STRICT else _straightened(program)
    if isinstance(nodes, str):
        return nodes
    ops = tuple([node.function for node in nodes])
    words = [node.value_inputs for node in nodes]
    skeleton = skeletons.of(ops, tuple([node.inputs for node in nodes]), tuple(map(len, words)))
    return Term(skeleton, tuple(map(intern, chain.from_iterable(words))))


def _straightened(program: Sequence[Any]) -> list[Node] | str:
    """A program as the released files write it. Nulls are left out, and the nodes counted anew."""
    places: dict[int, int] = {}
    for at, node in enumerate(program):
        if node is not None:
            places[at] = len(places)
    made: list[Node] = []
    for at, node in enumerate(program):
        if node is None:
            continue
        name = node.function or node.type
        if not name:
            return f"node {at} names no function"
        for one in node.inputs:
            if 0 <= one < len(program) and one not in places:
                return f"node {at} ({name}) reads node {one}, which is null"
        # An index of no node stays one, behind all nodes: what is wrong with it is told where programs are checked.
        inputs = tuple([places.get(one, one if one < 0 else one - len(program) + len(places)) for one in node.inputs])
        made.append(Node(name, inputs, node.value_inputs or node.side_inputs))
    if program and not made:
        return "has a program of nulls alone"
    return made
