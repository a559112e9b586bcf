"""Programs -> what is true of each of their nodes, and so the answer.

`leaf[w]` holds where a cell shows w. `rel[r](x)` holds in each cell whose neighbour, in the opposite direction of r, is
in x: `left_of` red are the cells just left of a red one. `and` is what both have. `yesno[is](x)` asks whether there is
any: it fits every answer of the published files, which ask only about what is somewhere in the picture.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nmt.compiler.terms import Term

from .decode import Things
from .things import RELATIONS, Array


def truth(term: Term, things: Things) -> Array:
    """The true mask of every node in every picture: (N, nodes, 3, 3) of bool. The root's cells all hold the answer.

    Raises LookupError with a name that SHAPES does not have.
    """
    made: list[Array] = []
    words = iter(term.words)
    for op, inputs, count in zip(term.skeleton.ops, term.skeleton.inputs, term.skeleton.counts, strict=True):
        made.append(_node(op, [next(words) for _ in range(count)], [made[node] for node in inputs], things))
    return np.stack(made, axis=1)


def answers(term: Term, things: Things) -> Array:
    """The answer in every picture: (N,) of bool."""
    answer: Array = truth(term, things)[:, -1, 0, 0]
    return answer


def _node(op: str, words: Sequence[str], inputs: Sequence[Array], things: Things) -> Array:
    match op, words, inputs:
        case "leaf", [word], []:
            return things.mask(word)
        case "rel", [relation], [x]:
            return moved(x, relation)
        case "and", [], [x, y]:
            return x & y
        case "yesno", [_], [x]:
            found: Array = np.broadcast_to(x.any((1, 2), keepdims=True), x.shape)
            return found
    raise LookupError(f"SHAPES has no `{op}` of {len(words)} words and {len(inputs)} inputs")


def moved(mask: Array, relation: str) -> Array:
    """A mask (N, 3, 3) moved by one cell; what leaves the picture is lost."""
    down, right = RELATIONS[relation]
    padded = np.pad(mask, ((0, 0), (1, 1), (1, 1)))
    height, width = mask.shape[1:]
    out: Array = padded[:, 1 - down : 1 - down + height, 1 - right : 1 - right + width]
    return out
