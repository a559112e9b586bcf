"""The batched backend: a plan's calls, each for all its rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import torch
from attrs import define, field
from torch import Tensor

from ..graph import Apply, CallModule, Read
from ..network import Network
from ..plan import Gather, Group, Plan
from ..schedule import Ints, Kind, Schedule
from .primitives import Value, apply, tensor
from .reference import convert
from .rows import Rows


class Observer(Protocol):
    """Sees every call of a run, as contracts and monitors do."""

    def see(self, group: Group, kind: Kind, inputs: Sequence[Value], value: Value) -> None:
        """A call was made; `value` has a row for each of the group's."""

    def close(self) -> None:
        """The run is over; what is wrong is raised here."""


@define(eq=False)
class Run:
    """One run of a plan over tables of sources. Values of groups are (rows of the group, ...)."""

    network: Network
    schedule: Schedule
    plan: Plan
    sources: Mapping[str, Tensor]
    device: torch.device
    observers: Sequence[Observer] = ()
    values: list[Value] = field(factory=list)

    def result(self) -> Tensor:
        """The result of each program, (B, ...)."""
        for group in self.plan.groups:
            self.values.append(self._group(group, self.schedule.kinds[group.kind]))
        for observer in self.observers:
            observer.close()
        return tensor(self._input(self.plan.output))

    def _group(self, group: Group, kind: Kind) -> Value:
        if isinstance(kind.op, Read):
            table = self.sources[kind.op.source]
            read = Rows(table, self._index(group.instances), group.instances)
            for observer in self.observers:
                observer.see(group, kind, (), read)
            return read
        inputs = [self._input(gather) for gather in group.inputs]
        value = self._computed(group, kind, inputs)
        for observer in self.observers:
            observer.see(group, kind, inputs, value)
        return value

    def _computed(self, group: Group, kind: Kind, inputs: list[Value]) -> Value:
        count = len(group.instances)
        match kind.op:
            case CallModule():
                return self.network.call(kind.op, self._index(group.instances), inputs)
            case Apply() if kind.arity is None:  # a min or max of any number of inputs, which come as one
                together = tensor(inputs[0])
                together = together.view(-1, count, *together.shape[1:])
                return together.amin(0) if kind.op.name == "min" else together.amax(0)
            case Apply():
                return apply(kind.op, inputs)
        return convert(self.network, kind.op, [tensor(value) for value in inputs], count)

    def _input(self, gather: Gather) -> Value:
        parts = [self._rows(self.values[group], index) for group, index in gather.pieces]
        if len(parts) == 1:
            return parts[0]
        joined = torch.cat([tensor(part) for part in parts])
        return joined if gather.order is None else joined.index_select(0, self._index(gather.order))

    def _rows(self, value: Value, index: Ints) -> Value:
        if isinstance(value, Rows):
            host = value.host[index]
            return Rows(value.table, self._index(host), host)
        if len(index) == len(value) and np.array_equal(index, np.arange(len(index))):
            return value
        return value.index_select(0, self._index(index))

    def _index(self, index: Ints) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(index)).to(self.device, non_blocking=True)


def run(
    network: Network,
    schedule: Schedule,
    plan: Plan,
    sources: Mapping[str, Tensor],
    observers: Sequence[Observer] = (),
) -> Tensor:
    """The results of a planned batch, (B, ...). `sources` are tables on the network's device."""
    return Run(network, schedule, plan, sources, network.like.device, observers).result()
