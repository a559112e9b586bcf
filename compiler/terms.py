"""Programs as front ends give them: calls of ops, with words, in an order in which inputs come first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any, TypeAlias

from attrs import Factory, field, frozen

from .source import Source, Span

LONGEST = 100_000  # characters of a program as text


@frozen(cache_hash=True)
class Skeleton:
    """A program without its words. Programs that differ only in words share one, and are checked once.

    Node `n` calls `ops[n]` on the nodes `inputs[n]`, with `counts[n]` words; the last node is the result.
    """

    ops: tuple[str, ...]
    inputs: tuple[tuple[int, ...], ...]
    counts: tuple[int, ...]

    @property
    def depth(self) -> int:
        """The longest path, in calls; a call without inputs has depth 0."""
        depths: list[int] = []
        for inputs in self.inputs:
            depths.append(1 + max(depths[node] for node in inputs) if inputs else 0)
        return depths[-1]


@frozen
class Term:
    """A program: its skeleton, and the words of all nodes in order."""

    skeleton: Skeleton
    words: tuple[str, ...]

    def __str__(self) -> str:
        """The program as people write it: `exist(filter_color[red](scene()))`; a node used twice is written twice.

        `…` stands for what is behind the first 100,000 characters: written so, a program can grow without measure.
        """
        first = [0, *accumulate(self.skeleton.counts)]
        shown: list[str] = []
        length, rest = 0, list[str | int]([len(self.skeleton.ops) - 1] if self.skeleton.ops else [])
        while rest and length <= LONGEST:
            piece = rest.pop()
            if isinstance(piece, int):
                rest.extend(reversed(self._pieces(piece, self.words[first[piece] : first[piece + 1]])))
            else:
                shown.append(piece)
                length += len(piece)
        text = "".join(shown)
        return text if length <= LONGEST else f"{text[:LONGEST]}…"

    def _pieces(self, node: int, words: Sequence[str]) -> list[str | int]:
        """A call as text, with the numbers of calls where theirs comes."""
        skeleton = self.skeleton
        spelled = f"[{', '.join(map(_quoted, words))}]" if skeleton.counts[node] else ""
        pieces: list[str | int] = [f"{skeleton.ops[node]}{spelled}("]
        for at, one in enumerate(skeleton.inputs[node]):
            there = one if 0 <= one < len(skeleton.ops) else f"node {one}"
            pieces += [", ", there] if at else [there]
        return [*pieces, ")"]


def _quoted(word: str) -> str:
    """A word as a reader of terms takes it: one that is no name stands in quotes."""
    return word if re.fullmatch(r"[\w.'-]+", word) else f'"{word}"'


Places: TypeAlias = Sequence[tuple[int, int]]


@frozen
class Record:
    """One program of a file.

    `number` counts the records of the file from 0, `id` is the file's own name for it where it has one. `columns` are
    what else it says, such as `image`, `question`, `words` and `answer`. Where a file offers several programs for one
    question, `alternatives` are all of them, and `term` the one that was chosen.

    `text` is what was read and `line` where it begins in the file, from 1; `places` finds the characters of `text` that
    each node of `term` comes from: it is called when something is to be told, so that reading does not pay for it.
    """

    number: int
    term: Term
    columns: Mapping[str, Any] = field(default=Factory(dict), eq=False)
    file: str = field(default="", eq=False)
    id: str | int | None = field(default=None, eq=False)
    alternatives: tuple[Term, ...] = ()
    line: int = field(default=0, eq=False)
    text: str = field(default="", eq=False, repr=False)
    places: Callable[[Record], Places] | None = field(default=None, eq=False, repr=False)

    def span(self, node: int | None) -> Span | None:
        """Where a node was read (None: the whole record); None where the file is not read by its text."""
        if self.places is None or not self.line:
            return None
        source = Source(self.file, self.text, self.line)
        if node is None:
            return Span(source, 0, len(self.text))
        places = self.places(self)
        return Span(source, *places[node]) if node < len(places) else None

    @property
    def place(self) -> str:
        """Where the record stands, for people: its line, or its number and its name where it has one."""
        if self.line:
            return f"{self.file}:{self.line}"
        name = f" ({self.id})" if isinstance(self.id, str) else ""
        return f"{self.file}: question {self.number}{name}"
