"""When each node of a set of graphs runs: waves, so that a batch of unlike programs takes few large calls.

A *kind* is what can run in one call: an operation, its number of inputs and their shapes. Kinds that feed each other in
a circle (min -> average -> locate -> min) run in rounds, in a fixed order; all others run once, before or after. So the
number of calls grows with the longest chain, not with the number of programs.

Everything here is arrays over *rows*, one row a node of a graph, made once for a data set.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import frozen

from nmt.ntypes import Dim, Size, Type

from .graph import Apply, Fixed, Graph, Node, Operation, Slot
from .passes.flatten import IDEMPOTENT

Ints: TypeAlias = npt.NDArray[np.int64]


@frozen(cache_hash=True)
class Kind:
    """Nodes that can run in one call. `arity` is None where it may differ: a flattened min or max."""

    op: Operation
    arity: int | None
    shapes: tuple[tuple[Size, ...], ...]


@frozen(eq=False)
class Rows:
    """The nodes of all graphs, graph after graph; `starts` says where each graph begins.

    `wave` is the place in the order of calls. A row calls the instance `fixed`, or that of the program's word `place`
    as a word of `vocabs[vocab]`. Its inputs stand in `inputs[kind][slot]`, counted from the first row of the
    graph; -1 is none. `type` is what is proved of it, among `Schedule.types`; `call` the node of the program that it
    comes from.
    """

    starts: Ints
    outputs: Ints
    kind: Ints
    wave: Ints
    slot: Ints
    place: Ints
    fixed: Ints
    vocab: Ints
    inputs: tuple[Ints, ...]
    type: Ints
    call: Ints


@frozen(eq=False)
class Schedule:
    """Kinds, and the rows of every graph in the order in which they run."""

    kinds: tuple[Kind, ...]
    types: tuple[Type, ...]
    vocabs: tuple[Dim, ...]
    rows: Rows


def kind_of(graph: Graph, node: Node) -> Kind:
    """What a node can run together with."""
    shapes = [graph.nodes[arg].type.shape for arg in node.args]
    variadic = isinstance(node.op, Apply) and node.op.name in IDEMPOTENT and not node.op.constants and not node.op.axes
    if variadic and all(shape == shapes[0] for shape in shapes):
        return Kind(node.op, None, (shapes[0],))
    return Kind(node.op, len(node.args), tuple(shapes))


def make_schedule(graphs: Sequence[Graph]) -> Schedule:
    """Schedule a set of graphs."""
    numbers: dict[Kind, int] = {}
    kinds: list[list[int]] = []
    for graph in graphs:
        here = []
        for node in graph.nodes:
            kind = kind_of(graph, node)
            if kind not in numbers:
                numbers[kind] = len(numbers)
            here.append(numbers[kind])
        kinds.append(here)
    component, phase = _order(graphs, kinds, len(numbers))
    waves = _waves(graphs, kinds, component, phase)
    vocabs = list(dict.fromkeys(word.vocab for graph in graphs for node in graph.nodes for word in node.words))
    types: dict[Type, int] = {}
    rows = _rows(graphs, kinds, waves, tuple(numbers), vocabs, types)
    return Schedule(tuple(numbers), tuple(types), tuple(vocabs), rows)


def _order(graphs: Sequence[Graph], kinds: list[list[int]], count: int) -> tuple[Ints, Ints]:
    """For each kind, the place of its circle among circles, and its own place inside it."""
    feeds = np.zeros((count, count), dtype=bool)
    for graph, here in zip(graphs, kinds, strict=True):
        for at, node in enumerate(graph.nodes):
            for arg in node.args:
                feeds[here[arg], here[at]] = True
    reach = feeds.copy()
    for through in range(count):  # Warshall; there are some dozens of kinds
        reach |= np.outer(reach[:, through], reach[through])
    circle = (reach & reach.T) | np.eye(count, dtype=bool)
    first = circle.argmax(axis=1)  # a circle is known by its first kind
    # What comes before a circle is a subset of what comes before all that it feeds.
    before = (reach & ~circle).sum(axis=0)
    order = sorted(set(first.tolist()), key=lambda kind: (before[kind], kind))
    component = np.array([order.index(kind) for kind in first], dtype=np.int64)
    phase = np.zeros(count, dtype=np.int64)
    for kind in order:
        members = np.flatnonzero(circle[kind])
        outside = feeds[:, members][~circle[kind]].sum(axis=0) if len(members) > 1 else np.zeros(1)
        distance = _distances(feeds, members, int(members[outside.argmax()]))
        phase[members[np.argsort(distance, kind="stable")]] = np.arange(len(members))
    return component, phase


def _distances(feeds: npt.NDArray[np.bool_], members: Ints, entry: int) -> Ints:
    """How many steps each kind of a circle lies behind its entry."""
    distance = np.full(len(feeds), len(feeds), dtype=np.int64)
    distance[entry] = 0
    edge = [entry]
    while edge:
        reached = [int(kind) for kind in members if distance[kind] == len(feeds) and feeds[edge, kind].any()]
        distance[reached] = distance[edge[0]] + 1
        edge = reached
    found: Ints = distance[members]
    return found


def _waves(graphs: Sequence[Graph], kinds: list[list[int]], component: Ints, phase: Ints) -> list[list[int]]:
    """The wave of every node: circle, round and place in the circle, numbered in that order."""
    keys: list[list[tuple[int, int, int]]] = []
    for graph, here in zip(graphs, kinds, strict=True):
        mine: list[tuple[int, int, int]] = []
        for at, node in enumerate(graph.nodes):
            circle, place, turn = int(component[here[at]]), int(phase[here[at]]), 0
            for arg in node.args:
                other, round_, earlier = mine[arg]
                if other == circle:
                    turn = max(turn, round_ if earlier < place else round_ + 1)
            mine.append((circle, turn, place))
        keys.append(mine)
    number = {key: wave for wave, key in enumerate(sorted({key for mine in keys for key in mine}))}
    return [[number[key] for key in mine] for mine in keys]


def _rows(
    graphs: Sequence[Graph],
    kinds: list[list[int]],
    waves: list[list[int]],
    of: tuple[Kind, ...],
    vocabs: list[Dim],
    types: dict[Type, int],
) -> Rows:
    count = sum(len(graph.nodes) for graph in graphs)
    numbers = {vocab: number for number, vocab in enumerate(vocabs)}
    place, fixed, vocab = np.full(count, -1), np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    slot = np.zeros(count, dtype=np.int64)
    inputs: list[list[tuple[int, ...]]] = [[] for _ in of]
    row = 0
    for graph, here in zip(graphs, kinds, strict=True):
        for kind, node in zip(here, graph.nodes, strict=True):
            slot[row] = len(inputs[kind])
            inputs[kind].append(node.args)
            for word in node.words:
                if isinstance(word, Slot):
                    place[row], vocab[row] = word.place, numbers[word.vocab]
                elif isinstance(word, Fixed):
                    fixed[row] = word.vocab.places[word.word]
            row += 1
    lengths = [len(graph.nodes) for graph in graphs]
    return Rows(
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        outputs=np.array([graph.output for graph in graphs], dtype=np.int64),
        kind=np.array([kind for here in kinds for kind in here], dtype=np.int64),
        wave=np.array([wave for mine in waves for wave in mine], dtype=np.int64),
        slot=slot,
        place=place.astype(np.int64),
        fixed=fixed,
        vocab=vocab,
        inputs=tuple(_padded(rows) for rows in inputs),
        type=_types(graphs, types),
        call=np.array([node.call for graph in graphs for node in graph.nodes], dtype=np.int64),
    )


def _types(graphs: Sequence[Graph], types: dict[Type, int]) -> Ints:
    """The number of each node's type; nodes share few objects, and looking one up by its identity is quick."""
    known: dict[int, int] = {}
    made = []
    for graph in graphs:
        for node in graph.nodes:
            number = known.get(id(node.type))
            if number is None:
                number = known[id(node.type)] = types.setdefault(node.type, len(types))
            made.append(number)
    return np.array(made, dtype=np.int64)


def _padded(rows: list[tuple[int, ...]]) -> Ints:
    width = max((len(row) for row in rows), default=0)
    made = np.full((len(rows), width), -1, dtype=np.int64)
    for at, row in enumerate(rows):
        made[at, : len(row)] = row
    return made
