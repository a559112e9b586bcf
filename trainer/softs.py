"""Soft constraints while a network runs: their loss, and how far from met they are."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from attrs import Factory, define, evolve, field
from torch import Tensor

from nmt.compiler.backends.primitives import Value
from nmt.compiler.conditions import Condition, softs
from nmt.compiler.graph import CallModule
from nmt.compiler.network import Network, implementation_name, reachable
from nmt.compiler.passes.logarithm import FLOOR
from nmt.compiler.plan import Group
from nmt.compiler.schedule import Kind
from nmt.ntypes.tolerance import rounding


@define(eq=False)
class Tally:
    """What was seen of one condition: numbers compared, their excess in all, how many are broken."""

    count: int = 0
    excess: Tensor | float = 0.0
    broken: Tensor | float = 0.0

    def plain(self) -> dict[str, float]:
        """Mean excess, and the share that is broken."""
        count = max(self.count, 1)
        return {"excess": round(float(self.excess) / count, 6), "broken": round(float(self.broken) / count, 6)}


@define(eq=False)
class Softs:
    """Sees the calls of runs. `loss` is that of one run; `tallies` go on until they are taken."""

    network: Network
    tallies: dict[str, Tally] = field(default=Factory(dict))
    _conditions: dict[CallModule, tuple[Condition, ...]] = field(default=Factory(dict))
    _losses: dict[str, list[tuple[Tensor, int]]] = field(default=Factory(dict))
    _weights: dict[str, float] = field(default=Factory(dict))

    def __attrs_post_init__(self) -> None:
        interface = self.network.interface
        for op in reachable(interface):
            found = softs(interface, op)
            if found:
                self._conditions[op] = found

    def __bool__(self) -> bool:
        """Whether the interface has any."""
        return bool(self._conditions)

    def see(self, group: Group, kind: Kind, inputs: Sequence[Value], value: Value) -> None:
        """A module was called: each of its conditions is computed for all rows."""
        if not isinstance(kind.op, CallModule):
            return
        op = evolve(kind.op, log=False)
        for condition in self._conditions.get(op, ()):
            assert isinstance(value, Tensor)
            label = _label(op, condition)
            values = condition.values(inputs, self._result(kind.op, value))
            instances = torch.from_numpy(group.instances).to(value.device)
            left, right = condition.sides(self.network, values, instances, len(value))
            excess = condition.excess(left, right)
            self._weights[label] = condition.weight
            part = excess**2 if condition.compare == "==" else excess
            self._losses.setdefault(label, []).append((part.sum(), part.numel()))
            tally = self.tallies.setdefault(label, Tally())
            tally.count += excess.numel()
            tally.excess = tally.excess + excess.detach().sum()
            limit = rounding(torch.finfo(value.dtype).eps) * (1 + torch.maximum(left.abs(), right.abs()))
            tally.broken = tally.broken + (~(excess <= limit)).sum()  # not a number is broken, too

    def _result(self, op: CallModule, value: Tensor) -> Tensor:
        """What a module gave; of the last one training asks for the logarithm."""
        if not op.log:
            return value
        module = self.network.implementations[implementation_name(op)]
        return value.exp() - (FLOOR if getattr(module, "enforced", False) else 0.0)

    def __deepcopy__(self, memo: dict[int, object]) -> Softs:
        """Of the network's copy, without what is under way: gradients cannot be copied."""
        return Softs(copy.deepcopy(self.network, memo))

    def begin(self) -> None:
        """A new run: what the last one lost is let go."""
        self._losses.clear()

    def close(self) -> None:
        """Nothing to say when a run is over: soft constraints may be broken."""

    def loss(self) -> Tensor | None:
        """The weighted loss since `begin`: of each condition, the mean over all that was compared; None without any."""
        losses = [
            self._weights[label] * torch.stack([part for part, _ in parts]).sum() / sum(count for _, count in parts)
            for label, parts in self._losses.items()
        ]
        return torch.stack(losses).sum() if losses else None

    def take(self) -> dict[str, dict[str, float]]:
        """What was seen since the last time, by condition."""
        made = {label: tally.plain() for label, tally in self.tallies.items()}
        self.tallies.clear()
        return made


def _label(op: CallModule, condition: Condition) -> str:
    """`find: sparse`, or `find: faint.low` where the type of its result asks for it."""
    own = condition.of == op.key[1]
    return f"{implementation_name(op)}: {condition.name if own else f'{condition.of}.{condition.name}'}"
