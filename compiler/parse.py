"""Text -> ast, declaration by declaration.

The tokens of a file are cut at the keywords that open a declaration, and each piece is parsed alone: an error
spoils its own declaration, and what follows is read as if nothing had been.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from attrs import frozen
from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from nmt import grammar

from . import ast
from .build import Builder, Refused, check_depth
from .diagnostics import CompileError, Report, error
from .source import Source, Span

KEYWORDS = frozenset(
    ["package", "use", "dim", "vocab", "type", "source", "target", "module", "op", "layout", "model", "law", "expect"]
) | {"surrogate"}
MOST_BAD_CHARACTERS = 20
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
BAD = "BAD"  # the type of what is no token: it spoils its declaration, and has been reported

# What the parser calls its terminals, for people.
WORDING = {
    "NAME": "a name in lower case",
    "DIM": "a name in upper case",
    "INT": "a whole number",
    "NUMBER": "a number",
    "STRING": "a quoted word",
    "VERSION": "a version such as 1.0.0",
    "COMPARE": "a comparison",
    "ARROW": "`->`",
    "RANGE": "`..`",
    "MINUS": "`-`",
    "AT_LEAST": "`at least`",
    "$END": "the end of the declaration",
}
# What people call several terminals that may stand at one place.
GROUPS = (
    (frozenset(["LPAR", "MINUS", "NAME", "NUMBER", "INT"]), "an expression"),
    (frozenset(["REAL", "NAME", "DIM"]), "a type"),
    (frozenset(["NAME", "STRING", "INT"]), "a word"),
    (frozenset(["PLUS", "MINUS", "STAR", "SLASH", "AS"]), "an operator"),
)


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
    for tokens in _pieces(_tokens(source, report), source.text):
        decl = _parse_one(tokens, source, report)
        if decl is not None:
            decls.append(decl)
        elif tokens[0].value == "use":  # none of the names that it would have brought is known
            spoiled.update(token for token in tokens if token.type in {"NAME", "DIM"})
        elif len(tokens) > 1:
            spoiled.add(str(tokens[1]))
    return File(source, tuple(decls), frozenset(spoiled))


def words(source: Source) -> Iterator[str]:
    """The tokens of a text that has none at fault, as they are written."""
    return map(str, parser().lex(source.text))


def _parse_one(tokens: Sequence[Token], source: Source, report: Report) -> ast.Decl | None:
    if any(token.type == BAD for token in tokens):
        return None
    if tokens[0].value not in KEYWORDS:
        _no_keyword(tokens[0], source, report)
        return None
    state = parser().parse_interactive()
    try:
        check_depth(source, tokens)
        for token in tokens:
            state.feed_token(token)
        tree: ast.Decl = Builder(source).build(state.feed_eof(tokens[-1]))  # type: ignore[no-untyped-call]
    except UnexpectedToken as fault:
        _unexpected(fault, tokens, source, report)
    except Refused as fault:
        report.add(fault.code, fault.message, fault.span, label=fault.label)
    else:
        return tree
    return None


def _no_keyword(token: Token, source: Source, report: Report) -> None:
    close = difflib.get_close_matches(token, sorted(KEYWORDS), n=1)
    report.add(
        "NMT001",
        f"a declaration begins with a keyword such as `dim` or `module`, not with `{token}`",
        _span(source, token),
        label="unexpected",
        help=f"did you mean `{close[0]}`?" if close else "",
    )


def _unexpected(fault: UnexpectedToken, tokens: Sequence[Token], source: Source, report: Report) -> None:
    token = fault.token
    at = len(tokens) if token.type == "$END" else next(at for at, other in enumerate(tokens) if other is token)
    accepted = _accepted(tokens[:at])
    expected = _worded(accepted)
    if token.type == "$END":
        last = _span(source, tokens[-1])
        message = f"the declaration ends too early: {expected or 'something'} is missing"
        report.add("NMT001", message, Span(source, last.end, last.end + 1))
        return
    keyword = token.value.isalpha() and token.type not in WORDING
    advice = "a keyword: quote it to use it as a word" if "STRING" in accepted else "a keyword"
    found = f"`{token}` ({advice})" if keyword else f"`{token}`"
    message = f"{expected} was expected, found {found}" if expected else f"{found} cannot stand here"
    report.add("NMT001", message, _span(source, token), label="unexpected")


def _accepted(tokens: Iterable[Token]) -> set[str]:
    """Names of the terminals that may follow; raises UnexpectedToken where the tokens themselves do not fit.

    The parser that failed cannot tell: looking at the wrong token, it has gone on already.
    """
    state = parser().parse_interactive()
    for token in tokens:
        state.feed_token(token)
    accepted: set[str] = state.accepts()  # type: ignore[no-untyped-call]
    return accepted


def _worded(names: set[str]) -> str:
    """What may stand somewhere, in words; nothing where that is too much to be told."""
    words = []
    if "AS" in names:
        names = names - {"LPAR", "LSQB"}  # a call could go on, but hardly ever is one what was meant
    for group, word in GROUPS:
        if group <= names:
            words.append(word)
            names = names - group
    words.extend(sorted(WORDING.get(name) or f"`{_literal(name)}`" for name in names))
    if len(words) > 5:
        return ""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _literal(name: str) -> str:
    return next((terminal.pattern.value for terminal in parser().terminals if terminal.name == name), name.lower())


def _span(source: Source, token: Token) -> Span:
    start, end = token.start_pos, token.end_pos
    return Span(source, start or 0, end if end is not None else (start or 0) + 1)


# -- pieces


def _pieces(tokens: Sequence[Token], text: str) -> Iterator[Sequence[Token]]:
    """The tokens of each declaration."""
    start = depth = 0
    whole = True  # no keyword stands inside that spoils it
    for at, token in enumerate(tokens):
        if at > start and _opens(tokens, start, at, text, whole=whole and depth == 0):
            yield tokens[start:at]
            start, depth, whole = at, 0, True
        elif at > start and token.value in KEYWORDS and token.type not in {"VOCAB", "SURROGATE"}:
            whole = False
        depth += (token.value in OPENING) - (token.value in CLOSING)
    if tokens:
        yield tokens[start:]


def _opens(tokens: Sequence[Token], start: int, at: int, text: str, *, whole: bool) -> bool:
    """Whether a declaration opens at a token, while another began at `start`, which may be `whole` by now."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1] if at + 1 < len(tokens) else None
    if token.value not in KEYWORDS:
        # No declaration holds two names in a row: at the left margin, the first is a keyword written wrongly.
        return (
            token.type in {"NAME", BAD}
            and whole
            and text[: token.start_pos].endswith("\n")
            and after is not None
            and after.type in {"NAME", "DIM"}
        )
    if token.type in {"VOCAB", "SURROGATE"} and before.value in {":", ","}:
        return False  # `[V: vocab]`, and the claim `surrogate`
    if after is not None and after.value in {",", ":", *CLOSING}:
        return False  # a keyword where a word or a name belongs
    if "\n" in text[before.end_pos : token.start_pos]:
        return True
    return whole and _complete(tokens[start:at])


def _complete(tokens: Sequence[Token]) -> bool:
    """Whether a declaration may end here. One that is broken may not: the rest of its line is taken with it."""
    try:
        return all(token.type != BAD for token in tokens) and "$END" in _accepted(tokens)
    except UnexpectedToken:
        return False


# -- tokens


def _tokens(source: Source, report: Report) -> list[Token]:
    """Tokens of the whole text; what is none is reported and stands among them as `BAD`."""
    text, found, begin = source.text, list[Token](), 0
    for _ in range(MOST_BAD_CHARACTERS):
        try:
            for token in parser().lex(text[begin:]):
                assert token.start_pos is not None
                assert token.end_pos is not None
                token.start_pos += begin
                token.end_pos += begin
                found.append(token)
        except UnexpectedCharacters as fault:
            start = begin + (fault.pos_in_stream or 0)
        else:
            return found
        begin = _bad_end(text, start)
        found.append(Token(BAD, text[start:begin], start_pos=start, end_pos=begin))
        _bad(Span(source, start, begin), report)
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
