"""Columns of a compiled file, as they are kept, cut into parts when they are asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from attrs import frozen

from .arrays import Array, Arrays


class Column(Protocol):
    """What each program of a file has, or None."""

    def part(self, start: int, stop: int) -> Sequence[Any]:
        """The values of the programs from `start` to `stop` (excluded)."""


@frozen(eq=False)
class Values:
    """Values that come again: (N,) the number of each in `values`, of which the first is None."""

    numbers: Array
    values: tuple[Any, ...]

    def part(self, start: int, stop: int) -> Sequence[Any]:
        """See `Column`."""
        return [self.values[number] for number in self.numbers[start:stop].tolist()]


@frozen(eq=False)
class Texts:
    """Texts, or values as JSON: whether there is one, where each begins, and the bytes of all."""

    arrays: Arrays
    lengths: Array
    starts: Array
    text: Array
    plain: bool

    def part(self, start: int, stop: int) -> Sequence[Any]:
        """See `Column`."""
        ends = self.starts[start : stop + 1].tolist()
        text = self.text[ends[0] : ends[-1]].tobytes()
        made = (decoded(self.arrays, text[a - ends[0] : b - ends[0]]) for a, b in pairwise(ends))
        return [
            (one if self.plain else value(self.arrays, one)) if length else None
            for one, length in zip(made, self.lengths[start:stop].tolist(), strict=True)
        ]


@frozen(eq=False)
class Lists:
    """Lists of words: whether there is one, where each begins, and the numbers of all words."""

    lengths: Array
    starts: Array
    items: Array
    words: tuple[str, ...]

    def part(self, start: int, stop: int) -> Sequence[Any]:
        """See `Column`."""
        ends = self.starts[start : stop + 1].tolist()
        words = [self.words[number] for number in self.items[ends[0] : ends[-1]].tolist()]
        return [
            tuple(words[a - ends[0] : b - ends[0]]) if length else None
            for (a, b), length in zip(pairwise(ends), self.lengths[start:stop].tolist(), strict=True)
        ]


def column(arrays: Arrays, name: str, kind: str, count: int, words: tuple[str, ...]) -> Column:
    """A column of `count` programs; raises CompileError (NMT417) where the arrays do not fit each other."""
    if kind not in ("value", "text", "list", "json"):  # it may be anything, also what cannot be hashed
        raise arrays.fault("its header is damaged")
    if kind == "value":
        values = (None, *[value(arrays, one) for one in names(arrays, f"{name}.values")])
        return Values(below(arrays, name, len(values), count), values)
    lengths = below(arrays, f"{name}.lengths", 1 << 40, count)
    inside = f"{name}.items" if kind == "list" else f"{name}.text"
    begins = starts(arrays, np.maximum(lengths.astype(np.int64) - 1, 0), len(arrays[inside]))
    if kind == "list":
        return Lists(lengths, begins, below(arrays, inside, len(words)), words)
    return Texts(arrays, lengths, begins, arrays[inside], kind == "text")


def below(arrays: Arrays, name: str, limit: int, count: int | None = None) -> Array:
    """Numbers from 0 up to a limit; `count` of them, where that is known."""
    found = arrays[name]
    if len(found) and not 0 <= int(found.min()) <= int(found.max()) < limit:
        raise arrays.fault(f"has numbers in `{name}` that stand for nothing")
    if count not in {None, len(found)}:
        raise arrays.fault(f"has {len(found)} numbers in `{name}` for {count} programs")
    return found


def starts(arrays: Arrays, widths: Array, total: int) -> Array:
    """Where each part begins, and where the last ends."""
    made = np.zeros(len(widths) + 1, dtype=np.int64)
    np.cumsum(widths, out=made[1:])
    if made[-1] != total:
        raise arrays.fault(f"has {total} where there should be {made[-1]}")
    return made


def names(arrays: Arrays, name: str) -> tuple[str, ...]:
    """A list of texts."""
    text = arrays[f"{name}.text"].tobytes()
    ends = starts(arrays, arrays[f"{name}.lengths"].astype(np.int64), len(text)).tolist()
    return tuple(decoded(arrays, text[a:b]) for a, b in pairwise(ends))


def decoded(arrays: Arrays, text: bytes) -> str:
    """A text from its bytes."""
    try:
        return text.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise arrays.fault("holds a text that is none") from None


def value(arrays: Arrays, text: str) -> Any:
    """What JSON says, all its lists as tuples."""
    try:
        return _tuples(json.loads(text))
    except (ValueError, RecursionError):
        raise arrays.fault("holds a value that is none") from None


def _tuples(made: Any) -> Any:
    if isinstance(made, list):
        return tuple([_tuples(one) for one in made])
    return {name: _tuples(one) for name, one in made.items()} if isinstance(made, dict) else made
