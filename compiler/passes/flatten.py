"""Pass: make one operation of a chain of the same associative primitive.

Before: `min(min(min(a, b), c), a)`, three nodes that wait for each other.
After:  `min(a, b, c)`, one node. For min and max equal arguments are dropped: they would share one
        gradient.
Cost:   one look at each node; only links that nobody else reads are taken in.
"""

from __future__ import annotations

from attrs import evolve

from ..graph import Apply, Graph, Node

ASSOCIATIVE = frozenset(["min", "max", "add", "mul"])
IDEMPOTENT = frozenset(["min", "max"])


def flatten(graph: Graph) -> Graph:
    """Flatten chains of min, max, + and *."""
    readers = [0] * len(graph.nodes)
    for node in graph.nodes:
        for arg in set(node.args):
            readers[arg] += 1
    nodes: list[Node] = []
    for node in graph.nodes:
        nodes.append(_flat(node, nodes, readers) if _chains(node) else node)
    return Graph(tuple(nodes), graph.output)


def _chains(node: Node) -> bool:
    return isinstance(node.op, Apply) and node.op.name in ASSOCIATIVE and not node.op.axes and not node.op.constants


def _flat(node: Node, nodes: list[Node], readers: list[int]) -> Node:
    args: list[int] = []
    for arg in node.args:
        # Links are taken in only where the shapes agree: a scalar inside spreads later than its neighbours.
        inner = nodes[arg]
        taken = inner.op == node.op and readers[arg] == 1 and inner.type.shape == node.type.shape
        args.extend(inner.args if taken else (arg,))
    assert isinstance(node.op, Apply)
    return evolve(node, args=tuple(dict.fromkeys(args)) if node.op.name in IDEMPOTENT else tuple(args))
