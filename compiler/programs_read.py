"""Programs for an interface, from files of any format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .check import Interface
from .diagnostics import Diagnostic
from .frontends.compiled import COMPILED, read_compiled
from .frontends.files import Input
from .frontends.format import Format, Options
from .frontends.formats import opened
from .terms import Record


def programs_for(
    interface: Interface, path: Path | str, name: str | None = None, options: Options | None = None
) -> Iterator[Record | Diagnostic]:
    """The programs of a file, a folder or standard input, as `read_programs` gives them.

    Raises CompileError as it does, and NMT418 for a compiled file that was made for another interface.
    """
    for one in opened(path, name):
        if isinstance(one, Diagnostic):
            yield one
        else:
            yield from read_for(interface, *one, options or Options())


def read_for(interface: Interface, source: Input, format_: Format, options: Options) -> Iterator[Record | Diagnostic]:
    """The programs of one file of a known format; raises CompileError as `programs_for` does."""
    if format_.name == COMPILED:
        return read_compiled(source, options, interface)
    return format_.read(source, options)
