"""Made SHAPES: questions of the published forms, and pictures in which they make sense."""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import frozen

from nmt.compiler.terms import Skeleton, Term

from .decode import Things
from .things import COLORS, GRID, NOTHING, RELATIONS, SHAPES, SIDE, Array, Pictures, coverage
from .truth import answers

WORDS: Final = (*SHAPES, *COLORS)
FULL: Final = 0.8  # how many cells hold something, as in the published pictures
SIZES: Final = (2.2, 2.35, 2.5, 2.65, 2.8, 3.3, 3.5, 3.7, 3.9, 4.1)  # small and large ones
FAINTEST: Final = 0.8  # of the main channel
OTHER: Final = 0.2  # most of the other channels
_SPARE: Final = 8  # pictures drawn for each one that is kept, so that both answers are found


@frozen
class Query:
    """`(is subject (relations... (thing)))`."""

    subject: str
    relations: tuple[str, ...]
    thing: str

    def __str__(self) -> str:
        inner = self.thing
        for relation in reversed(self.relations):
            inner = f"({relation} {inner})"
        return f"(is {self.subject} {inner})"

    @property
    def question(self) -> str:
        """The question in English, as in the published files."""
        relations = "".join(f" {relation.replace('_', ' ')}" for relation in self.relations)
        bare = not self.relations and self.thing in COLORS
        return f"is {_named(self.subject)}{relations} {self.thing if bare else _named(self.thing)}"

    @property
    def term(self) -> Term:
        """What a reader makes of it."""
        count = len(self.relations)
        ops = ("leaf", "leaf", *["rel"] * count, "and", "yesno")
        inputs = ((), (), *((node,) for node in range(1, count + 1)), (0, count + 1), (count + 2,))
        words = (self.subject, self.thing, *reversed(self.relations), "is")
        return Term(Skeleton(ops, inputs, (1, 1, *[1] * count, 0, 1)), words)

    @property
    def symbols(self) -> list[str]:
        """The layout as tokens, as in `query_layout_symbols.json`."""
        return ["_Find", "_Find", *["_Transform"] * len(self.relations), "_And", "_Answer"]


def _named(word: str) -> str:
    return f"a {word} shape" if word in COLORS else f"a {word}"


def every_query() -> list[Query]:
    """All questions of up to two relations."""
    chains = [(), *((a,) for a in RELATIONS), *((a, b) for a in RELATIONS for b in RELATIONS)]
    return [Query(subject, chain, thing) for chain in chains for subject in WORDS for thing in WORDS]


def choose_queries(rng: np.random.Generator, counts: dict[str, int]) -> dict[str, list[Query]]:
    """Different questions for each split; those of the first have every word. Raises ValueError for too many."""
    # One relation is asked for most often, as in the published files.
    queries = every_query()
    if sum(counts.values()) > len(queries):
        raise ValueError(f"there are {len(queries)} different queries, not {sum(counts.values())}")
    weight = np.array([(0.2, 0.55, 0.25)[len(query.relations)] for query in queries])
    share = np.bincount([len(query.relations) for query in queries])[[len(query.relations) for query in queries]]
    order = rng.choice(len(queries), len(queries), replace=False, p=weight / share / (weight / share).sum())
    left = [queries[place] for place in order]
    lacking, first = {*WORDS, *RELATIONS}, []
    for query in left:
        words = {query.subject, query.thing, *query.relations}
        if words & lacking:
            lacking -= words
            first.append(query)
    left = [*first, *(query for query in left if query not in first)]
    made = {}
    for split, count in counts.items():
        made[split], left = left[:count], left[count:]
    return made


def draw(rng: np.random.Generator, query: Query, count: int) -> tuple[Pictures, Array]:
    """Pictures (N, 30, 30, 3) for a question, and its answers (N,) of bool: half of each, where both are possible.

    What the question is about is somewhere in each picture.
    """
    kept: list[Things] = []
    wanted = {True: count // 2, False: count - count // 2}
    for last in (False, True):  # what one answer lacks in the first round the other makes good in the second
        for answer in (True, False):
            things = _where(draw_things(rng, _SPARE * count), query, answer)
            kept.append(_some(things, np.arange(min(wanted[answer], len(things)))))
            wanted[answer] -= len(kept[-1])
        if not last:
            wanted = {True: wanted[False], False: wanted[True]}
    things = Things(*(np.concatenate([getattr(part, name) for part in kept]) for name in ("shape", "color")))
    things = _some(things, rng.permutation(len(things)))
    return paint(rng, things), answers(query.term, things)


def draw_things(rng: np.random.Generator, count: int) -> Things:
    """What stands in the cells of pictures, at random."""
    empty = rng.random((count, GRID, GRID)) >= FULL
    shape, color = (rng.integers(3, size=empty.shape).astype(np.int8) for _ in range(2))
    shape[empty] = color[empty] = NOTHING
    return Things(shape, color)


def paint(rng: np.random.Generator, things: Things) -> Pictures:
    """Pictures (N, 30, 30, 3) uint8, blue first, of what stands in their cells; sizes and hues at random."""
    templates = np.stack([coverage(shape, size) for shape in SHAPES for size in SIZES])
    which = things.shape.astype(np.int64) * len(SIZES) + rng.integers(len(SIZES), size=things.shape.shape)
    part = templates[np.where(things.shape >= 0, which, 0)]  # (N, 3, 3, 10, 10)
    hue = rng.uniform(-OTHER, OTHER, (*things.shape.shape, 3)).clip(0)
    main = rng.uniform(FAINTEST, 1 + OTHER, things.shape.shape).clip(max=1)
    np.put_along_axis(hue, np.where(things.color >= 0, things.color, 0)[..., None], main[..., None], axis=-1)
    hue[things.shape < 0] = 0
    cells = np.rint(255 * part[..., None] * hue[:, :, :, None, None, :]).astype(np.uint8)
    made: Pictures = cells.swapaxes(2, 3).reshape(-1, SIDE, SIDE, 3)
    return made


def _where(things: Things, query: Query, answer: bool) -> Things:
    """The pictures with what is asked about and this answer."""
    there = things.mask(query.subject).any((1, 2))
    return _some(things, np.flatnonzero(there & (answers(query.term, things) == answer)))


def _some(things: Things, which: Array) -> Things:
    return Things(things.shape[which], things.color[which])
