"""Descriptions of things, drawn so that they fit a scene, and the programs that find what they describe.

A phrase is some words and up to two links to other phrases: "large red things that are left of the cube and behind the
small ball" has two words and two links. The phrase of a link always describes exactly one thing.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

import numpy as np
from attrs import define, evolve, field, frozen

from .execute import FUNCTIONS, Value, World
from .things import ATTRIBUTES, RELATIONS

T = TypeVar("T")

NAMES: Final = tuple(ATTRIBUTES)
"""The attributes by number: bit k of a choice of words is `NAMES[k]`."""

SAME: Final = "same_"
"""Links are relations, or this and an attribute."""

Words = Mapping[str, str]

TRIVIAL: Final = 0.1
"""How often a link may be one without which the words would mean the same things."""

STRAY: Final = 0.3
"""How often a word of a phrase that need not describe anything is any word at all."""

_AT_MOST: Final = (0.08, 0.48, 0.82, 0.96)
"""How often a phrase that need not describe one thing has at most 0, 1, 2 or 3 words."""


@frozen
class Link:
    """How things stand to one other thing: `left`, ..., or `same_size`, ..."""

    how: str
    to: "Phrase"


@frozen
class Phrase:
    """Things that have all `words` (attribute to value, in the order of programs) and stand in all `links`."""

    words: Words
    links: tuple[Link, ...] = ()


@frozen
class Found:
    """A phrase that means one thing."""

    phrase: Phrase
    thing: int
    path: int  # the set of this thing and of those that its phrase passes


@define
class Program:
    """A program while it is built; each node is computed as it is added."""

    world: World
    nodes: list[dict[str, Any]] = field(factory=list)
    values: list[Value] = field(factory=list)

    def add(self, function: str, *inputs: int, words: Sequence[str] = ()) -> int:
        """Append a node and return its number. IllPosedError where `unique` is not given one thing."""
        value = FUNCTIONS[function].apply(self.world, *(self.values[i] for i in inputs), *words)
        self.nodes.append({"function": function, "inputs": list(inputs), "value_inputs": list(words)})
        self.values.append(value)
        return len(self.nodes) - 1

    def keep(self, at: int, words: Words) -> int:
        """Filter the set at a node by words."""
        for attribute, value in words.items():
            at = self.add(f"filter_{attribute}", at, words=(value,))
        return at

    def find(self, phrase: Phrase) -> int:
        """Append what finds the things of a phrase; the last node is their set."""
        sets = []
        for link in phrase.links:
            one = self.the(link.to)
            sets.append(
                self.add(link.how, one) if link.how.startswith(SAME) else self.add("relate", one, words=(link.how,))
            )
        if not sets:
            return self.keep(self.add("scene"), phrase.words)
        return self.keep(sets[0] if len(sets) == 1 else self.add("intersect", *sets), phrase.words)

    def the(self, phrase: Phrase) -> int:
        """Append what finds the one thing of a phrase."""
        return self.add("unique", self.find(phrase))


def matching(world: World, words: Words, among: int) -> int:
    """The things of a set that have all words."""
    for attribute, value in words.items():
        among &= world.having[attribute][value]
    return among


def linked(world: World, how: str, thing: int) -> int:
    """The things that stand in a link to a thing."""
    if how.startswith(SAME):
        return world.having[how[len(SAME) :]][world.words[thing][how[len(SAME) :]]] & ~(1 << thing)
    return world.related[how][thing]


@define
class Drawer:
    """Draws phrases that fit one scene. Methods return None where the scene, or a bad throw, offers none."""

    world: World
    rng: np.random.Generator
    _table: list[list[int]] = field(init=False)  # for each thing and each choice of its words, what they mean

    def __attrs_post_init__(self) -> None:
        self._table = []
        for of_thing in self.world.words:
            meanings = [self.world.everything]
            for choice in range(1, 1 << len(NAMES)):
                lowest = (choice & -choice).bit_length() - 1
                name = NAMES[lowest]
                meanings.append(meanings[choice & (choice - 1)] & self.world.having[name][of_thing[name]])
            self._table.append(meanings)

    def pick(self, choices: Sequence[T]) -> T:
        """Choose uniformly; much faster than `Generator.choice` on short sequences."""
        return choices[int(self.rng.random() * len(choices))]

    def things(self, among: int) -> list[int]:
        """The members of a set."""
        return [i for i in range(self.world.size) if among >> i & 1]

    def the(self, hops: int, *, among: int | None = None, without: frozenset[str] = frozenset()) -> Found | None:
        """Draw a phrase that means one thing of the set `among`, over a chain of `hops` relations.

        The words of its last thing, though not of those before, leave out the attributes `without`.
        """
        among = self.world.everything if among is None else among
        if hops == 0:
            return self._unique((), self.world.everything, among=among, without=without)
        before = self.the(hops - 1)
        if before is None:
            return None
        how = self.pick(RELATIONS)
        there = linked(self.world, how, before.thing)
        found = self._unique((Link(how, before.phrase),), there, among=among & ~before.path, without=without)
        return found and evolve(found, path=found.path | before.path)

    def linked_one(self, links: tuple[Link, ...], there: int, *, without: frozenset[str]) -> Found | None:
        """Draw a phrase that means one thing of the set `there`, to which `links` restrict it."""
        return self._unique(links, there, among=there, without=without) if links else None

    def hop(self, hops: int) -> tuple[tuple[Link, ...], int]:
        """Draw a relation to the thing at the end of a chain, and the set of what stands so to it."""
        one = self.the(hops)
        if one is None:
            return (), 0
        how = self.pick(RELATIONS)
        return (Link(how, one.phrase),), linked(self.world, how, one.thing)

    def both(self) -> tuple[tuple[Link, ...], int]:
        """Draw relations to two different things, and the set of what stands in both."""
        one, two = self.the(0), self.the(0)
        if one is None or two is None or one.thing == two.thing:
            return (), 0
        first, second = self.pick(RELATIONS), self.pick(RELATIONS)
        there = linked(self.world, first, one.thing) & linked(self.world, second, two.thing)
        return (Link(first, one.phrase), Link(second, two.phrase)), there

    def same(self, attribute: str) -> tuple[tuple[Link, ...], int]:
        """Draw a link to a thing by a shared attribute that its own words leave open, and the set of what shares it."""
        one = self.the(0, without=frozenset({attribute}))
        if one is None:
            return (), 0
        return (Link(SAME + attribute, one.phrase),), linked(self.world, SAME + attribute, one.thing)

    def some(
        self, links: tuple[Link, ...], there: int, *, least: int = 0, without: frozenset[str] = frozenset()
    ) -> Phrase | None:
        """Draw a phrase of any number of things: at least `least` words, which links restrict to the set `there`.

        Most words are those of a thing of the scene, so that there being none is no rarer a surprise than it should be.
        """
        throw = self.rng.random()
        count = max(least, sum(throw > share for share in _AT_MOST))
        free = [name for name in NAMES if name not in without]
        model = self.world.words[self.pick(range(self.world.size))]
        chosen = {name for _, name in sorted((self.rng.random(), name) for name in free)[:count]}
        words = {a: self.pick(ATTRIBUTES[a]) if self.rng.random() < STRAY else model[a] for a in NAMES if a in chosen}
        if links and matching(self.world, words, there) == matching(self.world, words, self.world.everything):
            return Phrase(words, links) if self.rng.random() < TRIVIAL else None
        return Phrase(words, links)

    def _unique(self, links: tuple[Link, ...], there: int, *, among: int, without: frozenset[str]) -> Found | None:
        """Choose a thing of `there` and `among`, and words that mean nothing else in `there`."""
        candidates = self.things(there & among)
        if not candidates:
            return None
        thing = self.pick(candidates)
        alone = 1 << thing
        banned = sum(1 << k for k, name in enumerate(NAMES) if name in without)
        trivial = not links or self.rng.random() < TRIVIAL
        choices = [
            choice
            for choice, meaning in enumerate(self._table[thing])
            if meaning & there == alone and not choice & banned and (trivial or meaning != alone)
        ]
        if not choices:
            return None
        choice = self.pick(choices)
        words = {name: self.world.words[thing][name] for k, name in enumerate(NAMES) if choice >> k & 1}
        return Found(Phrase(words, links), thing, alone)
