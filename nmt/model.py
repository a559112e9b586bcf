"""A network that answers programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor, nn

from nmt.compiler.backends import batched
from nmt.compiler.check import Interface, ModelSymbol
from nmt.compiler.diagnostics import CompileError, Diagnostic, error
from nmt.compiler.encode import encode
from nmt.compiler.frontends.clevr import term_of
from nmt.compiler.lower import Lowering
from nmt.compiler.network import Network, varies
from nmt.compiler.plan import make_plan
from nmt.compiler.programs import Checked, Checker, Fault
from nmt.compiler.terms import Term
from nmt.stdlib.implement import network
from nmt.trainer.runs import Run


class Model(nn.Module):
    """The modules of an interface and one of its models: tables of sources and programs in, predictions out."""

    def __init__(self, net: Network, model: ModelSymbol | None) -> None:
        super().__init__()
        self.net = net
        self._checker = Checker(net.interface, model)

    @classmethod
    def make(
        cls,
        interface: Interface,
        dims: Mapping[str, int],
        model: ModelSymbol | None,
        impl: str | None = None,
        settings: Mapping[str, Mapping[str, int | float]] | None = None,
    ) -> Model:
        """An untrained network."""
        return cls(network(interface, dims, impl=impl, settings=settings), model)

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
        programs: Sequence[Term | Sequence[Mapping[str, Any]]],
        rows: Mapping[str, Sequence[int]] | None = None,
    ) -> Tensor:
        """Answer programs: (B, ...) in the shape of the target, such as (B, answers).

        `sources[name]` is a table (T, ...); `rows[name]` says which of its rows each program reads. Left out, every
        program has a row of its own, or all share the one that there is. A program is a Term, or the list of nodes
        that CLEVR files hold. Raises CompileError with what is wrong of every program that does not fit.
        """
        terms = [program if isinstance(program, Term) else term_of(program) for program in programs]
        checked = self._check(terms)
        encoded = encode(zip(terms, checked, strict=True), Lowering(self.net.interface.bodies))
        given = {name: self._rows(name, sources, rows or {}, len(terms)) for name in self.net.interface.sources}
        plan = make_plan(encoded, np.arange(len(terms)), given)
        return batched.run(self.net, encoded.schedule, plan, sources)

    def _check(self, terms: Sequence[Term]) -> list[Checked]:
        outcomes = [self._checker.check(term) for term in terms]
        faults = [
            Diagnostic(outcome.code, outcome.message, place=f"program {number}, node {outcome.node}", help=outcome.help)
            for number, outcome in enumerate(outcomes)
            if isinstance(outcome, Fault)
        ]
        if faults:
            raise CompileError(faults)
        return [outcome for outcome in outcomes if isinstance(outcome, Checked)]

    def _rows(
        self, name: str, sources: Mapping[str, Tensor], rows: Mapping[str, Sequence[int]], count: int
    ) -> np.ndarray[Any, np.dtype[np.int64]]:
        if name not in sources:
            raise error(
                "NMT608", f"the source `{name}` is not given", help=f"give {', '.join(self.net.interface.sources)}"
            )
        table = sources[name]
        shape = self.net.interface.sources[name].type.shape
        wanted = [None if varies(size) else size.evaluate(self.net.sizes) for size in shape]
        there = list(table.shape[1:])
        if len(there) != len(wanted) or any(b not in (None, a) for a, b in zip(there, wanted, strict=True)):
            raise error("NMT603", f"the table `{name}` has rows of {there}, not {wanted}")
        if name in rows:
            given = np.asarray(rows[name], dtype=np.int64)
        else:
            given = np.zeros(count, dtype=np.int64) if len(table) == 1 else np.arange(count)
        if given.shape != (count,) or (count and not 0 <= given.min() <= given.max() < len(table)):
            raise error("NMT603", f"the rows of `{name}` are not {count} numbers below {len(table)}")
        return given
