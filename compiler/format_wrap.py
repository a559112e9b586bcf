"""A declaration as lines: on one where it fits and no comment stands inside, else broken at fixed places.

Places to break, the outermost first: behind the `=` or `:` that ends the head, at the widest bracket, between elements
(words fill lines; parameters and arguments have a line each where they do not fit on one), before operators that bind
least. Where nothing can be broken, a line is longer than `WIDTH`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from attrs import define, field

from .format_words import Comment, Declaration, Word, commented, flat

WIDTH = 120
STEP = 2  # blanks
DEEPEST = 60  # indentation behind which nothing is broken any more: what is nested so deeply fits on no line

OPEN, CLOSE = frozenset(["LPAR", "LSQB", "LBRACE"]), frozenset(["RPAR", "RSQB", "RBRACE"])
# What ends the head of a declaration, and of a soft constraint.
SEPARATORS = {
    "dim": ("=",),
    "vocab": ("=", "from"),
    "type": ("=",),
    "op": ("=",),
    "model": ("=",),
    "source": (":",),
    "target": (":",),
    "layout": (":",),
    "expect": (":",),
    "law": (":",),
    "soft": (":",),
}
# What a line is broken before, the least binding first.
OPERATORS = (
    frozenset(["COMPARE", "WEIGHT"]),
    frozenset(["FROM", "IN", "BY", "ELSE", "AT_LEAST", "TOP"]),
    frozenset(["PLUS", "MINUS"]),
    frozenset(["STAR", "SLASH"]),
    frozenset(["AS"]),
)


@define
class Line:
    """A line of the result: code, a comment, or both."""

    indent: int
    code: str = ""
    comment: str = ""

    @property
    def end(self) -> int:
        """The column behind its code."""
        return self.indent + len(self.code)


@define
class Item:
    """A word, or a bracket with the items in it."""

    words: Sequence[Word]
    inside: list[Item] = field(factory=list)

    @property
    def glued(self) -> bool:
        """Whether no blank stands before it."""
        return self.words[0].glued

    @property
    def type(self) -> str:
        """The type of a word, or of the opening bracket."""
        return self.words[0].type


def wrap(declaration: Declaration) -> list[Line]:
    """The lines of a declaration, with every comment inside it."""
    printer = _Printer()
    for number, (keyword, words) in enumerate(_clauses(declaration)):
        last, words[-1].comments = words[-1].comments, []
        if number:
            printer.newline(STEP)
        printer.clause(keyword, words, STEP if number else 0)
        for comment in last:  # between a signature and a soft constraint, or between two of them
            printer.comment(comment, STEP)
        words[-1].comments = last
    lines = printer.finish()
    lines[-1].comment = declaration.trailing
    return lines


def separator(keyword: str, items: Sequence[Word | Item]) -> int | None:
    """Where the head of a clause ends: the place of its `=`, `:` or `from`, if it has one outside of brackets."""
    wanted = SEPARATORS.get(keyword, ())
    depth = 0
    for at, item in enumerate(items):
        word = item if isinstance(item, Word) else item.words[0]
        if isinstance(item, Word):
            depth += (word.type in OPEN) - (word.type in CLOSE)
        if depth == 0 and word.text in wanted:
            return at
    return None


def _clauses(declaration: Declaration) -> Iterator[tuple[str, list[Word]]]:
    """The declaration proper, then each of its soft constraints."""
    words = declaration.words
    starts = [0, *(at for at, word in enumerate(words) if word.type == "SOFT"), len(words)]
    for start, end in pairwise(starts):
        yield words[start].text, words[start:end]


def _items(words: Sequence[Word]) -> list[Item]:
    """Words with those in brackets gathered."""
    levels: list[list[Item]] = [[]]
    starts = []
    for at, word in enumerate(words):
        levels[-1].append(Item((word,)))
        if word.type in OPEN:
            starts.append(at)
            levels.append([])
        elif word.type in CLOSE:
            inside = levels.pop()[:-1]
            levels[-1][-1] = Item(words[starts.pop() : at + 1], inside)
    return levels[0]


def _words(items: Sequence[Item]) -> list[Word]:
    return [word for item in items for word in item.words]


def _elements(items: Sequence[Item]) -> list[list[Item]]:
    """Items cut behind commas."""
    elements: list[list[Item]] = [[]]
    for item in items:
        if elements[-1] and elements[-1][-1].type == "COMMA":
            elements.append([])
        elements[-1].append(item)
    return elements


def _operands(items: Sequence[Item]) -> list[Sequence[Item]]:
    """Items cut before the operators that bind least."""
    for operators in OPERATORS:
        cuts = [at for at, item in enumerate(items) if at and item.type in operators]
        if cuts:
            return [items[start:end] for start, end in zip([0, *cuts], [*cuts, len(items)], strict=True)]
    return [items]


def _unbroken(items: Sequence[Item]) -> int:
    """How much stands up to the next bracket that can be broken, with a blank before it."""
    words = list[Word]()
    for item in items:
        if item.inside:
            words.append(item.words[0])
            break
        words.extend(item.words)
    return len(flat(words)) + 1 if words else 0


class _Printer:
    """Writes words to lines."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._line = Line(0)

    # -- words, comments, line ends

    def finish(self) -> list[Line]:
        """All lines."""
        self.newline(0)
        return self._lines

    def newline(self, indent: int) -> None:
        """Go on in a new line; an empty one is taken as it is."""
        if self._line.code or self._line.comment:
            self._lines.append(self._line)
        self._line = Line(indent)

    def comment(self, comment: Comment, indent: int) -> None:
        """Write a comment where it stood: behind the code of a line, or on a line of its own."""
        if comment.own_line or self._line.comment or not self._line.code:
            self.newline(indent)
        self._line.comment = comment.text

    def _write(self, words: Sequence[Word], indent: int) -> None:
        """Words one after the other; only a comment ends a line, and what follows it is indented."""
        start = 0
        for end in [*(at for at, word in enumerate(words, 1) if word.comments), len(words)]:
            if start == end:
                continue
            if self._line.comment:
                self.newline(indent)
            blank = " " if self._line.code and not words[start].glued else ""
            self._line.code += blank + flat(words[start:end])
            for comment in words[end - 1].comments:
                self.comment(comment, indent)
            start = end

    def _fits(self, words: Sequence[Word], tail: int = 0) -> bool:
        """Whether words fit on what is left of the line, with `tail` characters behind them."""
        if len(words) > WIDTH or commented(words):
            return False
        blank = bool(self._line.code) and not words[0].glued
        return self._line.end + blank + len(flat(words)) + tail <= WIDTH

    # -- what a declaration consists of

    def clause(self, keyword: str, words: Sequence[Word], indent: int) -> None:
        """A declaration without its soft constraints, or one of these."""
        if self._fits(words):
            self._write(words, indent)
            return
        items = _items(words)
        at = separator(keyword, items)
        if at is None:
            self._brackets(items, indent)
            return
        head, body = items[: at + 1], items[at + 1 :]
        if keyword == "vocab" and self._hugs(head, body):
            self._write(_words([*head, *body[:-1]]), indent)
            self._bracket(body[-1], indent)
            return
        whole = self._fits(_words(head))
        if whole:
            self._write(_words(head), indent)
        else:
            self._brackets(head, indent)
        if whole or self._line.comment or not self._fits(_words(body)):
            self.newline(indent + STEP)
        self._sequence(body, indent + STEP)

    def _hugs(self, head: Sequence[Item], body: Sequence[Item]) -> bool:
        """Whether the words of a vocabulary can be opened on its first line."""
        before = _words([*head, *body[:-1]])
        return body[-1].type == "LBRACE" and not before[-1].comments and self._fits(before, tail=2)

    def _sequence(self, items: Sequence[Item], indent: int, *, hang: int = 0, tail: int = 0) -> None:
        """Items of one level; where they are broken, what is not the first of them is indented by `hang` more."""
        words = _words(items)
        if self._fits(words, tail) or indent > DEEPEST:
            self._write(words, indent)
            return
        elements = _elements(items)
        if len(elements) > 1:
            self._fill(elements, indent)
            return
        operands = _operands(items)
        if len(operands) == 1:
            self._brackets(items, indent, tail)
        elif all(not item.inside for item in items):
            self._fill(operands, indent + hang)
        else:
            self._sequence(operands[0], indent)
            for number, operand in enumerate(operands[1:], 2):
                self.newline(indent + hang)
                self._sequence(operand, indent + hang, tail=tail if number == len(operands) else 0)

    def _fill(self, elements: Sequence[Sequence[Item]], indent: int) -> None:
        """As many elements on each line as fit."""
        for element in elements:
            if self._line.code and not self._fits(_words(element)):
                self.newline(indent)
            self._sequence(element, indent)

    def _brackets(self, items: Sequence[Item], indent: int, tail: int = 0) -> None:
        """Words and brackets in a row: those with comments inside are broken, and the widest where need be."""
        chosen = None
        if len(flat(_words(items))) + self._line.end + tail > WIDTH:
            chosen = max((item for item in items if item.inside), key=lambda item: len(flat(item.words)), default=None)
        for at, item in enumerate(items):
            if item.inside and (item is chosen or not self._fits(item.words, _unbroken(items[at + 1 :]))):
                self._bracket(item, indent)
            else:
                self._write(item.words, indent + STEP)

    def _bracket(self, item: Item, indent: int) -> None:
        """A bracket over several lines: what is inside is indented, the closing one is not."""
        within = indent + STEP
        if within > DEEPEST:
            self._write(item.words, within)
            return
        self._write(item.words[:1], within)
        self.newline(within)
        elements = _elements(item.inside)
        if self._fits(_words(item.inside)):
            self._write(_words(item.inside), within)
        elif item.type != "LPAR":
            self._fill(elements, within)
        elif len(elements) == 1:
            self._sequence(elements[0], within)
        else:
            for element in elements:
                self.newline(within)
                self._element(element, within)
        self.newline(indent)
        self._write(item.words[-1:], within)

    def _element(self, element: Sequence[Item], indent: int) -> None:
        """One of several elements, with its comma."""
        comma = element[-1:] if element[-1].type == "COMMA" else ()
        self._sequence(element[: len(element) - len(comma)], indent, hang=STEP, tail=len(comma))
        self._write(_words(comma), indent)
