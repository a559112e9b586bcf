"""Contracts: what flows through a network is looked at while it runs.

`off` looks at nothing, `boundary` at what comes out of sources and modules, `all` at every value. What is looked at
costs one pass over the numbers; the outcome of a whole batch is fetched from the device at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from attrs import Factory, define, field
from torch import Tensor

from nmt.ntypes import Size, Type
from nmt.ntypes.checks import allowance, outside, why_not

from .backends.primitives import Value
from .backends.rows import Rows
from .check import Interface
from .diagnostics import CompileError, error
from .graph import Apply, CallModule, Read
from .passes.logarithm import FLOOR
from .plan import Group, Plan
from .schedule import Ints, Kind, Schedule

LEVELS = ("off", "boundary", "all")


class Violation(Exception):  # noqa: N818 -- worded as a diagnostic where the programs are known
    """A value left its domain: `what` gave it, in program number `program` of the batch, at its node `call`."""

    def __init__(self, what: str, reason: str, program: int, call: int) -> None:
        self.what, self.reason, self.program, self.call = what, reason, program, call
        super().__init__(f"{what} {reason}")

    def worded(self, place: str) -> CompileError:
        """As a diagnostic; `place` says which program it was, and where in it."""
        data = self.what.startswith("the source")
        help_ = "the data is not what its type says" if data else "`nmt test` finds which inputs bring it about"
        return error("NMT616", str(self), place=place, help=help_)


@define(eq=False)
class Contracts:
    """Looks at the calls of one batch. `level` is one of `LEVELS`."""

    level: str
    interface: Interface
    schedule: Schedule
    plan: Plan
    _seen: list[tuple[Group, Kind, Type, Ints, Tensor]] = field(default=Factory(list))
    _outside: list[Tensor] = field(default=Factory(list))

    def see(self, group: Group, kind: Kind, _inputs: Sequence[Value], value: Value) -> None:
        """Look at the result of a call."""
        if self.level == "off" or (self.level == "boundary" and not isinstance(kind.op, Read | CallModule)):
            return
        types = self.schedule.rows.type[self.plan.row[group.origin]]
        for number in np.unique(types).tolist():
            rows = np.flatnonzero(types == number)
            mine = _rows(value, rows if len(rows) < len(types) else None)
            type_ = self.schedule.types[number]
            if isinstance(kind.op, CallModule) and kind.op.log:  # the chances are looked at, not their logarithm
                mine, type_ = mine.exp(), self._result(kind.op)
            if mine.numel():
                self._seen.append((group, kind, type_, rows, mine))
                self._outside.append(outside(type_, mine))

    def close(self) -> None:
        """Give the verdict on all that was seen; raises Violation with the first that left its domain."""
        if not self._outside:
            return
        for seen, far in zip(self._seen, torch.stack(self._outside).tolist(), strict=True):
            if not far <= _allowed(seen[1], seen[2], seen[4]):  # not a number, too
                raise self._violation(*seen)

    def _result(self, op: CallModule) -> Type:
        bound = {formal: Size.of(actual) for formal, actual in op.dims}
        return self.interface.signatures[op.key].signature.result.substitute(bound)

    def _violation(self, group: Group, kind: Kind, type_: Type, rows: Ints, value: Tensor) -> Violation:
        allowed = _allowed(kind, type_, value)
        changed = 0, "gave a value outside its type, which a module has changed in place since"
        whys = ((place, why_not(type_, row, allowed)) for place, row in enumerate(value))
        at, reason = next(((place, why) for place, why in whys if why), changed)
        origin = int(group.origin[rows[at]])
        instance = int(group.instances[rows[at]])
        if isinstance(kind.op, Read):
            what = f"the source `{kind.op.source}` (row {instance} of the batch)"
        else:
            what = self._what(kind, instance)
        return Violation(
            what, reason, int(self.plan.program[origin]), int(self.schedule.rows.call[self.plan.row[origin]])
        )

    def _what(self, kind: Kind, instance: int) -> str:
        match kind.op:
            case CallModule(key=key):
                vocab = self.interface.signatures[key].signature.words
                return f"`{key[1]}[{vocab.words[instance]}]`" if vocab and vocab.words else f"`{key[1]}`"
            case Apply(name=name):
                return f"the primitive `{name}`"
        return f"a conversion ({type(kind.op).__name__.lower()})"


def _rows(value: Value, rows: Ints | None) -> Tensor:
    """The values of some rows of a call, None for all; a source is looked at where it is read."""
    if isinstance(value, Rows):
        index = value.index if rows is None else value.index[torch.from_numpy(rows).to(value.index.device)]
        whole = len(index) == len(value.table) and np.array_equal(value.host, np.arange(len(value.table)))
        return value.table.detach() if whole else value.table.detach().index_select(0, index)
    detached = value.detach()
    return detached if rows is None else detached[torch.from_numpy(rows).to(value.device)]


def _allowed(kind: Kind, type_: Type, value: Tensor) -> float:
    """What rounding may add, and to chances whose logarithm was taken of p + 1e-6, that."""
    floor = FLOOR * value.shape[-1] if isinstance(kind.op, CallModule) and kind.op.log else 0.0
    return allowance(type_, value) + floor
