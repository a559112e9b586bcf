"""Checked programs -> optimized graphs, each made once."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import Factory, define, field

from .check import OpSymbol
from .graph import Graph
from .passes import optimize
from .programs import Checked
from .typed import Key


@define(eq=False)
class Lowering:
    """Optimizes graphs and numbers them; with `log` they end in the logarithm of the answer's chances.

    Skeletons that mean the same share one graph when they are checked (`programs.py`).
    """

    bodies: Mapping[Key, OpSymbol]
    log: bool = False
    graphs: list[Graph] = field(default=Factory(list))
    _known: dict[int, tuple[Graph, int]] = field(default=Factory(dict))  # with the graph, which keeps its identity

    def number(self, checked: Checked) -> int:
        """Which of `graphs` the program comes to."""
        known = self._known.get(id(checked.graph))
        if known is None:
            known = self._known[id(checked.graph)] = (checked.graph, len(self.graphs))
            self.graphs.append(optimize(checked.graph, self.bodies, log=self.log))
        return known[1]
