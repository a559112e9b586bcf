"""What stands at each place of a declaration, told by its tokens alone: it may be broken where it is being written.

A walk over the tokens keeps a section: what may come next. Names get a kind from the section in which they stand, and
the section behind the last token is what completion offers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import Factory, define, evolve, frozen
from lark import Token

from nmt.compiler.parse import CLOSING, KEYWORDS, OPENING

NAMING = frozenset(["NAME", "DIM", "STRING", "INT"])
PATHS = frozenset(["package", "use"])
SIGNATURES = frozenset(["module", "op", "law", "surrogate"])
# The section that a keyword opens, and that of the name behind it.
FIRST = {"package": "package", "use": "use", "expect": "module"}
# Sections that a word or a sign opens inside a declaration, by the declaration's keyword where that decides.
OPENS: dict[str, str | dict[str, str]] = {
    "@": "version",
    "->": "result",
    "in": "domain",
    "by": {"target": "loss", "": "enforcer"},
    "from": {"target": "predicted", "": "column"},
    "for": "module",
    "soft": "soft",
    "as": "cast",
    "simplex": "simplex",
    "weight": "number",
    "=": {"dim": "size", "vocab": "vocab", "type": "type", "": "expression"},
}
COLON = {"params": "type", "result": "type", "family": "vocabulary", "soft": "expression", "module": "claim"}


@frozen
class Mark:
    """A name where it stands. `kind` says what it is; `callee` is what the brackets around it belong to."""

    kind: str
    text: str
    start: int
    end: int
    declares: bool = False
    callee: str = ""


@frozen
class Place:
    """What may come next. `callee` is what brackets belong to, `at` the place between their commas, from 0."""

    section: str
    keyword: str = ""
    callee: str = ""
    at: int = 0


@define
class _Walk:
    """Goes through the tokens of one declaration."""

    keyword: str = ""
    section: str = "keyword"
    base: str = "keyword"  # what a comma leads back to
    callee: str = ""
    at: int = 0
    before: str = ""
    stack: list[tuple[str, str, str, int]] = Factory(list)

    def step(self, token: Token, after: Token | None) -> Mark | None:
        """Take a token; the mark of a name."""
        text, first = str(token), not self.keyword
        mark = None
        if first:
            self.keyword = text
            self.section = self.base = FIRST.get(text, "declared")
        elif text in OPENING:
            self._open(text)
        elif text in CLOSING:
            self._close()
        elif text == ":":
            self._colon()
        elif text == ",":
            self.section = self.base
            self.at += 1
        elif text in OPENS and not (text == "=" and self.stack):
            found = OPENS[text]
            self.section = found if isinstance(found, str) else found.get(self.keyword, found[""])
            self.base = self.section if not self.stack else self.base
        elif token.type in NAMING:
            mark = self._name(token, after)
        elif self.section == "cast":
            self.section = "expression"
        self.before = text
        return mark

    def _open(self, text: str) -> None:
        section = self.section
        self.stack.append((section, self.base, self.callee, self.at))
        self.at = 0
        if text == "{":
            inner = {"version": "import", "vocab": "words"}.get(section, "number")
        elif text == "(":
            inner = {"declared": "params", "surrogate": "params", "claim": "module", "module": "module"}.get(
                section, "expression"
            )
            if section == "module" and self.keyword == "surrogate":
                inner = "params"
        elif section == "declared":
            inner = "family" if self.keyword in SIGNATURES else "parameters"
        elif section == "expression":
            inner, self.callee = "index", self.before
        else:
            inner = "dims"
        self.section = self.base = inner

    def _close(self) -> None:
        if self.stack:
            self.section, self.base, self.callee, self.at = self.stack.pop()
            if self.section == "cast":
                self.section = "expression"

    def _colon(self) -> None:
        if self.section == "declared":
            self.section = self.base = "expression" if self.keyword == "law" else "type"
        else:
            self.section = COLON.get(self.section, self.section)
            self.base = self.section if not self.stack else self.base

    def _name(self, token: Token, after: Token | None) -> Mark | None:
        kind, declares = self.section, False
        follows = "" if after is None else str(after)
        if kind == "declared":
            kind, declares = self.keyword, True
        elif kind in {"params", "result"}:
            declares = follows == ":"
            kind = ("parameter" if declares else "type") if token.type == "NAME" else "dim"
        elif kind == "family":
            kind, declares = ("word parameter" if token.type == "NAME" else "dim parameter"), True
        elif kind == "parameters":
            kind, declares = "dim parameter", True
        elif kind == "soft":
            declares = True
        elif kind == "words":
            kind, declares = "word", True
        elif kind in {"vocab", "vocabulary", "dims", "size"} or (kind in {"type", "index"} and token.type == "DIM"):
            kind = "dim"
        elif kind == "index":
            kind = "word"
        elif kind == "expression":
            kind = "call" if follows in {"(", "["} else "value"
        elif kind == "cast":
            kind = "type"
        if kind == "size" or (token.type == "INT" and kind != "word") or kind in {"number", "domain", "version"}:
            return None
        start, end = token.start_pos, token.end_pos
        assert start is not None
        assert end is not None
        text = str(token)[1:-1] if token.type == "STRING" else str(token)
        return Mark(kind, text, start, end, declares, self.callee if self.section == "index" else "")


def marks(tokens: Sequence[Token]) -> list[Mark]:
    """The names of a declaration, in order."""
    walk, found = _Walk(), list[Mark]()
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        mark = walk.step(token, after)
        if mark is not None and mark.kind in PATHS and found and found[-1].kind == mark.kind:
            last = found.pop()  # `std.answer` is one name
            found.append(evolve(last, text=f"{last.text}.{mark.text}", end=mark.end))
        elif mark is not None:
            found.append(mark)
    return found


def place(tokens: Iterable[Token]) -> Place:
    """What may come behind the tokens of a declaration."""
    walk = _Walk()
    for token in tokens:
        walk.step(token, None)
    if walk.keyword and walk.keyword not in KEYWORDS:
        return Place("keyword")
    return Place(walk.section, walk.keyword, walk.callee, walk.at)
