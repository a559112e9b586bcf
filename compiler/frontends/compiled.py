"""Compiled files (`nmt compile --out`), read like any other file of programs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..check import Interface
from ..diagnostics import Diagnostic
from ..programs_file.arrays import START
from ..programs_file.file import ProgramsFile
from ..terms import Record
from .files import Input
from .format import Format, Options

COMPILED = "compiled"


def read_compiled(source: Input, _: Options, interface: Interface | None = None) -> Iterator[Record | Diagnostic]:
    """The programs of a compiled file.

    Raises CompileError where it is damaged (NMT417) or newer (NMT419), or made for another interface than the one that
    is given (NMT418). What is compressed, or comes from standard input, is copied first: only a file can be mapped.
    """
    if source.path is not None and _plain(source.path, source.head):
        yield from ProgramsFile.open(source.path, interface, source.name)
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "programs"
        with source.open() as packed, copy.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked)
        yield from ProgramsFile.open(copy, interface, source.name)


def _plain(path: Path, head: bytes) -> bool:
    """Whether a file is as it is read: not compressed."""
    with path.open("rb") as file:
        return file.read(100) == head[:100]


def _fits(head: bytes, _: str) -> bool:
    return START.match(head) is not None


FORMATS = (Format(COMPILED, "what `nmt compile --out` writes", _fits, read_compiled),)
