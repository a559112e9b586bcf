"""A network that answers programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from torch import Tensor, nn

from nmt.compiler.backends import batched
from nmt.compiler.check import Interface, ModelSymbol
from nmt.compiler.contracts import LEVELS, Contracts, Violation
from nmt.compiler.diagnostics import error
from nmt.compiler.encode import encode
from nmt.compiler.lower import Lowering
from nmt.compiler.network import Network
from nmt.compiler.plan import make_plan
from nmt.compiler.programs import Checker, predicted
from nmt.stdlib.implement import Implementation, network
from nmt.trainer.runs import Run
from nmt.trainer.softs import Softs

from .inputs import Program, check_programs, check_sizes, check_tables, read_programs


class Model(nn.Module):
    """The modules of an interface and one of its models: tables of sources and programs in, predictions out.

    `contracts` says which values are held to their types: `off`, `boundary` (those of sources and modules), `all`.
    """

    def __init__(self, net: Network, model: ModelSymbol | None, contracts: str = "off") -> None:
        super().__init__()
        self.net = net
        if contracts not in LEVELS:
            raise error("NMT114", f"`{contracts}` is no level of contracts", help=f"there are {', '.join(LEVELS)}")
        self.contracts = contracts
        self.softs = Softs(net)
        self._checker = Checker(net.interface, model)

    @classmethod
    def make(
        cls,
        interface: Interface,
        dims: Mapping[str, int],
        model: ModelSymbol | None,
        impl: Implementation = None,
        settings: Mapping[str, Mapping[str, int | float]] | None = None,
        contracts: str = "off",
    ) -> Model:
        """An untrained network."""
        check_sizes(interface, dims)
        return cls(network(interface, dims, impl=impl, settings=settings), model, contracts)

    @classmethod
    def load(cls, run: str | Path) -> Model:
        """The trained network of a run folder; raises CompileError where it cannot be used."""
        opened = Run.open(Path(run))
        interface = opened.interface()
        name = opened.about["interface"]["model"]
        return cls(opened.network(interface), interface.model(name) if interface.models else None)

    def forward(
        self,
        sources: Mapping[str, Tensor],
        programs: Sequence[Program],
        rows: Mapping[str, Sequence[int]] | None = None,
    ) -> Tensor:
        """Answer programs: (B, ...) in the shape of the target, such as (B, answers).

        `sources[name]` is a table (T, ...); `rows[name]` says which of its rows each program reads. Left out, every
        program has a row of its own, or all share the one that there is. A program is a Term, its text such as
        `exist(filter_color[red](scene()))`, or the list of nodes that CLEVR files hold. Raises CompileError with what
        is wrong of every program that does not fit, or of the first value that leaves its domain.
        """
        terms = read_programs(programs)
        checked = check_programs(self._checker, terms)
        self.softs.begin()
        if not terms:
            return self.net.like.new_zeros((0, *self.net.shape(predicted(self.net.interface).shape)))
        given = check_tables(self.net, sources, rows or {}, len(terms))
        encoded = encode(zip(terms, checked, strict=True), Lowering(self.net.interface.bodies))
        plan = make_plan(encoded, np.arange(len(terms)), given)
        watching: list[batched.Observer] = [Contracts(self.contracts, self.net.interface, encoded.schedule, plan)]
        if self.training:
            watching.append(self.softs)
        try:
            return batched.run(self.net, encoded.schedule, plan, sources, watching)
        except Violation as fault:
            op = terms[fault.program].skeleton.ops[fault.call] if fault.call >= 0 else "the model"
            raise fault.worded(f"program {fault.program}, node {fault.call} ({op})") from None

    def soft_loss(self) -> Tensor:
        """The weighted loss of all soft constraints in the last forward pass in training mode: a scalar.

        `softs.take()` says by condition how far from met it was in all passes since it was last taken.
        """
        loss = self.softs.loss()
        return self.net.like.new_zeros(()) if loss is None else loss
