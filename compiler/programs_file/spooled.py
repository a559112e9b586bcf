"""Columns on their way into a compiled file: each in the form that `columns.py` reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

from attrs import define, field, frozen

from .arrays import Spool

T = TypeVar("T")

PLAIN = frozenset([str, int])
BLOCK = 1024  # records that are written at once
# How columns are kept; any other as JSON.
KINDS = {
    "question": "text",
    "words": "list",
    "answers": "list",
    "image": "value",
    "image_index": "value",
    "answer": "value",
    "family": "value",
    "split": "value",
    "fallback": "value",
}


class Numbers(dict[Any, int]):
    """Things in the order in which they are first met."""

    def __missing__(self, key: Any) -> int:
        number = self[key] = len(self)
        return number


class Words(Numbers):
    """Words: raises TypeError for what is no text."""

    def __missing__(self, key: Any) -> int:
        if not isinstance(key, str):
            raise TypeError(key)
        return super().__missing__(key)


@frozen
class _Odd:
    """A value that is no text or whole number, as JSON: 1, 1.0 and True are one key, and not one value."""

    json: str


class Column(Protocol):
    """What programs have under one name, in the order of programs; None where one has none."""

    def extend(self, values: Sequence[Any]) -> None:
        """Add to the end."""

    def arrays(self) -> Mapping[str, Spool]:
        """What is written, by what is to be added to the column's name."""

    def close(self) -> None:
        """Let the disk go."""


@define(eq=False)
class Values:
    """Values that come again: the number of each from 1, and what they are, as JSON. 0 is none."""

    folder: Path
    known: Numbers = field(factory=Numbers)
    numbers: Spool = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.numbers = Spool(self.folder)

    def extend(self, values: Sequence[Any]) -> None:
        """See `Column`."""
        known = self.known
        self.numbers.extend(
            [0 if one is None else 1 + known[one if type(one) in PLAIN else _Odd(json.dumps(one))] for one in values]
        )

    def arrays(self) -> Mapping[str, Spool]:
        """See `Column`."""
        plain = (one.json if isinstance(one, _Odd) else json.dumps(one) for one in self.known)
        return {"": self.numbers, **spooled_names(self.folder, "values", plain)}

    def close(self) -> None:
        """See `Column`."""
        self.numbers.close()


@define(eq=False)
class Texts:
    """Texts, or any other values as JSON: the length of each in bytes and 1, 0 for none, and all bytes."""

    folder: Path
    plain: bool
    lengths: Spool = field(init=False)
    text: Spool = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.lengths, self.text = Spool(self.folder), Spool(self.folder, numbers=False)

    def extend(self, values: Sequence[Any]) -> None:
        """See `Column`."""
        spell = _bytes if self.plain else _json
        whole = [None if one is None else spell(one) for one in values]
        self.lengths.extend([0 if one is None else 1 + len(one) for one in whole])
        self.text.extend(b"".join([one for one in whole if one]))

    def arrays(self) -> Mapping[str, Spool]:
        """See `Column`."""
        return {"lengths": self.lengths, "text": self.text}

    def close(self) -> None:
        """See `Column`."""
        self.lengths.close()
        self.text.close()


@define(eq=False)
class Lists:
    """Lists of words: the length of each and 1, 0 for none, and the numbers of all words."""

    folder: Path
    words: Words
    lengths: Spool = field(init=False)
    items: Spool = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.lengths, self.items = Spool(self.folder), Spool(self.folder)

    def extend(self, values: Sequence[Sequence[str] | None]) -> None:
        """See `Column`."""
        words = self.words
        if not all(one is None or isinstance(one, tuple | list) for one in values):
            raise TypeError(values)
        self.lengths.extend([0 if one is None else 1 + len(one) for one in values])
        self.items.extend([words[word] for one in values if one for word in one])

    def arrays(self) -> Mapping[str, Spool]:
        """See `Column`."""
        return {"lengths": self.lengths, "items": self.items}

    def close(self) -> None:
        """See `Column`."""
        self.lengths.close()
        self.items.close()


def new_column(folder: Path, name: str, words: Words) -> Column:
    """A column by its name; lists share the words of the file."""
    match KINDS.get(name):
        case "value":
            return Values(folder)
        case "list":
            return Lists(folder, words)
        case kind:
            return Texts(folder, plain=kind == "text")


def spooled_names(folder: Path, name: str, texts: Iterable[str]) -> dict[str, Spool]:
    """A list of texts: their lengths in bytes, and all bytes."""
    lengths, text = Spool(folder), Spool(folder, numbers=False)
    for some in blocks(texts):
        whole = [_bytes(one) for one in some]
        lengths.extend([len(one) for one in whole])
        text.extend(b"".join(whole))
    return {f"{name}.lengths": lengths, f"{name}.text": text}


def blocks(things: Iterable[T]) -> Iterator[list[T]]:
    """Some at a time."""
    rest = iter(things)
    while some := list(islice(rest, BLOCK)):
        yield some


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # JSON can hold half a character


def _json(value: Any) -> bytes:
    return b"%d" % value if type(value) is int else _bytes(json.dumps(value))
