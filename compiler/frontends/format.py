"""What a format of programs is: how it is told, read and, where it can be, written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from attrs import frozen

from ..diagnostics import Diagnostic
from ..terms import Record
from .files import Input

POLICIES = ("cvpr", "all", "first")


@frozen
class Options:
    """How a file is read, where there is a choice.

    `policy` chooses among the alternatives of a line: `cvpr` (the last if its head is `is`, else the first), `first`,
    or `all`: a record for each. `profile` names the rules that lead from a parse to a layout (None: `nmn`), `compat`
    reproduces the two faults of the rules of 2016.
    """

    policy: str = "cvpr"
    profile: str | None = None
    compat: bool = False


@frozen
class Format:
    """A format.

    `fits` says of the first bytes of a file, and its name, whether it may be of this format. `read` gives programs and
    what is wrong with the others, one by one; it raises CompileError where the file cannot be read on. `write` gives
    the text of a file, piece by piece; it raises CompileError (NMT415) for a program that the format cannot hold.
    `columns` are those that are written beside programs; `id` and `alternatives` stand for these of records.
    """

    name: str
    title: str
    fits: Callable[[bytes, str], bool]
    read: Callable[[Input, Options], Iterator[Record | Diagnostic]]
    write: Callable[[Iterable[Record]], Iterator[str]] | None = None
    columns: frozenset[str] = frozenset()
