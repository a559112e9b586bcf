"""Programs that come again and again, such as those without words: they are read once, and kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sized
from typing import Any, Protocol

from attrs import Factory, define, field

from ..diagnostics import Diagnostic
from ..terms import Places, Record, Skeleton, Term
from .files import Input, lines
from .lines_trees import Calls, Key, LineError

KEPT, SHORT = 4096, 256  # programs that are kept, and signs (tokens) of each at most


class _Text(Hashable, Sized, Protocol):
    """What a program is read from."""


@define
class Kept:
    """Programs by what they were read from; all their skeletons are kept, of the programs the latest short ones."""

    skeletons: dict[Key, Skeleton] = field(default=Factory(dict))
    terms: dict[Hashable, Term] = field(default=Factory(dict))

    def term(self, text: _Text, read: Callable[[Any], Calls]) -> Term:
        """The program of a text; raises LineError where `read` does."""
        found = self.terms.get(text)
        if found is None:
            found = read(text).term(self.skeletons)
            if len(self.terms) >= KEPT:
                self.terms.clear()
            if len(text) <= SHORT:
                self.terms[text] = found
        return found


def records(source: Input, read: Callable[[str], Calls]) -> Iterator[Record | Diagnostic]:
    """A record a line; `read` gives the calls of one, or raises LineError. Raises CompileError (NMT401, NMT402)."""
    kept = Kept()

    def places(record: Record) -> Places:
        return read(record.text).places

    for number, (line, text) in enumerate(lines(source)):
        if isinstance(text, Diagnostic):
            yield text
            continue
        try:
            term = kept.term(text, read)
        except LineError as fault:
            yield fault.told(source.name, text, line)
        else:
            yield Record(number, term, {}, source.name, line=line, text=text, places=places)
