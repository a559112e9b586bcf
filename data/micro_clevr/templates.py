"""Families of questions: how each is drawn on a scene, and how it may be worded.

A family is a row of `FAMILIES`, and its place there is its `question_family_index`: add new ones at the end.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from attrs import frozen

from .phrases import SAME, Drawer, Link, Phrase, Program, Words
from .things import ATTRIBUTES

Links = Callable[[Drawer], tuple[tuple[Link, ...], int]]
"""Draws links and the set to which they restrict, as `Drawer.hop` does; no links where the throw was bad."""

NONE: Final[frozenset[str]] = frozenset()


@frozen
class Draft:
    """A question that is not worded yet: its program, computed, and the phrases that it speaks of."""

    program: Program
    phrases: tuple[Phrase, ...]
    outer: Words | None = None  # words that hold for both phrases


@frozen
class Family:
    """Questions of one kind."""

    name: str
    draw: Callable[[Drawer], Draft | None]
    texts: tuple[str, ...]


COUNT: Final = (
    "How many {s} are there?",
    "What number of {s} are there?",
    "How many {s} can be seen?",
    "What is the number of {s}?",
)
COUNT_LINKED: Final = ("How many {bare} {are}?", "What number of {bare} {are}?")
COUNT_IT: Final = ("There is {toa}; how many {bare} are {it}?", "There is {toa}; what number of {bare} are {it}?")
EXIST: Final = ("Is there {a}?", "Are there any {s}?", "Can {a} be seen?", "Are any {s} visible?")
EXIST_IT: Final = ("There is {toa}; is there {abare} {it}?", "There is {toa}; are there any {bare} {it}?")
UNION: Final = (
    "How many {outer} are {s} or {s2}?",
    "What number of {outer} are either {s} or {s2}?",
    "How many {outer} are there that are {s} or {s2}?",
)
QUERY: Final = {
    "size": ("What size is {the}?", "How big is {the}?", "{The} is of what size?", "There is {a}; how big is it?"),
    "color": ("What color is {the}?", "What is the color of {the}?", "{The} is what color?"),
    "material": ("What is {the} made of?", "What material is {the}?", "There is {a}; what is it made of?"),
    "shape": ("What shape is {the}?", "{The} has what shape?", "What is the shape of {the}?"),
}
COMPARE: Final = {
    "equal_integer": (
        "Are there as many {s} as {s2}?",
        "Is the number of {s} equal to the number of {s2}?",
        "Is there an equal number of {s} and {s2}?",
    ),
    "less_than": (
        "Are there fewer {s} than {s2}?",
        "Is the number of {s} smaller than the number of {s2}?",
        "Is the number of {s} less than the number of {s2}?",
    ),
    "greater_than": (
        "Are there more {s} than {s2}?",
        "Is the number of {s} larger than the number of {s2}?",
        "Is the number of {s} greater than the number of {s2}?",
    ),
}


def _query_texts(attribute: str) -> tuple[str, ...]:
    return (*QUERY[attribute], f"There is {{a}}; what {attribute} is it?", f"There is {{a}}; what is its {attribute}?")


def _equal_texts(attribute: str) -> tuple[str, ...]:
    made = " made of" if attribute == "material" else " of" if attribute == "shape" else ""
    return (
        f"Do {{the}} and {{the2}} have the same {attribute}?",
        f"Does {{the}} have the same {attribute} as {{the2}}?",
        f"Is {{the}}{made} the same {attribute} as {{the2}}?",
        f"Is the {attribute} of {{the}} the same as that of {{the2}}?",
        f"There is {{a}}; does it have the same {attribute} as {{the2}}?",
        f"There is {{a}}; is its {attribute} the same as that of {{the2}}?",
    )


def tally(drawer: Drawer, *, head: str, links: Links | None, without: frozenset[str] = NONE) -> Draft | None:
    """Draw `count` or `exist` of a set."""
    chain, there = links(drawer) if links else ((), drawer.world.everything)
    if links and not chain:
        return None
    # Whether there is anything at all is no question.
    phrase = drawer.some(chain, there, least=int(head == "exist" and not links), without=without)
    if phrase is None:
        return None
    program = Program(drawer.world)
    program.add(head, program.find(phrase))
    return Draft(program, (phrase,))


def query(drawer: Drawer, *, attribute: str, links: Links | None, without: frozenset[str] = NONE) -> Draft | None:
    """Draw `query_<attribute>` of one thing, whose words leave the attribute open."""
    without |= {attribute}
    found = drawer.linked_one(*links(drawer), without=without) if links else drawer.the(0, without=without)
    if found is None:
        return None
    program = Program(drawer.world)
    program.add(f"query_{attribute}", program.the(found.phrase))
    return Draft(program, (found.phrase,))


def equal(drawer: Drawer, *, attribute: str, hops: tuple[int, int]) -> Draft | None:
    """Draw whether two things, at the ends of two chains, agree in an attribute that their words leave open."""
    open_ = frozenset({attribute})
    one = drawer.the(hops[0], without=open_)
    if one is None:
        return None
    others = drawer.world.everything & ~(1 << one.thing)
    if drawer.rng.random() < 0.5:  # few pairs agree in color
        others &= drawer.world.having[attribute][drawer.world.words[one.thing][attribute]]
    two = drawer.the(hops[1], among=others, without=open_)
    if two is None:
        return None
    program = Program(drawer.world)
    values = [program.add(f"query_{attribute}", program.the(found.phrase)) for found in (one, two)]
    program.add(f"equal_{attribute}", *values)
    return Draft(program, (one.phrase, two.phrase))


def _two_sets(drawer: Drawer, hops: tuple[int, int], without: frozenset[str] = NONE) -> tuple[Phrase, ...] | None:
    """Draw two phrases of which, by their words alone, neither is part of the other."""
    phrases = []
    for n in hops:
        chain, there = drawer.hop(n - 1) if n else ((), drawer.world.everything)
        phrase = drawer.some(chain, there, least=int(n == 0), without=without) if chain or not n else None
        if phrase is None:
            return None
        phrases.append(phrase)
    one, two = phrases
    return None if _covers(one, two) or _covers(two, one) else (one, two)


def _covers(wide: Phrase, narrow: Phrase) -> bool:
    """Whether the text of two phrases gives away that one means all that the other means."""
    return wide.links in ((), narrow.links) and wide.words.items() <= narrow.words.items()


def compare(drawer: Drawer, *, head: str, hops: tuple[int, int]) -> Draft | None:
    """Draw a comparison of the numbers of two sets, at most one of them empty."""
    phrases = _two_sets(drawer, hops)
    if phrases is None:
        return None
    program = Program(drawer.world)
    counts = [program.add("count", program.find(phrase)) for phrase in phrases]
    program.add(head, *counts)
    return Draft(program, phrases) if any(program.values[at] for at in counts) else None


def union(drawer: Drawer, *, hops: tuple[int, int], filtered: bool) -> Draft | None:
    """Draw how many things are in one set or another, and, if `filtered`, have words that neither phrase speaks of."""
    outer: Words = {}
    if filtered:
        wanted = drawer.some((), drawer.world.everything, least=1)
        outer = wanted.words if wanted else {}
    phrases = _two_sets(drawer, hops, without=frozenset(outer))
    if phrases is None:
        return None
    program = Program(drawer.world)
    program.add("count", program.keep(program.add("union", *map(program.find, phrases)), outer))
    return Draft(program, phrases, outer)


def _families() -> Iterator[Family]:
    shapes: dict[str, Links | None] = {
        "none": None,
        "one": partial(Drawer.hop, hops=0),
        "two": partial(Drawer.hop, hops=1),
        "three": partial(Drawer.hop, hops=2),
        "both": Drawer.both,
    }
    for shape, links in shapes.items():
        linked, it = bool(links), shape in {"one", "two", "three"}
        texts = (*COUNT, *COUNT_LINKED * linked, *COUNT_IT * it)
        yield Family(f"count {shape}", partial(tally, head="count", links=links), texts)
        yield Family(f"exist {shape}", partial(tally, head="exist", links=links), (*EXIST, *EXIST_IT * it))
        for a in ATTRIBUTES:
            yield Family(f"query {a} {shape}", partial(query, attribute=a, links=links), _query_texts(a))
    for shared in ATTRIBUTES:
        same = partial(Drawer.same, attribute=shared)
        draw = partial(tally, links=same, without=frozenset({shared}))
        yield Family(f"count {SAME}{shared}", partial(draw, head="count"), (*COUNT, *COUNT_LINKED))
        yield Family(f"exist {SAME}{shared}", partial(draw, head="exist"), EXIST)
        for a in ATTRIBUTES:
            if a != shared:
                ask = partial(query, attribute=a, links=same, without=frozenset({shared}))
                yield Family(f"query {a} {SAME}{shared}", ask, _query_texts(a))
    pairs = ((0, 0), (1, 0), (0, 1), (1, 1))
    for hops in pairs:
        yield Family(f"union {hops}", partial(union, hops=hops, filtered=False), UNION)
    yield Family("union, filtered", partial(union, hops=(0, 0), filtered=True), UNION)
    for hops in pairs:
        for head, texts in COMPARE.items():
            yield Family(f"{head} {hops}", partial(compare, head=head, hops=hops), texts)
        for a in ATTRIBUTES:
            yield Family(f"equal {a} {hops}", partial(equal, attribute=a, hops=hops), _equal_texts(a))


FAMILIES: Final = tuple(_families())
