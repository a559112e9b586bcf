"""What people see: progress, tables, findings. Bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import click

from nmt.compiler.diagnostics import Diagnostic, render, to_json

EVERY = 10.0  # seconds between two plain lines of progress


class Report(Protocol):
    """Called with how much is done, how much there is, and a word on how it goes."""

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Show it."""


@contextmanager
def progress(title: str, unit: str = "") -> Iterator[Report]:
    """Show progress on standard error: a bar on a terminal, else a line now and then."""
    if sys.stderr.isatty():
        with _bar(title) as report:
            yield report
    else:
        yield from _lines(title, unit)


@contextmanager
def _bar(title: str) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None, note="")

        def report(done: int, total: int, note: str = "") -> None:
            bar.update(task, completed=done, total=total or None, note=note)

        yield report


def _lines(title: str, unit: str) -> Iterator[Report]:
    start = last = time.monotonic()
    seen = (0, 0, "")

    def report(done: int, total: int, note: str = "") -> None:
        nonlocal last, seen
        seen = (done, total, note)
        if time.monotonic() - last > EVERY:
            last = time.monotonic()
            _line(title, unit, *seen, time.monotonic() - start)

    yield report
    if seen[0]:
        _line(title, unit, *seen, time.monotonic() - start)


def _line(title: str, unit: str, done: int, total: int, note: str, seconds: float) -> None:
    of = f" of {total:,}" if total else ""
    click.echo(
        f"{title}: {done:,}{of}{f' {unit}' if unit else ''}, {seconds:.0f} s{f', {note}' if note else ''}", err=True
    )


def show(diagnostics: Iterable[Diagnostic], *, as_json: bool = False) -> None:
    """Print findings: for people on standard error, in colour on a terminal; for machines on standard output."""
    if as_json:
        click.echo(json.dumps({"diagnostics": [to_json(diagnostic) for diagnostic in diagnostics]}, indent=2))
        return
    for diagnostic in diagnostics:
        head, *rest = render(diagnostic).split("\n")
        place, code, message = head.partition(diagnostic.code)
        colour = "yellow" if diagnostic.severity == "warning" else "red"
        click.echo(click.style(place, bold=True) + click.style(code, fg=colour, bold=True) + message, err=True)
        for line in rest:
            click.echo(_coloured(line, colour), err=True)


def _coloured(line: str, colour: str) -> str:
    label, colon, rest = line.partition(":")
    if line.strip().startswith("^"):
        return click.style(line, fg=colour)
    if colon and label in {"  note", "  help"}:
        return click.style(label + colon, fg="cyan" if label == "  note" else "green") + rest
    return click.style(line, dim=True) if line.startswith("  rule: ") else line


def table(rows: Sequence[Sequence[Any]], head: Sequence[str]) -> str:
    """Rows below their heads, numbers to the right; plain text that also reads well in a file."""
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[at]) for row in cells) for at in range(len(head))]
    right = [all(_numeric(row[at]) for row in cells[1:]) for at in range(len(head))]

    def line(row: Sequence[str]) -> str:
        parts = (
            cell.rjust(width) if flush else cell.ljust(width)
            for cell, width, flush in zip(row, widths, right, strict=True)
        )
        return "  ".join(parts).rstrip()

    return "\n".join([line(cells[0]), "  ".join("-" * width for width in widths), *map(line, cells[1:])])


def _numeric(cell: str) -> bool:
    return not cell or cell[0].isdigit() or cell[0] in "-+."
