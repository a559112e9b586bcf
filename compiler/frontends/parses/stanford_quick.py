"""The edges of a plain sentence, as text -> Parse, at 50,000 a second and more.

Plain: an edge is two pieces of text with a space between, no word is copied, and all words that are named hang on the
root. `det(dog-3,` and `the-2)` come again and again, so each is taken apart once, and the rest is lookups. All other
sentences, and all that may be wrong, are left to `stanford_edges`.
"""

from __future__ import annotations

import re
import sys
from typing import TypeAlias

from .labels import Labels
from .parse import Parse
from .stanford_edges import Heading, differ
from .words import plain, tagged

KNOWN = 1 << 16  # texts that are remembered, of each kind
DEEPEST = 40  # edges from the root to a word
_GOVERNOR = re.compile(r"([^\s(]+)\(.+-(\d{1,6}),")
_DEPENDENT = re.compile(r"(.+)-(\d{1,6})\)")

Dependent: TypeAlias = tuple[int, str, str, str]


class _Governors(dict[str, tuple[str, int]]):
    """`det(dog/NN-3,` -> ("det", 3)."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels

    def __missing__(self, text: str) -> tuple[str, int]:
        if len(self) > KNOWN:
            self.clear()
        found = _GOVERNOR.fullmatch(text)
        if not found:
            raise KeyError(text)
        self.labels.note(found[1])
        made = self[text] = sys.intern(found[1]), int(found[2])
        return made


class _Dependents(dict[str, Dependent]):
    """`dog/NN-3)` -> (3, "dog/NN", "dog", "NN"); no tag where it has none."""

    def __missing__(self, text: str) -> Dependent:
        if len(self) > KNOWN:
            self.clear()
        found = _DEPENDENT.fullmatch(text)
        if not found:
            raise KeyError(text)
        word, tag = tagged(found[1])
        made = self[text] = int(found[2]), plain(found[1]), plain(word), tag
        return made


class Quick:
    """Reads sentences of one file; it remembers the texts that it met."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.governor = _Governors(labels).__getitem__
        self.dependent = _Dependents().__getitem__

    def parse(self, text: str, heading: Heading | None, number: int, line: int) -> Parse | None:
        """The sentence of these edges; None where it is not plain, or something may be wrong with it."""
        pieces = text.split()
        if len(pieces) != 2 * text.count("\n") + 2:
            return None
        try:
            relations, heads = zip(*map(self.governor, pieces[::2]), strict=True)
            places, wholes, texts, marks = zip(*map(self.dependent, pieces[1::2]), strict=True)
            if heads.count(0) != 1 or not _all_hang(dict(zip(places, heads, strict=True)), heads):
                return None
            edges = tuple(zip(relations, heads, places, strict=True))
            labels = self.labels.of(relations)
            if not all(marks):
                texts, marks = wholes, ()
            if heading is None:
                size = max(places)
                words, tags = _row(places, texts, size), _row(places, marks, size) if marks else ()
                return Parse(words, edges, tags, (), {}, labels, "", "", number, line)
            words, tags = heading.words, heading.tags
            lemmas: tuple[str, ...] = ()
            if wholes != tuple([words[place - 1] for place in places]):
                shown = _row(places, texts, len(words))
                lemmas = shown if differ(shown, words) else ()
                tags = tags or (_row(places, marks, len(words)) if marks else ())
        except LookupError:
            return None
        return Parse(words, edges, tags, lemmas, {}, labels, "", heading.tree, number, heading.line)


def _all_hang(above: dict[int, int], heads: tuple[int, ...]) -> bool:
    """Whether the way up from every word surely ends at the root. Raises KeyError where it ends elsewhere."""
    if 0 in above:
        return False
    above[0] = 0
    for _ in range(DEEPEST):
        heads = tuple(map(above.__getitem__, heads))
        if not any(heads):
            return True
    return False


def _row(places: tuple[int, ...], texts: tuple[str, ...], size: int) -> tuple[str, ...]:
    """Texts by their places, empty where there is none."""
    row = [""] * size
    for place, text in zip(places, texts, strict=True):
        row[place - 1] = text
    return tuple(row)
