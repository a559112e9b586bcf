"""A parsed sentence: its words with tags and lemmas, and typed dependencies between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from attrs import Factory, field, frozen

Edge: TypeAlias = tuple[str, int, int]  # relation, governor (0: the root of the sentence), dependent


@frozen
class Parse:
    """One sentence.

    Words count from 1: word n is `words[n - 1]`, empty where the text does not show it. Brackets are plain, `(` and not
    `-LRB-`. `tags` (Penn) and `lemmas` are as long as `words`, empty for a word of which they are not known, or empty
    as a whole where the text has none. `edges` stand in the order of the file, the root's relation is `root`. A word
    that was copied (`walk/VBG-4'`, or the empty node `4.1`) has a number above `len(words)`, and `copies` says of which
    word it is one.

    `labels` is the set of relations that it uses: `sd` (Stanford, 2.x), `ud1` (3.5 to 3.9), `ud2` (4.x) or `clear`
    (spaCy); where a sentence alone does not tell, its file does. `line` is where it begins in its file, from 1, and
    `number` counts sentences from 0, those that could not be used among them. `text` is the sentence as it was asked,
    where that is known. `tree` is its Penn tree, in one line, where there is one.
    """

    words: tuple[str, ...]
    edges: tuple[Edge, ...] = ()
    tags: tuple[str, ...] = ()
    lemmas: tuple[str, ...] = ()
    copies: Mapping[int, int] = field(default=Factory(dict))
    labels: str = "ud2"
    text: str = ""
    tree: str = ""
    number: int = 0
    line: int = 0

    def original(self, number: int) -> int:
        """The number of the word that a number stands for: itself, or the word that it copies."""
        return self.copies.get(number, number)
