"""Writing a compiled file: programs and columns are spooled to disk, so that memory grows with what differs alone.

What grows in memory: skeletons, words, and the values of columns such as `image` and `answer`, each once.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from attrs import evolve

from ..check import Interface
from ..diagnostics import CompileError, error
from ..terms import Record
from .arrays import Spool, write_arrays
from .spooled import (
    BLOCK,
    KINDS,
    Column,
    Numbers,
    Texts,
    Values,
    Words,
    blocks,
    new_column,
    spooled_names,
)


class Writer:
    """Writes the programs of one interface to a file; used in a `with`, and `finish`ed, else nothing is left.

    `without` names columns that are not kept. Raises OSError where the disk does not allow it.
    """

    def __init__(self, path: Path, interface: Interface, without: Collection[str] = ()) -> None:
        self.path, self.interface, self.without = path, interface, set(without)
        self.folder = path.resolve().parent
        self.waiting: list[Record] = []
        self.count = 0
        self.skeletons, self.words = Numbers(), Words()
        self.spools = {name: Spool(self.folder) for name in ("skeleton", "words", "number", "line", "alternatives")}
        self.others = {name: Spool(self.folder) for name in ("skeleton", "words")}
        self.about: dict[str, Column] = {"file": Values(self.folder), "id": Texts(self.folder, plain=False)}
        self.columns: dict[str, Column] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the spools go."""
        parts: list[Spool | Column] = [*self.spools.values(), *self.others.values()]
        for one in [*parts, *self.about.values(), *self.columns.values()]:
            one.close()

    def add(self, record: Record, _: object = None) -> None:
        """Take a program that was accepted.

        Raises CompileError (NMT415) for a column that cannot be kept: `question` is a text, `words` and `answers` are
        texts, all others are what JSON can hold.
        """
        self.waiting.append(record)
        if len(self.waiting) == BLOCK:
            self._flush()

    def _flush(self) -> None:
        records, self.waiting = self.waiting, []
        skeletons, words = self.skeletons, self.words
        self.spools["skeleton"].extend([skeletons[one.term.skeleton] for one in records])
        self.spools["words"].extend([words[word] for one in records for word in one.term.words])
        self.spools["alternatives"].extend([len(one.alternatives) for one in records])
        others = [term for one in records for term in one.alternatives]
        self.others["skeleton"].extend([skeletons[term.skeleton] for term in others])
        self.others["words"].extend([words[word] for term in others for word in term.words])
        self.spools["number"].extend([one.number for one in records])
        self.spools["line"].extend([one.line for one in records])
        self.about["file"].extend([one.file for one in records])
        self.about["id"].extend([one.id for one in records])
        for name in dict.fromkeys(name for one in records for name in one.columns):
            if name not in self.columns and name not in self.without:
                self._new(name)
        for name, column in self.columns.items():
            try:
                column.extend([one.columns.get(name) for one in records])
            except (TypeError, ValueError, AttributeError, RecursionError):
                raise _unfit(name, records) from None
        self.count += len(records)

    def _new(self, name: str) -> None:
        """A column that was not seen before: those that came earlier have none."""
        column = new_column(self.folder, name, self.words)
        for _ in range(self.count // BLOCK):
            column.extend([None] * BLOCK)
        self.columns[name] = column

    def finish(self, about: Mapping[str, Any]) -> None:
        """Write the file; `about` is what else its header says. What stood there before is replaced."""
        self._flush()
        arrays = {f"program.{name}": spool for name, spool in self.spools.items()}
        arrays |= {f"alternative.{name}": spool for name, spool in self.others.items()}
        for group, columns in (("record", self.about), ("column", self.columns)):
            for name, column in columns.items():
                arrays |= {f"{group}.{name}{key and '.'}{key}": spool for key, spool in column.arrays().items()}
        arrays |= spooled_names(self.folder, "word", self.words) | self._skeletons()
        self.spools |= arrays
        whole = {
            "programs": self.count,
            "columns": {name: KINDS.get(name, "json") for name in self.columns},
            "interface": identity(self.interface),
            **about,
            **provenance(),
        }
        write_arrays(self.path, arrays, whole)

    def _skeletons(self) -> dict[str, Spool]:
        """The table of skeletons: calls one after the other."""
        ops = Numbers()
        made = {name: Spool(self.folder) for name in ("calls", "op", "words", "arity", "inputs")}
        for some in blocks(self.skeletons):
            made["calls"].extend([len(one.ops) for one in some])
            made["op"].extend([ops[op] for one in some for op in one.ops])
            made["words"].extend([count for one in some for count in one.counts])
            made["arity"].extend([len(inputs) for one in some for inputs in one.inputs])
            made["inputs"].extend([node for one in some for inputs in one.inputs for node in inputs])
        return {f"skeleton.{name}": spool for name, spool in made.items()} | spooled_names(self.folder, "op", ops)


def _unfit(name: str, records: Sequence[Record]) -> CompileError:
    """What is told of a column with a value that cannot be kept."""
    wanted = {"text": "a text", "list": "a tuple of texts"}.get(KINDS.get(name, ""), "what JSON can hold")
    first = records[0].place
    where = first if len(records) == 1 else f"{first} to {records[-1].place}"
    return error("NMT415", f"the column `{name}` has a value that cannot be kept", place=where, help=f"give {wanted}")


def identity(interface: Interface) -> dict[str, str]:
    """What tells an interface from others; words that data has brought make no other interface of it."""
    files = tuple((name, words) for name, words in interface.files if name not in interface.columns)
    return {"package": interface.package, "version": interface.version, "hash": evolve(interface, files=files).hash}


def provenance() -> dict[str, Any]:
    """What made a file: command, time, versions."""

    def known(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "from a checkout"

    return {
        "command": ["nmt", *sys.argv[1:]],
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {"python": platform.python_version(), **{name: known(name) for name in ("ntypes", "numpy")}},
    }
