"""Text -> ast, declaration by declaration.

The tokens of a file are cut at the keywords that open a declaration, and each piece is parsed alone: an error
spoils its own declaration, and what follows is read as if nothing had been.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen
from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from nmt import grammar

from . import ast
from .build import DEEPEST, Builder, TooDeep
from .diagnostics import CompileError, Report, error
from .source import Source, Span

KEYWORDS = frozenset(
    ["package", "use", "dim", "vocab", "type", "source", "target", "module", "op", "layout", "model", "law", "expect"]
) | {"surrogate"}
MOST_BAD_CHARACTERS = 20

# What the parser calls its terminals, for people.
WORDING = {
    "NAME": "a name in lower case",
    "DIM": "a name in upper case",
    "INT": "a whole number",
    "NUMBER": "a number",
    "STRING": "a quoted word",
    "VERSION": "a version such as 1.0.0",
    "COMPARE": "`<=`, `>=` or `==`",
    "ARROW": "`->`",
    "RANGE": "`..`",
    "MINUS": "`-`",
    "AT_LEAST": "`at least`",
    "$END": "the end of the declaration",
}


@functools.cache
def parser() -> Lark:
    """The parser, made once a process."""
    return grammar.load()


@frozen
class File:
    """What a file says: its declarations, and the names of those that could not be read."""

    source: Source
    decls: tuple[ast.Decl, ...]
    spoiled: frozenset[str]


def read(path: Path, shown: str | None = None) -> Source:
    """Read a file of UTF-8 text; raises CompileError where it cannot be had. `shown` is its name in messages."""
    shown = shown or str(path)
    try:
        return Source(shown, path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise error("NMT006", f"is not UTF-8 text (byte {fault.start})", place=shown, help="save it as UTF-8") from None
    except OSError as fault:
        raise error("NMT006", f"cannot be read: {fault.strerror}", place=shown) from None


def parse(source: Source, report: Report) -> File:
    """Parse every declaration; what cannot be read is reported and left out."""
    decls: list[ast.Decl] = []
    spoiled: set[str] = set()
    for tokens in _pieces(_tokens(source, report)):
        decl = _parse_one(tokens, source, report)
        if decl is not None:
            decls.append(decl)
        elif len(tokens) > 1:
            spoiled.add(str(tokens[1]))
    return File(source, tuple(decls), frozenset(spoiled))


def _parse_one(tokens: list[Token], source: Source, report: Report) -> ast.Decl | None:
    depth = 0
    state = parser().parse_interactive()
    try:
        for token in tokens:
            depth += (token.value in "([{") - (token.value in ")]}")
            if depth > DEEPEST:
                raise TooDeep(_span(source, token))  # noqa: TRY301 -- worded below, with those of the builder
            state.feed_token(token)
        tree: ast.Decl = Builder(source).build(state.feed_eof(tokens[-1]))  # type: ignore[no-untyped-call]
    except UnexpectedToken as fault:
        _unexpected(fault, tokens, source, report)
    except TooDeep as fault:
        report.add("NMT005", f"an expression is nested deeper than {DEEPEST}", fault.span, label="from here")
    else:
        return tree
    return None


def _unexpected(fault: UnexpectedToken, tokens: list[Token], source: Source, report: Report) -> None:
    token = fault.token
    expected = _expected(fault)
    if token.type == "$END":
        last = _span(source, tokens[-1])
        report.add(
            "NMT001", f"the declaration ends too early: {expected} is missing", Span(source, last.end, last.end + 1)
        )
        return
    found = f"`{token}`" + (
        " (a keyword: quote it to use it as a word)" if str(token.value).isalpha() and token.type not in WORDING else ""
    )
    report.add("NMT001", f"{expected} was expected, found {found}", _span(source, token), label="unexpected")


def _expected(fault: UnexpectedToken) -> str:
    names = fault.accepts or fault.expected
    words = sorted({_worded(name) for name in names})
    if len(words) > 6:
        return "something else"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _worded(name: str) -> str:
    if name in WORDING:
        return WORDING[name]
    pattern = next((terminal.pattern.value for terminal in parser().terminals if terminal.name == name), name.lower())
    return f"`{pattern}`"


def _span(source: Source, token: Token) -> Span:
    start, end = token.start_pos, token.end_pos
    return Span(source, start or 0, end if end is not None else (start or 0) + 1)


def _pieces(tokens: Iterator[Token]) -> Iterator[list[Token]]:
    piece: list[Token] = []
    for token in tokens:
        # `[V: vocab]` and the claim `surrogate` are keywords inside a declaration.
        inside = token.type in {"VOCAB", "SURROGATE"} and piece and piece[-1].value in {":", ","}
        if _opens(token) and not inside and piece:
            yield piece
            piece = []
        piece.append(token)
    if piece:
        yield piece


def _opens(token: Token) -> bool:
    return token.value in KEYWORDS and token.type != "STRING"


def _tokens(source: Source, report: Report) -> Iterator[Token]:
    """Tokens of the whole text; characters that begin none are reported and read as blanks."""
    text = source.text
    for _ in range(MOST_BAD_CHARACTERS):
        try:
            return iter(list(parser().lex(text)))
        except UnexpectedCharacters as fault:
            start = fault.pos_in_stream or 0
        end = _bad_end(text, start)
        _bad(Span(source, start, end), report)
        text = text[:start] + " " * (end - start) + text[end:]
    raise CompileError(report)


def _bad_end(text: str, start: int) -> int:
    if text[start] == '"':
        end = text.find("\n", start)
        return end if end >= 0 else len(text)
    end = start + 1
    if text[start].isalpha() or text[start] == "_":
        while end < len(text) and (text[end].isalnum() or text[end] == "_"):
            end += 1
    return end


def _bad(span: Span, report: Report) -> None:
    if span.text.startswith('"'):
        report.add("NMT003", "a quoted word does not end on its line", span, label='`"` is missing')
    elif len(span.text) > 1:
        report.add(
            "NMT002",
            f"`{span.text}` is no name: vocabularies and dims are in upper case, all else in lower case",
            span,
        )
    else:
        report.add("NMT002", f"the character {span.text!r} means nothing here", span)
