"""Pass: give equal nodes one place.

Before: `find[red](image)` stands once for each call that asks for it.
After:  it stands once, and every use points at it. Across the programs of a batch the plan does the same with rows.
Cost:   one dict lookup a node. The order of nodes is kept.
"""

from __future__ import annotations

from attrs import evolve

from ..graph import Apply, Graph, Node, Operation, Word

COMMUTATIVE = frozenset(["min", "max", "add", "mul", "equal"])


def share(graph: Graph) -> Graph:
    """Share equal nodes."""
    nodes: list[Node] = []
    place: list[int] = []
    seen: dict[tuple[Operation, tuple[int, ...], tuple[Word, ...]], int] = {}
    for node in graph.nodes:
        moved = graph.moved(node, place)
        if isinstance(moved.op, Apply) and moved.op.name in COMMUTATIVE and not moved.op.constants:
            moved = evolve(moved, args=tuple(sorted(moved.args)))
        key = (moved.op, moved.args, moved.words)
        if key not in seen:
            seen[key] = len(nodes)
            nodes.append(moved)
        place.append(seen[key])
    return graph.kept(nodes, place)
