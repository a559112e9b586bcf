"""Plain terms: `exist(filter_color[red](scene()))`, as `str(term)` writes them.

A name, words in brackets, inputs in parentheses; both may be left out. A word with other signs than letters, digits,
`_`, `-`, `.` or `'` is quoted. Terms may be nested as deep as one likes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn

from attrs import Factory, define, field, frozen

from ..diagnostics import CompileError, Diagnostic
from ..source import Source, Span
from ..terms import Skeleton, Term
from .lines_trees import Key, interned

_TOKEN = re.compile(r"""\s*(?:(?P<word>[\w.'-]+)|(?P<string>"[^"]*")|(?P<sign>[()\[\],])|(?P<bad>\S))""")
_STEP = re.compile(r"\s*(?:([^\W\d]\w*)(?:\[([\w.'-]+)\])?(\(\)?)?|([),]))\s*")
_NAME = re.compile(r"[^\W\d]\w*")


@frozen
class _Token:
    kind: str
    text: str
    span: Span


@define
class _Open:
    """A call whose inputs are being read."""

    name: _Token
    words: tuple[str, ...]
    inputs: list[int] = field(default=Factory(list))


@define
class _Reader:
    source: Source
    tokens: list[_Token]
    at: int = 0
    ops: list[str] = field(default=Factory(list))
    inputs: list[tuple[int, ...]] = field(default=Factory(list))
    words: list[tuple[str, ...]] = field(default=Factory(list))
    spans: list[Span] = field(default=Factory(list))

    def read(self) -> None:
        """Read the whole text: calls are kept when their inputs are."""
        opened: list[_Open] = []
        while True:
            call = _Open(self._take("the name of an op", "word"), self._brackets())
            if not _NAME.fullmatch(call.name.text):
                self._fail("the name of an op was expected", call.name)
            if self._next("("):
                self.at += 1
                if not self._next(")"):
                    opened.append(call)
                    continue
                self.at += 1
            node = self._keep(call)
            while opened and not self._next(","):
                self._take("`,` or `)`", ")")
                opened[-1].inputs.append(node)
                node = self._keep(opened.pop())
            if not opened:
                break
            opened[-1].inputs.append(node)
            self.at += 1
        if self.at < len(self.tokens):
            self._fail("the program ends before this", self.tokens[self.at])

    def _brackets(self) -> tuple[str, ...]:
        words: list[str] = []
        if self._next("["):
            self.at += 1
            while True:
                words.append(self._take("a word", "word", "string").text.strip('"'))
                if self._take("`,` or `]`", ",", "]").text == "]":
                    break
        return tuple(words)

    def _keep(self, call: _Open) -> int:
        self.ops.append(call.name.text)
        self.inputs.append(tuple(call.inputs))
        self.words.append(call.words)
        self.spans.append(call.name.span)
        return len(self.ops) - 1

    def _next(self, kind: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].kind == kind

    def _take(self, expected: str, *kinds: str) -> _Token:
        if self.at == len(self.tokens):
            end = len(self.source.text.rstrip())
            self._fail(
                f"the program ends too early: {expected} is missing", _Token("end", "", self._span(end, end + 1))
            )
        token = self.tokens[self.at]
        if token.kind not in kinds:
            self._fail(f"{expected} was expected, found `{token.text}`", token)
        self.at += 1
        return token

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end)

    def _fail(self, message: str, token: _Token) -> NoReturn:
        raise CompileError([Diagnostic("NMT403", message, token.span)])


def _tokens(source: Source) -> Iterator[_Token]:
    for match in _TOKEN.finditer(source.text):
        kind = match.lastgroup or "bad"
        text = match[kind]
        yield _Token(text if kind == "sign" else kind, text, Span(source, match.start(kind), match.end(kind)))


def read_term(text: str, place: str = "program", line: int = 1) -> tuple[Term, tuple[Span, ...]]:
    """The term that a text spells, and where it names the op of each node; raises CompileError (NMT403)."""
    source = Source(place, text, line)
    reader = _Reader(source, list(_tokens(source)))
    reader.read()
    skeleton = Skeleton(tuple(reader.ops), tuple(reader.inputs), tuple(map(len, reader.words)))
    return Term(skeleton, tuple(word for words in reader.words for word in words)), tuple(reader.spans)


def quick_term(text: str, known: dict[Key, Skeleton]) -> Term | None:
    """The term that a text spells in the usual way, with one plain word a call; None for any other text.

    It gives what `read_term` gives, six times as fast.
    """
    ops: list[str] = []
    inputs: list[tuple[int, ...]] = []
    words: list[str] = []
    counts: list[int] = []
    opened: list[tuple[str, str | None, list[int]]] = []
    at, whole = 0, False
    for match in _STEP.finditer(text):
        if match.start() != at:
            return None
        at = match.end()
        name, word, sign, end = match.groups()
        if name is None:  # `)` or `,`: an input ends
            if not (whole and opened):
                return None
            opened[-1][2].append(len(ops) - 1)
            if end == ",":
                whole = False
                continue
            name, word, below = opened.pop()
        elif whole:
            return None
        elif sign == "(":
            opened.append((name, word, []))
            continue
        else:
            below = []
        whole = True
        ops.append(name)
        inputs.append(tuple(below))
        counts.append(int(word is not None))
        if word is not None:
            words.append(word)
    if opened or not whole or at != len(text):
        return None
    return Term(interned((tuple(ops), tuple(inputs), tuple(counts)), known), tuple(words))
