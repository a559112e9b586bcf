"""Hints for what cannot be read: what people write who come from other languages, and what it is called here.

Imported only when there is something to hint at. A hint is given only where no more than one thing can be meant.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from lark import Token

from .parse import KEYWORDS
from .source import Span

# First words of other languages.
FOREIGN = {
    "class": "type",
    "const": "op",
    "def": "op",
    "enum": "vocab",
    "fn": "op",
    "from": "use",
    "func": "op",
    "function": "op",
    "import": "use",
    "include": "use",
    "let": "op",
    "struct": "type",
    "var": "op",
}
# Signs of other languages.
SIGNS = {
    "<": "there is `<=`, no `<`",
    ">": "there is `>=`, no `>`",
    "!": "write `1 - p` for not p",
    "!=": "there is no `!=`: `1 - (a == b)` is 1 where they differ",
    "<>": "there is no `<>`: `1 - (a == b)` is 1 where they differ",
    "^": "the power is `pow(p, 2)`",
    "\N{SUPERSCRIPT TWO}": "the power is `pow(p, 2)`",
    "&": "write `min(a, b)`",
    "&&": "write `min(a, b)`",
    "||": "write `max(a, b)`",
    "|": "write `max(a, b)`",
    ";": "leave it out",
    "\N{MULTIPLICATION SIGN}": "write `*`",
    "\N{RIGHTWARDS ARROW}": "write `->`",
    "\N{LESS-THAN OR EQUAL TO}": "write `<=`",
    "\N{GREATER-THAN OR EQUAL TO}": "write `>=`",
    "?": "write `where(c, a, b)` for a where c is 1, else b",
}
QUOTES = "'\N{LEFT SINGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}"
# A word at the left margin may begin a declaration, which is read without what stands before it in an editor.
UNION = re.compile(r"\bvocab\s+[A-Z]\w*\s*=((?:(?!\n\w)[^=])*)\Z")
OPENED = re.compile(r"\b([a-z]+)[ \t]+\Z")
LISTED = re.compile(r'[=+]\s*\{(?:\s*[\w"]+\s*,)*\s*\Z')  # the words of a vocabulary, up to a place among them
RANGE = re.compile(r"[\[(]\s*(-?[\d.]*\d)\s*(?:,|\.\.)\s*(-?\d[\d.]*)\s*[\])]")
NEAR = 500  # characters before a sign that are looked at


# -- characters


def of_sign(span: Span) -> str:
    """What stands for a sign, or for a word in quotes of another kind, that means nothing here."""
    sign, before = span.text, _before(span)
    if sign[0] in QUOTES and len(sign) > 2:
        return f'words stand in double quotes: "{sign[1:-1]}"'
    if sign == ">" and before.endswith("="):
        return "write `->`"
    if (union := UNION.search(before)) and KEYWORDS.isdisjoint(re.findall(r"\w+", union[1])):
        return "write `+`" if sign in {"|", "||"} else ""
    if sign == ";":
        rest = re.match(r"[ \t]*([^\s#]*)", _behind(span))
        return SIGNS[sign] if rest and (not rest[1] or rest[1] in KEYWORDS) else ""
    if sign == "^":
        base, power = re.search(r"([a-z][a-z0-9_]*)\s*\Z", before), re.match(r"\s*(\d+(?:\.\d+)?)", _behind(span))
        return f"write `pow({base[1]}, {power[1]})`" if base and power else SIGNS[sign]
    return SIGNS.get(sign, "")


def of_word(span: Span) -> str:
    """How a word in upper and lower case is written where it stands."""
    word, before = span.text, _before(span)
    if not re.fullmatch(r"[A-Za-z]\w*", word, re.ASCII):
        return ""
    if LISTED.search(before):
        return f'quote it: "{word}"'
    opened = OPENED.search(before)
    return cased(opened[1], word) if opened else ""


def again(span: Span) -> bool:
    """Whether a word in upper and lower case stands behind another in the words of a vocabulary, which was reported."""
    known = LISTED.search(_before(span))
    return known is not None and any(
        not word.isdigit() and word != word.lower() and word != word.upper()
        for word in re.findall(r'(?<!")\b\w+\b(?!")', known[0])
    )


def _before(span: Span) -> str:
    return span.source.text[max(0, span.start - NEAR) : span.start]


def _behind(span: Span) -> str:
    return span.source.text[span.end : span.end + NEAR]


def cased(keyword: str, word: str) -> str:
    """A name in the case that the names of a declaration are in."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word)
    if keyword in {"dim", "vocab"}:
        return f"write `{snake.upper()}`"
    return f"write `{snake.lower()}`" if keyword in {"type", "source", "target", "module", "op", "layout"} else ""


