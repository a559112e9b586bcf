"""Text -> ast, declaration by declaration.

The tokens of a file are cut at the keywords that open a declaration, and each piece is parsed alone: an error
spoils its own declaration, and what follows is read as if nothing had been.
"""

from __future__ import annotations

import difflib
import functools
import itertools
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
MEANING = frozenset('@{},.+-*/:=[]()"#')  # signs that begin a token or a comment
QUOTES = {"'": "'", "\u2018": "\u2019", "\u201c": "\u201d"}  # of other languages, and their ends
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
    """What a file says: its declarations, and the names of those that could not be read.

    The keyword `package`, which is nobody's name, stands among these where that line could not be read.
    """

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
    for tokens in cut(_tokens(source, report), source.text):
        decl = parse_one(tokens, source, report)
        if decl is None:
            spoiled.update(would_name(tokens))
        else:
            decls.append(decl)
    return File(source, tuple(decls), frozenset(spoiled))


def words(source: Source) -> Iterator[str]:
    """The tokens of a text that has none at fault, as they are written."""
    return map(str, parser().lex(source.text))


def would_name(tokens: Sequence[Token]) -> Iterator[str]:
    """The names that a declaration would have given, had it been read; one in the wrong case is one in the right."""
    if tokens[0].value == "use":
        yield from (str(token) for token in tokens if token.type in {"NAME", "DIM"})
    elif len(tokens) > 1:
        name = str(tokens[1])
        yield from {name, name.lower(), name.upper()}
    if tokens[0].value not in KEYWORDS - {"package"}:
        yield "package"


def parse_one(tokens: Sequence[Token], source: Source, report: Report) -> ast.Decl | None:
    """The declaration that tokens of `source` spell; None where it cannot be read, which is reported."""
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
        report.add(fault.code, fault.message, fault.span, label=fault.label, help=fault.hint)
    else:
        return tree
    return None


def _no_keyword(token: Token, source: Source, report: Report) -> None:
    from .hints import of_keyword  # noqa: PLC0415 -- a file without findings has no need of it

    close = difflib.get_close_matches(token, sorted(KEYWORDS), n=1)
    report.add(
        "NMT001",
        f"a declaration begins with a keyword such as `dim` or `module`, not with `{token}`",
        _span(source, token),
        label="unexpected",
        help=of_keyword(str(token)) or (f"did you mean `{close[0]}`?" if close else ""),
    )


def _unexpected(fault: UnexpectedToken, tokens: Sequence[Token], source: Source, report: Report) -> None:
    from .hints import of_end, of_token  # noqa: PLC0415 -- a file without findings has no need of them

    token = fault.token
    at = len(tokens) if token.type == "$END" else next(at for at, other in enumerate(tokens) if other is token)
    follow = accepted(tokens[:at])
    expected = _worded(follow)
    if token.type == "$END":
        last = _span(source, tokens[-1])
        if tokens[0].value == "op" and "EQUAL" in follow:
            expected = "`=`"  # what else could follow may be left out
        message = f"the declaration ends too early: {expected or 'something'} is missing"
        report.add("NMT001", message, Span(source, last.end, last.end + 1), help=of_end(tokens))
        return
    keyword = token.value.isalpha() and token.type not in WORDING
    advice = "a keyword: quote it to use it as a word" if "STRING" in follow else "a keyword"
    found = f"`{token}` ({advice})" if keyword else f"`{token}`"
    message = f"{expected} was expected, found {found}" if expected else f"{found} cannot stand here"
    hint = of_token(tokens, at, follow, source.text)
    report.add("NMT001", message, _span(source, token), label="unexpected", help=hint)


def accepted(tokens: Iterable[Token]) -> set[str]:
    """Names of the terminals that may follow; raises UnexpectedToken where the tokens themselves do not fit.

    The parser that failed cannot tell: looking at the wrong token, it has gone on already.
    """
    state = parser().parse_interactive()
    for token in tokens:
        state.feed_token(token)
    names: set[str] = state.accepts()  # type: ignore[no-untyped-call]
    return names


def _worded(names: set[str]) -> str:
    """What may stand somewhere, in words; nothing where that is too much to be told."""
    words = []
    if "AS" in names:
        names = names - {"LPAR", "LSQB"}  # a call could go on, but hardly ever is one what was meant
    for group, word in GROUPS:
        if group <= names:
            words.append(word)
            names = names - group
    words.extend(sorted(WORDING.get(name) or f"`{literal(name)}`" for name in names))
    if len(words) > 5:
        return ""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def literal(name: str) -> str:
    """What a terminal that is always written the same looks like."""
    return next((terminal.pattern.value for terminal in parser().terminals if terminal.name == name), name.lower())


