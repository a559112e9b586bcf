"""Plans: what a batch computes, as indices alone.

The rows of all programs of a batch are sorted by wave; inside a wave equal rows (same instance, same inputs) are given
one place, whichever program they come from. What is left of a wave is a group: one call. All of it is array work, so
that a plan costs a small part of the step that it is for.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import frozen

from .encode import Encoded
from .graph import Read
from .passes.share import COMMUTATIVE
from .schedule import Ints, Kind


@frozen(eq=False)
class Gather:
    """Where the values of one input come from: rows of earlier groups, put into `order` (None: as they are)."""

    pieces: tuple[tuple[int, Ints], ...]
    order: Ints | None


@frozen(eq=False)
class Group:
    """One call: the instance of each row (for a read: the row of its table), and its inputs.

    `origin` is a row of the batch that asks for each: of `Plan.program` and `Plan.row`.
    """

    kind: int
    instances: Ints
    inputs: tuple[Gather, ...]
    origin: Ints


@frozen(eq=False)
class Plan:
    """The calls of a batch in order, and where the result of each program stands.

    `program` and `row` say of each row of the batch of which program it is, and which row of the schedule.
    """

    groups: tuple[Group, ...]
    output: Gather
    program: Ints
    row: Ints

    def __str__(self) -> str:
        sizes = ", ".join(str(len(group.instances)) for group in self.groups)
        return f"{len(self.groups)} calls of {sizes} rows"


def make_plan(encoded: Encoded, which: Ints, sources: Mapping[str, Ints]) -> Plan:
    """Plan the programs `which` of a data set; `sources[name][b]` is the row of its table that program b reads."""
    schedule = encoded.schedule
    rows = schedule.rows
    graph = encoded.graph[which]
    lengths = rows.starts[graph + 1] - rows.starts[graph]
    ends = np.cumsum(lengths)
    base = ends - lengths  # where each program's rows begin in the batch
    program = np.repeat(np.arange(len(which)), lengths)
    row = np.arange(int(ends[-1]) if len(ends) else 0) - base[program] + rows.starts[graph][program]
    instance = _instances(encoded, which, row, program)
    order = np.argsort(rows.wave[row], kind="stable")
    waves = rows.wave[row][order]
    cuts = np.flatnonzero(np.diff(waves)) + 1
    groups: list[Group] = []
    place = np.zeros(len(row), dtype=np.int64)  # of each row of the batch, among all values
    starts: list[int] = []
    count = 0
    for members in np.split(order, cuts) if len(order) else []:
        number = int(rows.kind[row[members[0]]])
        kind = schedule.kinds[number]
        inputs = rows.inputs[number][rows.slot[row[members]]]
        inputs = np.where(inputs < 0, inputs[:, :1], inputs)  # a spare place of min or max repeats the first input
        inputs = place[inputs + base[program[members]][:, None]] if inputs.shape[1] else inputs
        mine = sources[kind.op.source][program[members]] if isinstance(kind.op, Read) else instance[members]
        kept, inverse, first = _distinct(kind, mine, inputs)
        bounds = np.array(starts, dtype=np.int64)
        gathers = tuple(_gather(column, bounds) for column in kept[:, 1:].T)
        groups.append(Group(number, kept[:, 0], _merged(kind, kept, bounds) or gathers, members[first]))
        place[members] = count + inverse
        starts.append(count)
        count += len(kept)
    output = place[base + rows.outputs[graph]]
    return Plan(tuple(groups), _gather(output, np.array(starts, dtype=np.int64)), program, row)


def _merged(kind: Kind, kept: Ints, bounds: Ints) -> tuple[Gather, ...] | None:
    """A call of any number of inputs takes them as one gather, input after input."""
    return (_gather(kept[:, 1:].T.ravel(), bounds),) if kind.arity is None else None


def _instances(encoded: Encoded, which: Ints, row: Ints, program: Ints) -> Ints:
    """The instance that each row calls."""
    rows = encoded.schedule.rows
    instance = rows.fixed[row]
    called = np.flatnonzero(rows.place[row] >= 0)
    word = encoded.starts[which][program[called]] + rows.place[row[called]]
    if len(called):
        instance[called] = encoded.words[word] + encoded.offsets[rows.vocab[row[called]], encoded.part[word]]
    return instance


_MIX = np.uint64(0x9E3779B97F4A7C15)


def _distinct(kind: Kind, instance: Ints, inputs: Ints) -> tuple[Ints, Ints, Ints]:
    """Distinct rows of (instance, inputs), by their first input; which of them each row is; where each is first."""
    if getattr(kind.op, "name", None) in COMMUTATIVE and all(shape == kind.shapes[0] for shape in kind.shapes):
        inputs = np.sort(inputs, axis=1)
    keys = np.concatenate([instance[:, None], inputs], axis=1)
    mixed = np.zeros(len(keys), dtype=np.uint64)
    for column in keys.T:
        mixed = (mixed ^ column.astype(np.uint64)) * _MIX
        mixed ^= mixed >> np.uint64(29)
    _, first, inverse = np.unique(mixed, return_index=True, return_inverse=True)
    if not np.array_equal(keys[first][inverse], keys):  # two rows of one hash: once in the life of the universe
        _, first, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    kept = keys[first]
    order = np.lexsort((kept[:, 0], kept[:, 1])) if keys.shape[1] > 1 else np.argsort(kept[:, 0])
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return kept[order], back[inverse], first[order]


def _gather(ids: Ints, starts: Ints) -> Gather:
    group = np.searchsorted(starts, ids, side="right") - 1
    present = np.unique(group)
    if len(present) == 1:
        return Gather(((int(present[0]), ids - starts[present[0]]),), None)
    by_group = np.argsort(group, kind="stable")
    pieces = tuple((int(number), ids[group == number] - starts[number]) for number in present)
    if np.array_equal(by_group, np.arange(len(ids))):
        return Gather(pieces, None)
    order = np.empty_like(by_group)
    order[by_group] = np.arange(len(ids))
    return Gather(pieces, order)
