"""`nmt convert`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from attrs import define

from nmt.compiler.diagnostics import Diagnostic, error
from nmt.compiler.frontends.files import STDIN, inputs
from nmt.compiler.frontends.format import Format, Options
from nmt.compiler.frontends.formats import format_of
from nmt.compiler.terms import Record
from nmt.formats import STDOUT, WRITABLE, listed, options_of, reading, why_not, written
from nmt.terminal import Report, progress, show

SHOWN = 20  # programs that are left out and told in full, unless --all
EVERY = 1000  # records between two reports of progress
HELP = """Write the programs of FILE (a file, a folder, `-` for standard input) in another format.

    Programs that the format cannot hold are told and left out, never changed.

    Example: nmt convert CLEVR_val_questions.json --to terms --out val.txt

    \b
    Formats that are written:
"""


@define
class Conversion:
    """Programs on their way from one format into another."""

    format: Format
    report: Report
    most: int | None
    read: int = 0
    left: int = 0

    def records(self, path: str, name: str | None, options: Options) -> Iterator[Record]:
        """The programs that can be written; of the others it is told why not."""
        for source in inputs(path):
            for item in format_of(source, name).read(source, options):
                self.read += 1
                if self.read % EVERY == 0:
                    self.report(self.read, 0)
                if isinstance(item, Record):
                    fault = why_not(item, self.format)
                    if fault is None:
                        yield item
                        continue
                    item = fault  # noqa: PLW2901 -- what is to be told in its place
                self._tell(item)

    def _tell(self, found: Diagnostic) -> None:
        if found.severity != "warning":
            self.left += 1
        if self.most is None or self.left <= self.most:
            show([found])


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
    with progress("convert", "programs") as report, written(out) as stream:
        conversion = Conversion(format_, report, None if all_ else SHOWN)
        for piece in format_.write(conversion.records(file, from_, options_of(given))):
            stream.write(piece.encode())
    more = conversion.left - SHOWN
    if more > 0 and not all_:
        click.echo(f"... and {more:,} more (--all tells of them)", err=True)
    done = conversion.read - conversion.left
    name = inputs(file)[0].name if file == STDIN else file
    click.echo(f"{name}: {conversion.read:,} read, {done:,} written as {to}, {conversion.left:,} left out", err=True)
    return 1 if conversion.left else 0
