"""Questions without programs: a file without any is told once, else each of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from attrs import Factory, define, field

from ..diagnostics import Diagnostic


@define
class Lacking:
    """The questions of a file that lack their programs, until the first that has one.

    Whether a file has programs at all shows late: until then only numbers are kept, eight bytes each.
    """

    name: str
    advice: str  # what to do where a file has no programs
    over: bool = False  # a program was seen: from here on each is told at once
    _numbers: array[int] = field(default=Factory(lambda: array("Q")))

    def add(self, number: int) -> Iterator[Diagnostic]:
        """One more."""
        if self.over:
            yield self._one(number)
        else:
            self._numbers.append(number)

    def end(self) -> Iterator[Diagnostic]:
        """A program was seen: those before it are told, one by one."""
        self.over = True
        yield from map(self._one, self._numbers)
        del self._numbers[:]

    def rest(self) -> Iterator[Diagnostic]:
        """The file has ended."""
        if len(self._numbers) == 1:
            yield self._one(self._numbers[0])
        elif self._numbers:
            message = f"none of its {len(self._numbers):,} questions has a program"
            yield Diagnostic("NMT430", message, place=self.name, help=self.advice)

    def _one(self, number: int) -> Diagnostic:
        message = "has no program (the released test split has none)"
        return Diagnostic("NMT403", message, place=f"{self.name}: question {number}")
