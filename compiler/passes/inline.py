"""Pass: put the bodies of ops in the place of their calls.

Before: `relate[left](x)` is one node.
After:  only reads, primitives, conversions and modules are left; a part of a body that is used twice is computed once.
Cost:   the size of the bodies.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmt.ntypes import Size

from ..check import OpSymbol
from ..graph import CallOp, Graph, Node
from ..inline import Inliner
from ..typed import Key


def inline(graph: Graph, bodies: Mapping[Key, OpSymbol]) -> Graph:
    """Inline every op, and the ops in its body."""
    nodes: list[Node] = []
    place: list[int] = []
    for node in graph.nodes:
        if not isinstance(node.op, CallOp):
            nodes.append(graph.moved(node, place))
            place.append(len(nodes) - 1)
            continue
        family = bodies[node.op.key].signature.family
        names = [param.name for param in family if param.kind == "word"]
        words = dict(zip(names, node.words, strict=True))
        dims = {formal: Size.of(actual) for formal, actual in node.op.dims}
        args = tuple(place[arg] for arg in node.args)
        place.append(Inliner(nodes, call=node.call, bodies=bodies).body(node.op.key, args, words, dims, node.type))
    return graph.kept(nodes, place)
