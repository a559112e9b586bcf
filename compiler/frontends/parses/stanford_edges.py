"""The edges of one sentence, as text -> Parse.

This is the way that can read all of them; `stanford_quick` is the one that most sentences take.
"""

from __future__ import annotations

import re

from attrs import define

from .graphs import Fault, fault_of
from .labels import Labels
from .parse import Edge, Parse
from .words import plain, tagged

# Words may hold brackets, commas, numbers, and spaces of another kind (`1\u00a01/2`).
EDGE = re.compile(r"([^\s(]+)\(([^ ]+)-(\d{1,6})('*), ([^ ]+)-(\d{1,6})('*)\)[ \t]*")
# Something that was meant to be an edge.
EDGE_LIKE = re.compile(r"[^\s()]+\(\S*(?:-\d|,)")


@define
class Heading:
    """What stands before the edges of a sentence."""

    line: int
    words: tuple[str, ...]
    tags: tuple[str, ...]
    tree: str = ""


def is_edges(text: str) -> bool:
    """Whether every line is an edge."""
    return all(map(EDGE.fullmatch, text.split("\n")))


def parse_of(text: str, heading: Heading | None, labels: Labels, number: int, line: int) -> Parse | Fault:
    """The sentence of these edges, or what is wrong with it. `number` and `line` are those of the sentence."""
    found = [EDGE.fullmatch(row) for row in text.split("\n")]
    matches = [one for one in found if one]
    if len(matches) < len(found):
        help_ = "relation(word-1, word-2) was expected, a line for each edge"
        return Fault("NMT440", "this is no edge of a sentence", help_, found.index(None))
    nodes = [(int(one[at]), len(one[at + 1]), one[at - 1]) for at in (3, 6) for one in matches]
    size = len(heading.words) if heading else max(place for place, _, _ in nodes)
    copies, names = _copies(nodes, size)
    numbers = [names.get((place, strokes), place) for place, strokes, _ in nodes]
    half = len(matches)
    edges: tuple[Edge, ...] = tuple(
        zip((one[1] for one in matches), numbers[:half], numbers[half:], strict=True),
    )
    fault = fault_of(edges, size, copies)
    if fault:
        return fault
    relations = [one[1] for one in matches]
    for relation in relations:
        labels.note(relation)
    shown, shown_tags = _shown(nodes, size)
    if heading is None:
        return Parse(shown, edges, shown_tags, (), copies, labels.of(relations), "", "", number, line)
    tags, lemmas = heading.tags or shown_tags, shown if differ(shown, heading.words) else ()
    return Parse(
        heading.words, edges, tags, lemmas, copies, labels.of(relations), "", heading.tree, number, heading.line
    )


def differ(shown: tuple[str, ...] | list[str], words: tuple[str, ...]) -> bool:
    """Whether edges write some word differently: then what they write are lemmas."""
    for text, word in zip(shown, words, strict=True):  # noqa: SIM110 -- the first tells, mostly; a generator costs more
        if text and text != word:
            return True
    return False


def _copies(nodes: list[tuple[int, int, str]], size: int) -> tuple[dict[int, int], dict[tuple[int, int], int]]:
    """Numbers above the sentence for copies, in the order of their words: of which word each is one, and its number."""
    found = sorted({(place, strokes) for place, strokes, _ in nodes if strokes})
    return (
        {size + at: place for at, (place, _) in enumerate(found, 1)},
        {node: size + at for at, node in enumerate(found, 1)},
    )


def _shown(nodes: list[tuple[int, int, str]], size: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What edges write for each word, and its tag where all have one; of dependents first, and the last that counts."""
    half = len(nodes) // 2
    texts = {place: text for place, _, text in nodes[half:]}
    texts = {place: text for place, _, text in nodes[:half] if place} | texts
    pairs = {place: tagged(text) for place, text in texts.items()}
    row, tags = [""] * size, [""] * size
    all_tagged = all(tag for _, tag in pairs.values())
    for place, (text, tag) in pairs.items():
        row[place - 1] = plain(text if all_tagged else texts[place])
        tags[place - 1] = tag
    return tuple(row), tuple(tags) if all_tagged else ()
