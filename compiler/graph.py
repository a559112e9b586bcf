"""Typed graphs: what a program computes, as frozen nodes in topological order.

A node is an operation, the nodes that it reads, and the instance that it calls. Operations compare by what is computed,
so nodes with equal operations can be run together whatever program they come from.
"""

from __future__ import annotations

from typing import TypeAlias

from attrs import evolve, field, frozen

from nmt.ntypes import Dim, Domain, Size, Type

from .typed import Key


@frozen(cache_hash=True)
class CallOp:
    """An op of the interface, before it is inlined; `words` of a node are its family's, in order."""

    key: Key
    dims: tuple[tuple[Dim, Dim], ...] = ()


@frozen(cache_hash=True)
class CallModule:
    """A module. With `log`, the logarithm of its softmax is asked for in place of the softmax."""

    key: Key
    dims: tuple[tuple[Dim, Dim], ...] = ()
    log: bool = False


@frozen(cache_hash=True)
class Read:
    """A row of a data column."""

    source: str


@frozen(cache_hash=True)
class Fill:
    """A number, spread over a shape."""

    value: float
    shape: tuple[Size, ...]


@frozen(cache_hash=True)
class Apply:
    """A primitive.

    `axes` count from the end of the argument that has them; `constants` are arguments that are plain numbers, None
    where the next node goes.
    """

    name: str
    axes: tuple[int, ...] = ()
    constants: tuple[float | None, ...] = ()


@frozen(cache_hash=True)
class Stack:
    """Values side by side, along a new first axis: all words of a vocabulary."""


@frozen(cache_hash=True)
class Spread:
    """A scalar, over a shape."""

    shape: tuple[Size, ...]


@frozen(cache_hash=True)
class Widen:
    """A distribution over a part of a vocabulary, as one over the whole: zeros elsewhere (or `fill`)."""

    part: Dim
    whole: Dim
    axis: int
    fill: float = 0.0


@frozen(cache_hash=True)
class Enforce:
    """A cast: the enforcer of a type, over `axis` where it is a softmax."""

    enforcer: str
    domain: Domain
    axis: int = -1


Operation: TypeAlias = CallOp | CallModule | Read | Fill | Apply | Stack | Spread | Widen | Enforce


@frozen
class Slot:
    """The program's word number `place`, as an instance of `vocab`, of which its own vocabulary is a part.

    That part is left to the program, so that `filter_color[red]` and `filter_shape[cube]` come to the same graph.
    """

    place: int
    vocab: Dim


@frozen
class Every:
    """All words of `part`, as instances of `vocab`."""

    part: Dim
    vocab: Dim


@frozen
class Fixed:
    """A word of `vocab` that the interface names."""

    word: str
    vocab: Dim


Word: TypeAlias = Slot | Every | Fixed


@frozen
class Node:
    """One operation applied to earlier nodes. `call` is the node of the program that it comes from."""

    op: Operation
    args: tuple[int, ...] = ()
    words: tuple[Word, ...] = ()
    type: Type = field(default=Type(), eq=False, repr=False)
    call: int = field(default=-1, eq=False, repr=False)


@frozen
class Graph:
    """Nodes, each after those that it reads, and which of them is the result."""

    nodes: tuple[Node, ...]
    output: int

    def kept(self, nodes: list[Node], place: list[int]) -> Graph:
        """A graph of other nodes; `place` says where each old node has gone."""
        return Graph(tuple(nodes), place[self.output])

    def moved(self, node: Node, place: list[int]) -> Node:
        """A node whose inputs have gone elsewhere."""
        return evolve(node, args=tuple(place[arg] for arg in node.args)) if node.args else node
