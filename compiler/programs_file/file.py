"""A compiled file: programs that were accepted, with their columns, mapped into memory (`nmt compile --out`).

    skeleton.*          the table of skeletons: calls, their ops, words and inputs, one skeleton after the other
    program.skeleton    (N,) the number of each program's skeleton
    program.words       (W,) the words of all programs, as numbers into `word.*`
    alternative.*       skeletons and words of the alternatives of all programs, `program.alternatives` (N,) of each
    column.NAME         a column, kept as `about["columns"]` says: `value`, `text`, `list` or `json`
                        (`columns.py`)

Nothing is read before it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import accumulate, islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from attrs import define

from ..check import Interface
from ..diagnostics import error
from ..terms import Record, Skeleton, Term
from .arrays import Array, Arrays
from .columns import Column, below, column, names, starts
from .write import identity

MANY = 1 << 62
BLOCK = 4096  # records that are made at once


@define(eq=False, slots=False)
class ProgramsFile:
    """The programs of a file. Raises CompileError (NMT417) where the file turns out to be damaged."""

    arrays: Arrays

    @classmethod
    def open(cls, path: Path | str, interface: Interface | None = None, name: str = "") -> ProgramsFile:
        """Map a file into memory; `name` is what it is called to people.

        Raises CompileError: NMT401, NMT417 or NMT419 for a file that cannot be used, NMT418 for one that was made for
        another interface than the one given.
        """
        made = cls(Arrays.open(Path(path), name or str(path)))
        if interface is not None:
            made.held_to(interface)
        return made

    def held_to(self, interface: Interface) -> None:
        """Raise CompileError (NMT418) where the file was made for another interface: programs may be missing in it."""
        mine, theirs = self.about.get("interface"), identity(interface)
        if mine != theirs:
            made = f"{mine.get('package')} @ {mine.get('version')}" if isinstance(mine, dict) else "another interface"
            other = " as it was before" if made == f"{theirs['package']} @ {theirs['version']}" else ""
            message = f"was compiled for {made}{other}: what did not fit that is missing in it"
            help_ = f"compile the original file for {interface.package}"
            raise error("NMT418", message, place=self.arrays.name, help=help_)

    @property
    def about(self) -> Mapping[str, Any]:
        """What the file says of itself: interface, files, counts, command, time, versions."""
        return self.arrays.about

    def __len__(self) -> int:
        return len(self.skeleton)

    @cached_property
    def skeletons(self) -> tuple[Skeleton, ...]:
        """Every skeleton that programs of the file have."""
        ops = names(self.arrays, "op")
        calls, op, counts, arity, inputs = (
            below(self.arrays, f"skeleton.{name}", limit).tolist()
            for name, limit in (
                ("calls", 1 << 40),
                ("op", len(ops)),
                ("words", 256),
                ("arity", 256),
                ("inputs", 1 << 31),
            )
        )
        if not (sum(calls) == len(op) == len(counts) == len(arity) and sum(arity) == len(inputs)):
            raise self.arrays.fault("its table of skeletons is damaged")
        known: dict[tuple[int, ...], tuple[int, ...]] = {}  # most calls read the one before
        each = [known.setdefault(one, one) for one in (tuple(inputs[a:b]) for a, b in _bounds(arity))]
        named = [ops[number] for number in op]
        return tuple(Skeleton(tuple(named[a:b]), tuple(each[a:b]), tuple(counts[a:b])) for a, b in _bounds(calls))

    @cached_property
    def skeleton(self) -> Array:
        """(N,) which skeleton each program has."""
        return below(self.arrays, "program.skeleton", len(self.skeletons))

    @cached_property
    def starts(self) -> Array:
        """(N + 1,) where the words of each program begin; the last is their end."""
        return starts(self.arrays, self._widths[self.skeleton], len(self.words))

    @cached_property
    def _widths(self) -> Array:
        """(S,) how many words a program of each skeleton has."""
        return np.array([sum(one.counts) for one in self.skeletons], dtype=np.int64)

    @cached_property
    def words(self) -> Array:
        """(W,) the words of all programs, as numbers into `vocabulary`."""
        return below(self.arrays, "program.words", len(self.vocabulary))

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """Every word of the file."""
        return names(self.arrays, "word")

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """The columns that were kept, by name; each is read when it is cut."""
        kinds = self.about.get("columns")
        if not isinstance(kinds, dict):
            raise self.arrays.fault("its header is damaged")
        return {name: self._column(f"column.{name}", kind) for name, kind in kinds.items()}

    def _column(self, name: str, kind: str) -> Column:
        return column(self.arrays, name, kind, len(self), self.vocabulary)

    def __iter__(self) -> Iterator[Record]:
        return self.records(0, len(self))

    def records(self, start: int, stop: int) -> Iterator[Record]:
        """The programs from `start` to `stop` (excluded), as they were read."""
        skeletons, vocabulary = self.skeletons, self.vocabulary
        about = [self._column("record.file", "value"), self._column("record.id", "json")]
        others = self._alternatives(start)
        counts, numbers, lines = (
            below(self.arrays, f"program.{name}", MANY, len(self)) for name in ("alternatives", "number", "line")
        )
        for first in range(start, stop, BLOCK):
            last = min(first + BLOCK, stop)
            ends = self.starts[first : last + 1].tolist()
            words = [vocabulary[number] for number in self.words[ends[0] : ends[-1]].tolist()]
            of = self.skeleton[first:last].tolist()
            for skeleton, (a, b), count, number, line, file, id_, *rest in zip(
                of,
                pairwise(ends),
                counts[first:last].tolist(),
                numbers[first:last].tolist(),
                lines[first:last].tolist(),
                *[one.part(first, last) for one in (*about, *self.columns.values())],
                strict=True,
            ):
                term = Term(skeletons[skeleton], tuple(words[a - ends[0] : b - ends[0]]))
                given = {name: one for name, one in zip(self.columns, rest, strict=True) if one is not None}
                terms = tuple(islice(others, count)) if count else ()
                yield Record(number, term, given, file, id_, terms, line)

    def _alternatives(self, start: int) -> Iterator[Term]:
        """The alternatives of all programs from `start` on."""
        of = below(self.arrays, "alternative.skeleton", len(self.skeletons))
        counts = below(self.arrays, "program.alternatives", MANY, len(self)).astype(np.int64)
        begins = starts(self.arrays, counts, len(of))
        words = below(self.arrays, "alternative.words", len(self.vocabulary))
        ends = starts(self.arrays, self._widths[of], len(words))
        for at in range(int(begins[start]), len(of)):
            term = words[ends[at] : ends[at + 1]].tolist()
            yield Term(self.skeletons[of[at]], tuple([self.vocabulary[number] for number in term]))


def _bounds(lengths: list[int]) -> Iterator[tuple[int, int]]:
    return pairwise([0, *accumulate(lengths)])
