"""Places as the protocol counts them: lines end at LF, CR LF or CR, columns count units of UTF-16 or what is agreed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from attrs import define, field

LINE_END = re.compile(r"\r\n|\n|\r")


# How many units a character takes.
UNITS: dict[str, Callable[[str], int]] = {
    "utf-8": lambda char: len(char.encode("utf-8", "surrogatepass")),
    "utf-16": lambda char: 2 if char > "\uffff" else 1,
    "utf-32": lambda _: 1,
}


@define(eq=False)
class Lines:
    """The lines of a text."""

    text: str = field(repr=False)
    encoding: str = "utf-16"
    _starts: list[int] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._starts = [0, *(found.end() for found in LINE_END.finditer(self.text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both from 0; behind the text, its end."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self._starts, offset) - 1
        inside = self.text[self._starts[line] : offset]
        return line, len(inside) if inside.isascii() else sum(map(UNITS[self.encoding], inside))

    def offset(self, line: int, column: int) -> int:
        """The character at a line and column; a place beyond a line is its end, one beyond the text the text's."""
        if line >= len(self._starts):
            return len(self.text)
        start = self._starts[max(line, 0)]
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self.text)
        inside = self.text[start:end].rstrip("\r\n")
        if inside.isascii():
            return start + min(max(column, 0), len(inside))
        passed = 0
        for at, char in enumerate(inside):
            if passed >= column:
                return start + at
            passed += UNITS[self.encoding](char)
        return start + len(inside)
