"""Pass: call each instance of a family alone.

Before: `find[COLOR](image)` is one call for every colour.
After:  it is eight calls and a stack, so that `find[red](image)` of another program can share one of them.
Cost:   the number of words.
"""

from __future__ import annotations

from attrs import evolve

from nmt.ntypes import Size

from ..graph import CallModule, Every, Fixed, Graph, Node, Stack


def expand(graph: Graph) -> Graph:
    """Expand calls of every word."""
    nodes: list[Node] = []
    place: list[int] = []
    for node in graph.nodes:
        moved = graph.moved(node, place)
        word = moved.words[0] if moved.words else None
        if isinstance(moved.op, CallModule) and isinstance(word, Every):
            one = evolve(moved.type, shape=moved.type.shape[1:])
            start = len(nodes)
            nodes.extend(evolve(moved, words=(Fixed(text, word.vocab),), type=one) for text in word.part.words or ())
            stacked = tuple(range(start, len(nodes)))
            nodes.append(
                Node(Stack(), stacked, (), evolve(moved.type, shape=(Size.of(word.part), *one.shape)), moved.call)
            )
        else:
            nodes.append(moved)
        place.append(len(nodes) - 1)
    return graph.kept(nodes, place)
