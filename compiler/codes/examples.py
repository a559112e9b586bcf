"""What is said of an example: it is checked as a user's file would be, with the prelude in front where it needs one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import evolve

from ..check import Interface, check
from ..compatibility import Change, compare, version_fault
from ..compiled import compile_programs
from ..diagnostics import CompileError, Diagnostic, render
from ..frontends.files import Input
from ..frontends.format import Options
from ..frontends.formats import FORMATS
from ..parse import read
from ..programs import Checker
from ..source import Source, Span
from .code import PRELUDE, Code

LIBRARY = Path(__file__).parents[2] / "stdlib"
CHECKED = frozenset(["nmt", "json", "diff", *FORMATS])  # the kinds that can be


def findings(text: str, kind: str = "nmt") -> tuple[Diagnostic, ...]:
    """What is found in an example of a kind that can be checked."""
    if kind in FORMATS:
        return _read(text, kind)
    return {"nmt": _interface, "json": _questions, "diff": _changes}[kind](text)


def said(row: Code) -> str:
    """What a user reads below the wrong example, less the line that leads here; nothing where it cannot be checked."""
    if row.kind not in CHECKED:
        return ""
    lines = "\n".join(map(render, findings(row.wrong, row.kind))).replace(str(LIBRARY), "stdlib").splitlines()
    return "\n".join(line for line in lines if not line.startswith("  rule: "))


def _interface(text: str) -> tuple[Diagnostic, ...]:
    front = "" if text.startswith("package") else PRELUDE
    whole, shown = Source("rules.nmt", front + text), Source("example.nmt", text)
    try:
        found = check(whole, (LIBRARY,))[1]
    except CompileError as fault:
        found = fault.diagnostics

    def moved(span: Span | None) -> Span | None:
        """Places are told as if the prelude were not there."""
        if span is None or span.source is not whole or span.start < len(front):
            return span
        return Span(shown, span.start - len(front), span.end - len(front))

    return tuple(
        evolve(one, span=moved(one.span), notes=tuple(evolve(note, span=moved(note.span)) for note in one.notes))
        for one in found
    )


def _questions(text: str) -> tuple[Diagnostic, ...]:
    interface, _ = check(read(LIBRARY / "clevr.nmt"), (LIBRARY,))
    assert interface is not None
    checker = Checker(interface, next(iter(interface.models.values())))
    with _written(text, "questions.json") as source:
        try:
            read_in = FORMATS["clevr"].read(source, Options())
            return tuple(compile_programs(read_in, checker, source.name).rejected)
        except CompileError as fault:
            return fault.diagnostics


def _read(text: str, name: str) -> tuple[Diagnostic, ...]:
    """What is told of a file of a format of programs, whatever the interface."""
    with _written(text, f"example.{name}") as source:
        try:
            return tuple(one for one in FORMATS[name].read(source, Options()) if isinstance(one, Diagnostic))
        except CompileError as fault:
            return fault.diagnostics


@contextmanager
def _written(text: str, name: str) -> Iterator[Input]:
    """A file of an example, told by its name alone."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        yield Input(name, path)


def _changes(text: str) -> tuple[Diagnostic, ...]:
    """What differs between the lines before (` ` and `-`) and after (` ` and `+`), and whether the version says so.

    Examples other than those of the version leave it as it is, so of it only what they change themselves is told.
    """
    old, new = (_whole([line[1:] for line in text.splitlines() if line[0] in f" {side}"]) for side in "-+")
    changes = compare(old, new)
    fault = version_fault(old, new, changes)
    if "package" in text:
        return () if fault is None else (fault,)
    return tuple(
        evolve(change.diagnostic(), span=None, notes=(), message=f"{change.message} ({_breaks(change)})")
        for change in changes
    )


def _breaks(change: Change) -> str:
    return f"breaks {', '.join(change.breaks)}" if change.breaks else "safe"


def _whole(lines: list[str]) -> Interface:
    """An interface of the prelude and a few lines; of these, `package` and `use` come first."""
    package, rest = PRELUDE.split("\n", 1)
    first = sorted(line for line in lines if line.startswith(("package", "use")))
    head = first if any(line.startswith("package") for line in first) else [package, *first]
    text = "\n".join([*head, rest, *(line for line in lines if line not in first)])
    interface, found = check(Source("rules.nmt", text), (LIBRARY,))
    assert interface is not None, "\n".join(map(render, found))
    return interface
