"""What commands that read or write programs have in common: how a file is read, and where text goes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from nmt.compiler.diagnostics import CompileError, Diagnostic, error
from nmt.compiler.frontends.format import POLICIES, Format, Options
from nmt.compiler.frontends.formats import FORMATS
from nmt.compiler.terms import Record

F = TypeVar("F", bound=Callable[..., Any])
STDOUT = "-"
WRITABLE = {name: one for name, one in FORMATS.items() if one.write is not None}


def listed(formats: Mapping[str, Format]) -> str:
    """Formats with their titles, as `--help` shows them."""
    return "\n".join(f"    {name:18} {one.title}" for name, one in formats.items())


def reading(command: F) -> F:
    """The options that say how programs are read: `options_of` takes them."""
    policy = click.option(
        "--policy",
        type=click.Choice(POLICIES),
        default=POLICIES[0],
        show_default=True,
        help="Of several programs of a question take: the last if its head is `is`, else the first; all; the first.",
    )
    profile = click.option(
        "--profile",
        metavar="NAME",
        help="The rules that lead from a parse to a layout: nmn, nmn-2016, n2nmn, or a table of your own, .toml  "
        "[default: nmn]",
    )
    compat = click.option("--compat", is_flag=True, help="Reproduce the two faults of the rules of 2016.")
    return policy(profile(compat(command)))


def options_of(given: Mapping[str, Any]) -> Options:
    """How programs are read, from what a command was given."""
    return Options(given["policy"], given["profile"], given["compat"])


def why_not(record: Record, format_: Format) -> Diagnostic | None:
    """What keeps a format from holding a program: it is tried on each alone, since a writer stops at a fault."""
    assert format_.write is not None
    try:
        for piece in format_.write([record]):
            piece.encode()
    except CompileError as fault:
        return fault.diagnostics[0]
    except UnicodeEncodeError:
        message = "holds half a character, which no text can"
        return Diagnostic("NMT415", message, record.span(None), place=record.place)
    return None


def check_out(path: Path, read: Iterable[Path | str] = ()) -> None:
    """Raise CompileError (NMT610) where a file cannot be written, or is one that is read: before anything is read."""
    folder = path.resolve().parent
    for one in read:
        if path.exists() and Path(one).exists() and path.samefile(one):
            help_ = "name another file: what is read would be lost"
            raise error("NMT610", "cannot be written: it is read at the same time", place=str(path), help=help_)
    if path.is_dir():
        raise error("NMT610", "cannot be written: it is a folder", place=str(path))
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "is not there"
        raise error("NMT610", f"cannot be written: its folder {what}", place=str(path), help=f"make {folder} first")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise error("NMT610", f"cannot be written: nothing may be written to {folder}", place=str(path))


@contextmanager
def written(out: str, read: Iterable[Path | str] = ()) -> Iterator[BinaryIO]:
    """Standard output (`-`), or a file that is there whole or not at all; a device or a pipe is written to as it is.

    Raises CompileError (NMT610) where it cannot be written, or is one of those that are `read`.
    """
    if out == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(out)
    check_out(path, read)
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            yield stream
        return
    path = path.resolve()  # of a link, what it leads to
    beside = path.with_name(path.name + ".partial")
    try:
        with beside.open("wb") as stream:
            yield stream
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
