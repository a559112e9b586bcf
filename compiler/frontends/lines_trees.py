"""Lines of parentheses: `(is car);(is (and car show))`. One reader for all formats that are written so.

What a word and a call mean is the format's own; here is what they have in common: one's own tokens (whatever is no
blank, no parenthesis and no `;` is part of a word: `t`, `'s`, `1,000`, `??`), nesting of any depth, alternatives, and
what is wrong, to the column.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from attrs import Factory, define, field, frozen

from ..diagnostics import Diagnostic
from ..source import Source, Span
from ..terms import Skeleton, Term

WORD = r"[^\s();]+"
KNOWN = 1 << 14  # skeletons that are kept
_TOKEN = re.compile(rf"[();]|{WORD}")

Key: TypeAlias = tuple[tuple[str, ...], tuple[tuple[int, ...], ...], tuple[int, ...]]


@frozen
class Word:
    """A word, and the characters that it stands at."""

    text: str
    start: int
    end: int


@define
class LineError(Exception):
    """What is wrong with a line, between two of its characters."""

    code: str
    message: str
    start: int
    end: int
    help: str = ""

    def told(self, file: str, text: str, line: int) -> Diagnostic:
        """The finding, with its place in the file."""
        return Diagnostic(self.code, self.message, Span(Source(file, text, line), self.start, self.end), help=self.help)


@define
class Calls:
    """A program that is being read: its calls, inputs first, and the characters that each comes from."""

    ops: list[str] = field(default=Factory(list))
    inputs: list[tuple[int, ...]] = field(default=Factory(list))
    words: list[tuple[str, ...]] = field(default=Factory(list))
    places: list[tuple[int, int]] = field(default=Factory(list))
    nested: bool = False  # a call was made of several, and its inputs do not stand right before it

    def add(self, op: str, inputs: tuple[int, ...], words: tuple[str, ...], place: tuple[int, int]) -> int:
        """One more call; its number."""
        self.ops.append(op)
        self.inputs.append(inputs)
        self.words.append(words)
        self.places.append(place)
        return len(self.ops) - 1

    def ordered(self) -> Calls:
        """The same, each call right behind the last of its inputs, as others write programs."""
        if not self.nested:
            return self
        made, numbers = Calls(), [-1] * len(self.ops)
        rest = [len(self.ops) - 1]
        while rest:
            node = rest[-1]
            missing = [one for one in self.inputs[node] if numbers[one] < 0]
            if missing:
                rest.extend(reversed(missing))
            else:
                inputs = tuple(numbers[one] for one in self.inputs[node])
                numbers[rest.pop()] = made.add(self.ops[node], inputs, self.words[node], self.places[node])
        return made

    def term(self, known: dict[Key, Skeleton]) -> Term:
        """The program."""
        key = tuple(self.ops), tuple(self.inputs), tuple(map(len, self.words))
        return Term(interned(key, known), tuple(word for words in self.words for word in words))


def interned(key: Key, known: dict[Key, Skeleton]) -> Skeleton:
    """The skeleton of these ops, inputs and counts; one that is known is used again."""
    skeleton = known.get(key)
    if skeleton is None:
        if len(known) >= KNOWN:
            known.clear()
        skeleton = known[key] = Skeleton(*key)
    return skeleton


@frozen
class Grammar:
    """What words and calls of a format mean; both add to the program, and say whether nothing stands around them.

    `call` is given the name behind the parenthesis, the inputs, and the characters of the whole.
    """

    word: Callable[[Calls, Word, bool], int]
    call: Callable[[Calls, Word, list[int], tuple[int, int], bool], int]
    alternatives: bool = True


@define
class _Open:
    """A parenthesis that is not closed yet."""

    start: int
    name: Word | None = None
    inputs: list[int] = field(default=Factory(list))


@define
class _Reader:
    grammar: Grammar
    found: list[Calls] = field(default=Factory(list))
    calls: Calls = field(default=Factory(Calls))
    opened: list[_Open] = field(default=Factory(list))
    whole: bool = False  # the alternative has been read

    def read(self, text: str) -> list[Calls]:
        for match in _TOKEN.finditer(text):
            sign, start = match[0], match.start()
            if sign == ";":
                self._next(start)
            elif self.whole:
                raise self._behind(sign, start, match.end())
            elif sign == "(":
                self._open(start)
            elif sign == ")":
                self._close(start)
            else:
                self._word(Word(sign, start, match.end()))
        end = len(text.rstrip())
        if self.opened:
            start = self.opened[-1].start
            raise LineError("NMT420", "this parenthesis is never closed", start, start + 1)
        self._ended(end)
        return self.found

    def _next(self, start: int) -> None:
        if self.opened:
            message = "the parenthesis is not closed before `;`" if self.grammar.alternatives else "`;` means nothing"
            raise LineError(
                "NMT420", message, start, start + 1, "put `)` before it" if self.grammar.alternatives else ""
            )
        if not self.grammar.alternatives:
            raise LineError("NMT423", "one program stands on a line, without `;`", start, start + 1)
        self._ended(start)

    def _ended(self, at: int) -> None:
        if not self.whole:
            what = "an alternative" if self.found or at else "a program"
            raise LineError("NMT421", f"{what} was expected, and nothing stands here", at, at + 1)
        self.found.append(self.calls.ordered())
        self.calls, self.whole = Calls(), False

    def _behind(self, sign: str, start: int, end: int) -> LineError:
        if sign == ")":
            return LineError("NMT420", "this parenthesis closes nothing", start, end, "leave it out")
        help_ = "one program stands on a line"
        if self.grammar.alternatives:
            help_ = "alternatives are parted by `;`, and other programs stand on lines of their own"
        return LineError("NMT423", f"the program ends before `{sign}`", start, end, help_)

    def _open(self, start: int) -> None:
        if self.opened and self.opened[-1].name is None:
            raise LineError("NMT422", "a name was expected behind the parenthesis, found `(`", start, start + 1)
        self.opened.append(_Open(start))

    def _close(self, start: int) -> None:
        if not self.opened:
            raise LineError("NMT420", "this parenthesis closes nothing", start, start + 1, "leave it out")
        one = self.opened.pop()
        if one.name is None:
            raise LineError("NMT422", "a name was expected between the parentheses", one.start, start + 1)
        top = not self.opened
        self._put(self.grammar.call(self.calls, one.name, one.inputs, (one.start, start + 1), top))

    def _word(self, word: Word) -> None:
        if self.opened and self.opened[-1].name is None:
            self.opened[-1].name = word
        else:
            self._put(self.grammar.word(self.calls, word, not self.opened))

    def _put(self, node: int) -> None:
        if self.opened:
            self.opened[-1].inputs.append(node)
        else:
            self.whole = True


def read_line(text: str, grammar: Grammar) -> list[Calls]:
    """The alternatives of a line, one or more; raises LineError."""
    return _Reader(grammar).read(text)


def arity(name: Word, takes: str, inputs: list[int], place: tuple[int, int]) -> LineError:
    """The finding that a call has too many inputs, or too few."""
    return LineError("NMT424", f"`{name.text}` takes {takes}, found {len(inputs) or 'none'}", *place)


def unparted(head: Word) -> LineError:
    """The finding that a head stands there by itself: `is red`."""
    help_ = f"write `({head.text} ...)`"
    return LineError("NMT422", "the line is not in parentheses", head.start, head.end, help_)
