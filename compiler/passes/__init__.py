"""Passes: functions from graph to graph, in one visible order.

`inline` comes first, since it alone needs the interface; the others run over any graph. Grouping across the programs of
a batch is the plan's (`compiler/plan.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from ..check import OpSymbol
from ..graph import Graph
from ..typed import Key
from .expand import expand
from .flatten import flatten
from .inline import inline
from .logarithm import logarithm
from .prune import prune
from .share import share

PASSES = (expand, share, flatten, share, prune)

__all__ = ["PASSES", "expand", "flatten", "inline", "logarithm", "optimize", "prune", "share"]


def optimize(graph: Graph, bodies: Mapping[Key, OpSymbol], *, log: bool = False) -> Graph:
    """Run every pass; with `log` the result is the logarithm of the answer's chances."""
    graph = inline(graph, bodies)
    if log:
        graph = logarithm(graph)
    for step in PASSES:
        graph = step(graph)
    return graph
