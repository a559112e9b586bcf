"""All formats, and which of them a file is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ..check import Interface
from ..diagnostics import CompileError, Diagnostic, error
from ..programs_file.arrays import REPAIR, START, cut
from ..terms import Record
from . import clevr, compiled, gqa, iep, n2nmn, shapes_query, sps, terms_file
from .files import Input, check_text, inputs
from .format import Format, Options
from .layouts import formats as layouts

# In the order in which a file is tried against them: the first that fits is taken.
FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        *compiled.FORMATS,
        *clevr.FORMATS,
        *gqa.FORMATS,
        *layouts.FORMATS,
        *n2nmn.FORMATS,
        *shapes_query.FORMATS,
        *sps.FORMATS,
        *iep.FORMATS,
        *terms_file.FORMATS,
    )
}


def format_of(source: Input, name: str | None = None) -> Format:
    """The format of that name, or the first that the file fits.

    Raises CompileError: NMT401, NMT402 for a file that cannot be read or is empty, NMT416 where no format is known.
    """
    if name is not None:
        found = FORMATS.get(name)
        if found is None:
            raise error("NMT416", f"no format is called `{name}`", help=f"there are {', '.join(FORMATS)}")
        return found
    head = source.head
    if not head.strip():
        raise error("NMT402", "is empty", place=source.name, help="a file of programs was expected")
    if cut(head):
        raise error("NMT417", "ends inside its header", place=source.name, help=REPAIR)
    if not START.match(head):  # a compiled file begins with a number
        check_text(head, source.name)
    for one in FORMATS.values():
        if one.fits(head, source.name):
            return one
    start = head.decode("utf-8", "replace").strip()[:40].splitlines()[0]
    message = f"its format cannot be told: it begins with {start!r}"
    raise error("NMT416", message, place=source.name, help=f"say --format NAME: {', '.join(FORMATS)}")


def opened(path: Path | str, name: str | None = None) -> Iterator[tuple[Input, Format] | Diagnostic]:
    """A file, standard input (`-`), or the files of a folder, each with its format.

    Raises CompileError as `format_of` does for what is named; of a folder, a file that is none of programs is told.
    """
    for source in inputs(path):
        try:
            yield source, format_of(source, name)
        except CompileError as fault:
            if source.name == str(path) or source.path is None:
                raise
            yield from fault.diagnostics


def read(
    source: Input, format_: Format, options: Options, interface: Interface | None = None
) -> Iterator[Record | Diagnostic]:
    """The programs of one file of a known format; raises CompileError as `read_programs` does."""
    if format_.name == compiled.COMPILED:
        return compiled.read_compiled(source, options, interface)
    return format_.read(source, options)


def read_programs(
    path: Path | str, name: str | None = None, options: Options | None = None, interface: Interface | None = None
) -> Iterator[Record | Diagnostic]:
    """The programs of a file, of all files of a folder, or of standard input (`-`), one by one.

    What is wrong with a record is a diagnostic, and the rest goes on. Raises CompileError where a file cannot be read
    on, or its format is not known; and, where the interface is given that the programs are for, for a compiled file
    that was made for another one (NMT418).
    """
    for one in opened(path, name):
        if isinstance(one, Diagnostic):
            yield one
        else:
            yield from read(*one, options or Options(), interface)