def _span(source: Source, token: Token) -> Span:
    start, end = token.start_pos, token.end_pos
    return Span(source, start or 0, end if end is not None else (start or 0) + 1)


# -- pieces


def cut(tokens: Iterable[Token], text: str) -> Iterator[list[Token]]:
    """The tokens of each declaration. Where one ends is decided by its own tokens and the two behind them."""
    piece: list[Token] = []
    depth = 0
    whole = True  # no keyword stands inside that spoils it
    for token, after in itertools.pairwise(itertools.chain[Token | None](tokens, [None])):
        assert token is not None
        if piece and _opens(piece, token, after, text, whole=whole and depth == 0):
            yield piece
            piece, depth, whole = [], 0, True
        elif piece and token.value in KEYWORDS and token.type not in {"VOCAB", "SURROGATE"}:
            whole = False
        depth += (token.value in OPENING) - (token.value in CLOSING)
        piece.append(token)
    if piece:
        yield piece


def _opens(piece: Sequence[Token], token: Token, after: Token | None, text: str, *, whole: bool) -> bool:
    """Whether a declaration opens at a token, while another is read, which may be `whole` by now."""
    before = piece[-1]
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
    return whole and _complete(piece)


def _complete(tokens: Sequence[Token]) -> bool:
    """Whether a declaration may end here. One that is broken may not: the rest of its line is taken with it."""
    try:
        return all(token.type != BAD for token in tokens) and "$END" in accepted(tokens)
    except UnexpectedToken:
        return False


# -- tokens


def _tokens(source: Source, report: Report) -> list[Token]:
    """Tokens of the whole text; what is none is reported, and too much of it ends the reading."""
    found: list[Token] = []
    bad = 0
    for token in lex(source.text):
        found.append(token)
        if token.type == BAD:
            before = len(report)
            report_bad(_span(source, token), report)
            bad += len(report) - before
        if bad == MOST_BAD_CHARACTERS:
            raise CompileError(report)
    return found


def lex(text: str, begin: int = 0) -> Iterator[Token]:
    """Tokens from a place on, as they are asked for; what is none stands among them as `BAD`."""
    held: Token | None = None  # a name goes on in what is no token: `so` and `meOne` are one word
    while True:
        try:
            for token in parser().lex(text[begin:]):
                assert token.start_pos is not None
                assert token.end_pos is not None
                token.start_pos += begin
                token.end_pos += begin
                if held is not None:
                    yield held
                held = token
        except UnexpectedCharacters as fault:
            start = begin + (fault.pos_in_stream or 0)
        else:
            if held is not None:
                yield held
            return
        begin = _bad_end(text, start)
        if held is not None and held.end_pos == start and _begins_word(text[start]) and held.isidentifier():
            assert held.start_pos is not None
            start = held.start_pos
        elif held is not None:
            yield held
        held = None
        yield Token(BAD, text[start:begin], start_pos=start, end_pos=begin)


def _begins_word(char: str) -> bool:
    return char.isalpha() or char == "_"


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _bad_end(text: str, start: int) -> int:
    """Where what is no token ends: a word in whole, a text in quotes, a run of signs."""
    line = text.find("\n", start)
    line = line if line >= 0 else len(text)
    if text[start] == '"':
        return line
    if text[start] in QUOTES and (end := text.find(QUOTES[text[start]], start + 1, line)) > start + 1:
        return end + 1
    end = start + 1
    if _begins_word(text[start]):
        while end < len(text) and _in_word(text[end]):
            end += 1
        return end
    while end < line and not (_in_word(text[end]) or text[end].isspace() or text[end] in MEANING):
        end += 1
    return end + 1 if text[start:end] == "!" and text.startswith("=", end) else end


def report_bad(span: Span, report: Report) -> None:
    """Say what is wrong with what is no token."""
    from .hints import again, of_sign, of_word  # noqa: PLC0415 -- a file without findings has no need of them

    if span.text.startswith('"'):
        report.add("NMT003", "a quoted word does not end on its line", span, label='`"` is missing')
    elif len(span.text) > 1 and _begins_word(span.text[0]):
        if not again(span):
            message = f"`{span.text}` is no name: vocabularies and dims are in upper case, all else in lower case"
            report.add("NMT002", message, span, help=of_word(span))
    else:
        what = f"the character {span.text!r} means" if len(span.text) == 1 else f"`{span.text}` means"
        report.add("NMT002", f"{what} nothing here", span, help=of_sign(span))
