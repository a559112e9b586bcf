"""Programs as front ends give them: calls of ops, with words, in an order in which inputs come first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from attrs import Factory, field, frozen


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
        """The program as people write it: `exist(filter_color[red](scene()))`; a node used twice is written twice."""
        shown: list[str] = []
        rest = iter(self.words)
        for op, inputs, count in zip(self.skeleton.ops, self.skeleton.inputs, self.skeleton.counts, strict=True):
            words = ", ".join(_quoted(next(rest)) for _ in range(count))
            shown.append(f"{op}{f'[{words}]' if count else ''}({', '.join(shown[node] for node in inputs)})")
        return shown[-1]


def _quoted(word: str) -> str:
    """A word as a reader of terms takes it: one that is no name stands in quotes."""
    return word if re.fullmatch(r"[\w.'-]+", word) else f'"{word}"'


@frozen
class Record:
    """One program of a file with its columns, such as `image_index`, `question` and `answer`."""

    number: int
    term: Term
    columns: Mapping[str, Any] = field(default=Factory(dict), eq=False)
