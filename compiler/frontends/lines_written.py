"""Terms as text of any kind: without recursion, so that nesting may be as deep as one likes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from attrs import field, frozen

from ..diagnostics import CompileError, error
from ..terms import Record, Term

LARGEST = 1 << 20  # calls of a program that is written as a tree
HELP = "plain terms hold every program (--to terms)"


class HoldError(Exception):
    """Why a format cannot hold a program."""


class SizeError(HoldError):
    """Why no format that writes trees can hold it."""


@frozen
class Tree:
    """A term, looked at call by call."""

    term: Term
    first: tuple[int, ...] = field(init=False)  # of the words of each call

    @first.default
    def _first(self) -> tuple[int, ...]:
        starts, at = [], 0
        for count in self.term.skeleton.counts:
            starts.append(at)
            at += count
        return tuple(starts)

    @property
    def root(self) -> int:
        """The call that gives the result."""
        return len(self.term.skeleton.ops) - 1

    def op(self, node: int) -> str:
        """The name of a call."""
        return self.term.skeleton.ops[node]

    def inputs(self, node: int) -> tuple[int, ...]:
        """The calls whose results a call takes."""
        return self.term.skeleton.inputs[node]

    def words(self, node: int) -> tuple[str, ...]:
        """The words of a call."""
        return self.term.words[self.first[node] : self.first[node] + self.term.skeleton.counts[node]]

    def has(self, node: int, inputs: int, words: int) -> bool:
        """Whether a call has so many inputs and words."""
        return len(self.inputs(node)) == inputs and self.term.skeleton.counts[node] == words


def unfolded(term: Term, spell: Callable[[Tree, int], Iterable[str | int]]) -> str:
    """The text of a term: `spell` gives that of a call, with numbers of calls where theirs comes.

    A call that is used twice is written twice, one that nothing uses not at all. Raises HoldError for a program without
    an order, for one that would fill the disk as a tree, and for what `spell` refuses.
    """
    sizes: list[int] = []
    for node, inputs in enumerate(term.skeleton.inputs):
        if not all(0 <= one < node for one in inputs):
            raise HoldError(f"node {node} reads one that does not come before it")
        sizes.append(min(LARGEST + 1, 1 + sum(sizes[one] for one in inputs)))
    if not sizes:
        raise HoldError("it is empty")
    if sizes[-1] > LARGEST:
        raise SizeError(f"written as a tree it has more than {LARGEST:,} calls")
    tree, out = Tree(term), []
    rest: list[str | int] = [tree.root]
    while rest:
        piece = rest.pop()
        if isinstance(piece, str):
            out.append(piece)
        else:
            rest.extend(reversed(tuple(spell(tree, piece))))
    return "".join(out)


def plain(word: str) -> str:
    """A word that stands for itself among blanks and parentheses; raises HoldError for others."""
    if not re.fullmatch(r"[^\s();\0\ufeff\ud800-\udfff]+", word):
        raise HoldError(f"the word {word!r} has signs that part words there")
    return word


def refused(record: Record, name: str, why: HoldError, help_: str = HELP) -> CompileError:
    """NMT415, with the place of the record."""
    help_ = "" if isinstance(why, SizeError) else help_
    return error("NMT415", f"`{name}` cannot hold the program: {why}", place=record.place, help=help_)