# -- tokens


def of_keyword(word: str) -> str:
    """What the first word of a declaration is called here."""
    if word.startswith("/"):
        return "comments begin with `#`"
    return f"did you mean `{FOREIGN[word]}`?" if word in FOREIGN else ""


def of_end(tokens: Sequence[Token]) -> str:
    """What is missing where a declaration ends too early."""
    said = _text(tokens)
    if re.fullmatch(r"package [\w.]*\w", said):
        return f"write `{said} @ 1.0.0`"
    return ""


def of_token(tokens: Sequence[Token], at: int, follow: set[str], text: str) -> str:
    """What would stand in the place of a token that is not expected; `follow` are the terminals that are."""
    token, before = tokens[at], tokens[at - 1]
    assert token.start_pos is not None
    here = text[token.start_pos :][:NEAR]
    if here.startswith("//") or (before.value == "/" and text[: token.start_pos].endswith("/") and here[0] == "*"):
        return "comments begin with `#`"
    if at == 1 and token.type in {"NAME", "DIM"} and token.type not in follow:
        return cased(str(tokens[0]), str(token))
    if token.type == "DIM" and "STRING" in follow:
        return f'quote it: "{token}"'
    if before.value == "in" and (found := RANGE.match(here)):
        return f"write `in {_end(found[1])}..{_end(found[2])}`"
    if token.value == "." != before.value and before.type != "RANGE" and (digits := re.match(r"\.(\d+)", here)):
        return f"write `0.{digits[1]}`"
    if tokens[0].value == "law" and token.value == "=":
        return "a law compares by `==`"
    if "EQUAL" in {one.type for one in tokens[:at]} and tokens[0].value in {"op", "model"}:
        return _of_body(tokens, at)
    return ""


def _end(number: str) -> str:
    return f"0{number}" if number.startswith(".") else number


def _of_body(tokens: Sequence[Token], at: int) -> str:
    """What would stand in the body of an op, from the token on that is not expected there."""
    token, before = tokens[at], tokens[at - 1]
    opened = next(place for place, one in enumerate(tokens) if one.type == "EQUAL") + 1
    body = tokens[opened:]
    if token.value == "*" == before.value:
        base, power = tokens[at - 2], tokens[at + 1 : at + 2]
        known = base.type == "NAME" and power and power[0].type in {"INT", "NUMBER"}
        return f"write `pow({base}, {power[0]})`" if known else "the power is `pow(p, 2)`"
    words = [str(one) for one in body]
    if words[0] == "if" and words.count("if") == words.count("then") == words.count("else") == 1:
        then, other = words.index("then"), words.index("else")
        parts = body[1:then], body[then + 1 : other], body[other + 1 :]
        return _where(*parts)
    if words.count("if") == words.count("else") == 1 and token.value == "if":
        then, other = words.index("if"), words.index("else")
        return _where(body[then + 1 : other], body[:then], body[other + 1 :])
    if token.type == "COMPARE" and sum(one.type == "COMPARE" for one in body) == 1:
        return f"write `({_text(body)})`"
    if token.type == "DIM" and before.value == "/" and at == len(tokens) - 1:
        mean = re.fullmatch(rf"sum\[({token})\](\([^()]*\)) / {token}", _text(body))
        return f"write `mean[{mean[1]}]{mean[2]}`" if mean else ""
    return ""


def _where(condition: Sequence[Token], then: Sequence[Token], other: Sequence[Token]) -> str:
    if not (condition and then and other):
        return ""
    return f"write `where({_text(condition)}, {_text(then)}, {_text(other)})`"


def _text(tokens: Sequence[Token]) -> str:
    """Tokens with the blanks between them that were written, each as one."""
    parts = [str(tokens[0])] if tokens else []
    for before, token in itertools.pairwise(tokens):
        parts.append(" " if token.start_pos != before.end_pos else "")
        parts.append(str(token))
    return "".join(parts)
