"""Pass: ask for the logarithm of the answer's chances.

Before: the result is a distribution, whose logarithm the loss would take.
After:  the result is log(p). Where a softmax comes last its logarithm is taken from raw numbers, which cannot
        underflow; elsewhere it is log(p + 1e-6). Zeros of a wider vocabulary become log(1e-6). Scores that are no
        distribution count as the raw numbers of a softmax.
Cost:   a few nodes at the end.
"""

from __future__ import annotations

import math

from attrs import evolve

from nmt.ntypes import REALS, Simplex

from ..graph import Apply, CallModule, Enforce, Graph, Node, Widen

FLOOR = 1e-6


def logarithm(graph: Graph) -> Graph:
    """Turn the result into its logarithm."""
    nodes = list(graph.nodes)

    def log(at: int) -> int:
        node = nodes[at]
        match node.op:
            case Widen():
                op = evolve(node.op, fill=math.log(FLOOR))
                made = evolve(node, op=op, args=(log(node.args[0]),), type=node.type.bare(REALS))
            case CallModule() if node.type.enforcer == "softmax":
                made = evolve(node, op=evolve(node.op, log=True), type=node.type.bare(REALS))
            case Enforce(enforcer="softmax"):
                made = evolve(node, op=evolve(node.op, enforcer="log_softmax"), type=node.type.bare(REALS))
            case _ if not isinstance(node.type.domain, Simplex):
                made = Node(Enforce("log_softmax", REALS), (at,), (), node.type.bare(REALS), node.call)
            case _:
                made = Node(Apply("log", (), ()), (_floored(nodes, at),), (), node.type.bare(REALS), node.call)
        nodes.append(made)
        return len(nodes) - 1

    output = log(graph.output)
    return Graph(tuple(nodes), output)


def _floored(nodes: list[Node], at: int) -> int:
    node = nodes[at]
    nodes.append(Node(Apply("add", (), (None, FLOOR)), (at,), (), node.type.bare(REALS), node.call))
    return len(nodes) - 1
