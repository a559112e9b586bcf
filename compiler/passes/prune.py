"""Pass: leave out what nobody reads.

Before: a dead `scene()`, as real programs have, and nodes that other passes took in.
After:  every node but the result has a reader.
Cost:   one look at each node.
"""

from __future__ import annotations

from ..graph import Graph, Node


def prune(graph: Graph) -> Graph:
    """Drop nodes that the result does not depend on."""
    needed = [False] * len(graph.nodes)
    needed[graph.output] = True
    for at in range(len(graph.nodes) - 1, -1, -1):
        if needed[at]:
            for arg in graph.nodes[at].args:
                needed[arg] = True
    nodes: list[Node] = []
    place = [-1] * len(graph.nodes)
    for at, node in enumerate(graph.nodes):
        if needed[at]:
            nodes.append(graph.moved(node, place))
            place[at] = len(nodes) - 1
    return graph.kept(nodes, place)
