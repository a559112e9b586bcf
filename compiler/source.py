"""Texts and places in them."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from attrs import define, field, frozen


@define(eq=False, slots=False)
class Source:
    """A file as it was read, or some lines of it: `first` is the number of the first."""

    path: str
    text: str = field(repr=False)
    first: int = 1

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        starts.extend(at + 1 for at, char in enumerate(self.text) if char == "\n")
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both from 1."""
        line = bisect_right(self._starts, offset)
        return line + self.first - 1, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, by its number in the file, without its end."""
        number -= self.first - 1
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")


@frozen
class Span:
    """The characters `start` to `end` (excluded) of a source."""

    source: Source = field(repr=False)
    start: int
    end: int

    def __str__(self) -> str:
        line, column = self.source.position(self.start)
        return f"{self.source.path}:{line}:{column}"

    @property
    def line(self) -> int:
        """The line where it begins, from 1."""
        return self.source.position(self.start)[0]

    @property
    def text(self) -> str:
        """What stands there."""
        return self.source.text[self.start : self.end]


NOWHERE = Span(Source("", ""), 0, 0)
