"""Diagnostics are data: what is wrong, where, why it was expected, and what would mend it.

They are collected, not thrown: a check goes on behind an error and hands over all that it found. `render` is
the one place that words them for people, `to_json` the one for machines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from attrs import Factory, define, field, frozen

from .source import Span

if TYPE_CHECKING:
    from .codes.code import Code


@frozen
class Note:
    """Why something was expected, with its own place where there is one."""

    text: str
    span: Span | None = None


@frozen
class Diagnostic:
    """One finding.

    `place` stands in for the span where there is no text to point at: a question of a data set, an image.
    `label` is written beside the carets.
    """

    code: str
    message: str
    span: Span | None = None
    label: str = ""
    notes: tuple[Note, ...] = ()
    help: str = ""
    place: str = ""

    @property
    def severity(self) -> str:
        """`error`, or `warning`: what is said and stops nothing."""
        return _entry(self.code).severity

    @property
    def rule(self) -> str:
        """The number of the rule of the language that it defends."""
        return _entry(self.code).rule


def _entry(code: str) -> Code:
    from .codes import TABLE  # noqa: PLC0415 -- a file without findings has no need of it

    return TABLE[code]


LONGEST = 2000  # characters of a message


class CompileError(Exception):
    """Input at fault. Carries every diagnostic that was found."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(render(diagnostic) for diagnostic in self.diagnostics))


@define
class Report:
    """Collects diagnostics in the order of their places."""

    _found: dict[Diagnostic, None] = field(default=Factory(dict))

    def add(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        *,
        label: str = "",
        notes: tuple[Note, ...] = (),
        help: str = "",  # noqa: A002 -- the word that the reader sees
    ) -> None:
        """Take one more; the same finding at the same place is kept once."""
        self.extend([Diagnostic(code, message, span, label, notes, help)])

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Take those that another report has found."""
        self._found.update(dict.fromkeys(diagnostics))

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Diagnostic]:
        def place(diagnostic: Diagnostic) -> tuple[str, int]:
            span = diagnostic.span
            return (span.source.path, span.start) if span else ("", 0)

        return iter(sorted(self._found, key=place))


def error(code: str, message: str, *, place: str = "", help: str = "") -> CompileError:  # noqa: A002
    """A single finding that has no text to point at, ready to be raised."""
    return CompileError([Diagnostic(code, message, place=place, help=help)])


def render(diagnostic: Diagnostic) -> str:
    """Word a diagnostic for a terminal, without colour."""
    where = str(diagnostic.span) if diagnostic.span else diagnostic.place
    warning = "warning " if diagnostic.severity == "warning" else ""
    lines = [f"{f'{where}: ' if where else ''}{warning}{diagnostic.code} {_short(diagnostic.message)}"]
    if diagnostic.span:
        lines.extend(_excerpt(diagnostic.span, diagnostic.label))
    for note in diagnostic.notes:
        place = f" ({note.span.source.path}:{note.span.line})" if note.span else ""
        lines.append(f"note: {_short(note.text)}{place}")
    if diagnostic.help:
        lines.append(f"help: {_short(diagnostic.help)}")
    if not diagnostic.code.startswith("NMT6"):  # of paths, settings and machines the language says nothing
        lines.append(f"rule: {diagnostic.rule} (nmt explain {diagnostic.code})")
    return "\n  ".join(lines)


def _short(text: str) -> str:
    """A text without its middle, where somebody's name fills pages."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} ... {text[-LONGEST // 4 :]}"


def _excerpt(span: Span, label: str) -> list[str]:
    """The line of a span with carets below; a long line is cut around them."""
    number, column = span.source.position(span.start)
    line = span.source.line(number)
    first = max(0, column - 61) if len(line) > 120 else 0
    # A tab is one blank, so that carets stand below; what a terminal would obey is not shown.
    shown = "".join(
        char if char.isprintable() else " " if char == "\t" else "\ufffd" for char in line[first : first + 120]
    )
    width = max(1, min(span.end - span.start, len(shown) - (column - 1 - first)))
    indent = len(shown) - len(shown.lstrip())
    carets = " " * (column - 1 - first - indent) + "^" * width
    return [shown.strip(), f"{carets} {label}".rstrip()]


def to_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as plain values; lines and columns count from 1, `end` is the column behind the last."""

    def place(span: Span | None) -> dict[str, Any] | None:
        if span is None:
            return None
        (line, column), (end_line, end_column) = span.source.position(span.start), span.source.position(span.end)
        return {"file": span.source.path, "line": line, "column": column, "end_line": end_line, "end": end_column}

    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "rule": diagnostic.rule,
        "message": diagnostic.message,
        "at": place(diagnostic.span),
        "place": diagnostic.place or (str(diagnostic.span) if diagnostic.span else ""),
        "label": diagnostic.label,
        "notes": [{"text": note.text, "at": place(note.span)} for note in diagnostic.notes],
        "help": diagnostic.help,
    }
