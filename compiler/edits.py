"""A text that is edited: only the declarations that an edit touches are read again.

What a declaration is depends on its own tokens and on two behind it, and what a token is on its own line. So reading
starts two declarations before the first line that changed, and ends where a declaration begins at which one began
before. Each declaration is read as a text of its own: its spans count from its first character, and a `Piece` knows
where that stands now. `placed` moves findings into the whole file.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import Factory, define, evolve, field, frozen
from lark import Token

from . import ast
from .diagnostics import Diagnostic, Note, Report
from .parse import BAD, MOST_BAD_CHARACTERS, File, cut, lex, parse, parse_one, report_bad, would_name
from .source import Source, Span

BEHIND = 2  # declarations before an edit that are looked at again


@define(eq=False, slots=False)
class Piece(Source):
    """The text of one declaration; `start` is where it stands in the file at the moment."""

    start: int = field(kw_only=True)
    whole: Source = field(kw_only=True, repr=False)

    @property
    def end(self) -> int:
        """Where it ends in the file."""
        return self.start + len(self.text)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column in the file."""
        return self.whole.position(self.start + offset)

    def line(self, number: int) -> str:
        """A line of the file."""
        return self.whole.line(number)


@frozen(eq=False)
class Reading:
    """What one declaration says: it, or the names that it would have given, and what is wrong with it."""

    piece: Piece
    decl: ast.Decl | None
    spoiled: frozenset[str]
    heading: frozenset[str]  # names that it mentions, those in the body of an op left out,
    body: frozenset[str]  # which stand here
    findings: tuple[Diagnostic, ...]
    bad: int  # how much of it is no token

    @property
    def names(self) -> frozenset[str]:
        """Every name that it mentions."""
        return self.heading | self.body


@define(eq=False)
class Edited:
    """A file that is open in an editor."""

    source: Source
    readings: list[Reading] = field(init=False, default=Factory(list))

    def __attrs_post_init__(self) -> None:
        self._take(self._read(0, {}, {})[0])

    def edit(self, source: Source) -> None:
        """Take the text as it is now."""
        old, new = self.source.text, source.text
        self.source = source
        same = _same_start(old, new)
        begin = old.rfind("\n", 0, same) + 1  # the first line that changed
        end = old.find("\n", len(old) - _same_end(old, new, same))  # where the last one that changed ends
        first = next((at for at, known in enumerate(self.readings) if known.piece.end >= begin), len(self.readings))
        kept = self.readings[: max(0, first - BEHIND)]
        later = self.readings[len(kept) :]
        shift = len(new) - len(old)
        behind = {known.piece.start + shift: at for at, known in enumerate(later) if 0 <= end < known.piece.start}
        spare: dict[str, list[Reading]] = {}
        for known in reversed(later[: min(behind.values(), default=len(later))]):
            spare.setdefault(known.piece.text, []).append(known)
        read, met = self._read(later[0].piece.start if kept else 0, behind, spare)
        rest = [] if met is None else later[met:]
        for known in rest:
            known.piece.start += shift
        self._take([*kept, *read, *rest])

    def parse(self, source: Source, report: Report) -> File:
        """The declarations as they are now: stands in for `compiler.parse.parse`, with spans inside of pieces."""
        if source is not self.source or not self.readings:
            return parse(source, report)
        for known in self.readings:
            report.extend(known.findings)
        decls = tuple(known.decl for known in self.readings if known.decl is not None)
        return File(source, decls, frozenset[str]().union(*(known.spoiled for known in self.readings)))

    def _take(self, readings: list[Reading]) -> None:
        # A text with too much that is no token is not kept: `parse` says what is wrong with it.
        self.readings = readings if sum(known.bad for known in readings) < MOST_BAD_CHARACTERS else []
        for known in self.readings:
            known.piece.whole = self.source

    def _read(
        self, begin: int, behind: dict[int, int], spare: dict[str, list[Reading]]
    ) -> tuple[list[Reading], int | None]:
        """Readings from a place on, up to one that begins where one of `behind` does: its number, if there is any.

        `spare` are readings, by text, that can be had again.
        """
        read: list[Reading] = []
        bad = 0
        for tokens in cut(lex(self.source.text, begin), self.source.text):
            start, end = _place(tokens[0])[0], _place(tokens[-1])[1]
            if start in behind:
                return read, behind[start]
            text = self.source.text[start:end]
            if spare.get(text):
                made = spare[text].pop()
                made.piece.start = start
            else:
                made = _reading(Piece(self.source.path, text, start=start, whole=self.source), tokens)
            read.append(made)
            bad += made.bad
            if bad >= MOST_BAD_CHARACTERS:
                break
        return read, None


def _place(token: Token) -> tuple[int, int]:
    start, end = token.start_pos, token.end_pos
    assert start is not None
    assert end is not None
    return start, end


def _reading(piece: Piece, tokens: list[Token]) -> Reading:
    report = Report()
    for token in tokens:
        start, end = _place(token)
        token.start_pos, token.end_pos = start - piece.start, end - piece.start
        if token.type == BAD:
            report_bad(Span(piece, token.start_pos, token.end_pos), report)
    bad = len(report)
    decl = parse_one(tokens, piece, report)
    spoiled = frozenset[str]() if decl is not None else frozenset(would_name(tokens))
    begin = decl.body.span.start if isinstance(decl, ast.OpDecl) else len(piece.text)
    heading, body = set[str](), set[str]()
    for token in tokens:
        if token.type in {"NAME", "DIM"}:
            (heading if _place(token)[0] < begin else body).add(str(token))
    return Reading(piece, decl, spoiled, frozenset(heading), frozenset(body), tuple(report), bad)


def _same_start(old: str, new: str) -> int:
    """How many characters two texts have in common from the start."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old.startswith(new[low:middle], low):
            low = middle
        else:
            high = middle - 1
    return low


def _same_end(old: str, new: str, start: int) -> int:
    """How many characters two texts have in common from the end, those at the start left out."""
    low, high = 0, min(len(old), len(new)) - start
    while low < high:
        middle = (low + high + 1) // 2
        if old.endswith(new[len(new) - middle : len(new) - low], 0, len(old) - low):
            low = middle
        else:
            high = middle - 1
    return low


# -- findings in the whole file


def whole(span: Span) -> Span:
    """A span of a piece, as a span of its file; any other as it is."""
    source = span.source
    if not isinstance(source, Piece):
        return span
    return Span(source.whole, source.start + span.start, source.start + span.end)


def placed(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings with spans of whole files, in the order of their places."""

    def note(of: Note) -> Note:
        return of if of.span is None else evolve(of, span=whole(of.span))

    def order(finding: Diagnostic) -> tuple[str, int]:
        return (finding.span.source.path, finding.span.start) if finding.span else ("", 0)

    moved = (
        evolve(finding, span=whole(finding.span) if finding.span else None, notes=tuple(map(note, finding.notes)))
        for finding in findings
    )
    return tuple(sorted(moved, key=order))
