"""`nmt convert`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import click
from attrs import define, field

from nmt.compiler.diagnostics import CompileError, Diagnostic, error
from nmt.compiler.frontends.files import Input
from nmt.compiler.frontends.format import Format, Options
from nmt.compiler.frontends.formats import opened
from nmt.compiler.terms import Record
from nmt.formats import STDOUT, WRITABLE, listed, options_of, reading, why_not, written
from nmt.terminal import Report, progress, show
from nmt.told import SHOWN, Told

EVERY = 1000  # records between two reports of progress
HELP = """Write the programs of FILE (a file, a folder, `-` for standard input) in another format.

    Programs that the format cannot hold are told and left out, never changed. What it has no place for beside programs,
    such as questions and answers, is counted.

    Example: nmt convert CLEVR_val_questions.json --to terms --out val.txt

    \b
    Formats that are written:
"""


@define
class Conversion:
    """Programs on their way from one format into another.

    `left` counts those that are left out, `strangers` files that hold none, `lost` what the format has no place for.
    """

    format: Format
    report: Report
    told: Told
    read: int = 0
    left: int = 0
    strangers: int = 0
    lost: Counter[str] = field(factory=Counter)

    def records(self, path: str, name: str | None, options: Options) -> Iterator[Record]:
        """The programs that can be written; of the others it is told why not."""
        for one in opened(path, name):
            if isinstance(one, Diagnostic):
                self.strangers += 1
                self.told(one)
                continue
            before = self.read
            for item in one[1].read(one[0], options):
                record = self._taken(item)
                if record is not None:
                    yield record
            if self.read == before:
                click.echo(f"{one[0].name}: holds no questions", err=True)

    def _taken(self, item: Record | Diagnostic) -> Record | None:
        """Count a record; it is given back where it can be written."""
        if isinstance(item, Diagnostic) and item.severity == "warning":
            self.told(item)
            return None
        self.read += 1
        if self.read % EVERY == 0:
            self.report(self.read, 0)
        fault = why_not(item, self.format) if isinstance(item, Record) else item
        if fault is not None:
            self.left += 1
            self.told(fault)
            return None
        assert isinstance(item, Record)
        self.lost.update(lost(item, self.format))
        return item


def lost(record: Record, format_: Format) -> list[str]:
    """What a record has that a format does not hold."""
    found = [name for name, value in record.columns.items() if value is not None and name not in format_.columns]
    if record.alternatives and "alternatives" not in format_.columns:
        found.append("alternatives")
    return [*found, "id"] if record.id is not None and "id" not in format_.columns else found


@click.command("convert", help=HELP + listed(WRITABLE))
@click.argument("file")
@click.option("--to", required=True, metavar="FORMAT", help="The format to write.")
@click.option("--from", "from_", metavar="FORMAT", help="What the file is, where it does not show it.")
@reading
@click.option("--out", default=STDOUT, show_default=True, metavar="FILE", help="Where to; `-` is standard output.")
@click.option("--all", "all_", is_flag=True, help=f"Tell of every program that is left out, not the first {SHOWN}.")
def command(file: str, to: str, from_: str | None, out: str, all_: bool, **given: Any) -> int:
    """See `HELP`."""
    format_ = WRITABLE.get(to)
    if format_ is None or format_.write is None:
        what = "is not written: `nmt compile --out` makes it" if to == "compiled" else "is no format that is written"
        raise error("NMT416", f"`{to}` {what}", help=f"there are {', '.join(WRITABLE)}")
    stopped: CompileError | None = None
    with progress("convert", "programs") as report:
        conversion = Conversion(format_, report, Told.of(all_=all_, as_json=False))
        try:
            with written(out, [file]) as stream:
                for piece in format_.write(conversion.records(file, from_, options_of(given))):
                    stream.write(piece.encode())
        except CompileError as fault:
            stopped = fault
    _tell(conversion, Input.of(file).name, out, stopped)
    return 1 if conversion.left or conversion.strangers or stopped else 0


def _tell(conversion: Conversion, name: str, out: str, stopped: CompileError | None) -> None:
    to = conversion.format.name
    if stopped is not None:
        show(stopped.diagnostics)
    if conversion.told.left:
        click.echo(f"... and {conversion.told.left:,} more (--all tells of them)", err=True)
    if conversion.lost:
        what = ", ".join(f"{column} ({count:,})" for column, count in conversion.lost.items())
        click.echo(f"{to} cannot hold: {what}", err=True)
    done = conversion.read - conversion.left
    counts = f"{conversion.read:,} read, {done:,} written as {to}, {conversion.left:,} left out"
    if stopped is not None and out != STDOUT:
        counts = f"{conversion.read:,} read, {conversion.left:,} left out; nothing is written to {out}"
    click.echo(f"{name}: {counts}", err=True)
