"""Penn trees: words and tags from brackets, one tree on a line (`oneline`, `.mrg`) or indented (`penn`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from ...diagnostics import Diagnostic
from ..files import LONGEST, Input, lines
from .graphs import Fault
from .parse import Parse
from .words import PENN, plain

DEEPEST = 1000
NOTHING = re.compile(r"\( ?(?:\( ?\))? ?\)")  # what is printed where no tree was found: `(())`
_BEGIN = re.compile(r"\((?:[^\s()/][^\s()]*(?:[\s(]|$)|\s*\()")
_LEAF = re.compile(r"\(([^ ()]+) ([^ ()]+) ?\)")
_SPACES = re.compile(r"[ \t]+")
_BRACKET = re.compile(r"[()]")
# A row of the pieces that trees are made of: labels, words with tags, closing brackets; possessive, so never slow.
_PIECES = re.compile(r"(?:\([^ ()]* ?(?=\()|\([^ ()]+ [^ ()]+ ?\) ?|\) ?)*+")
_STEP = {"(": 1, ")": -1}.__getitem__


def begins(line: str) -> bool:
    """Whether a tree may begin here; `( red ) bed` and `(/-LRB- red/JJ` are lines of words."""
    return line[:1] == "(" and _BEGIN.match(line) is not None


def open_brackets(line: str) -> int:
    """How many brackets a line opens more than it closes."""
    return line.count("(") - line.count(")")


def tree_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...], str] | Fault:
    """Words, tags and the tree in one line; what is wrong, where brackets or labels do not fit.

    Empty elements (`-NONE-`) are no words. Takes time in proportion to the text, whatever its nesting.
    """
    opened = open_brackets(text)
    if opened:
        which = f"{opened} bracket{'s' if opened > 1 else ''} not closed" if opened > 0 else "a bracket too many closed"
        help_ = "a bracket of the text is written -LRB- or -RRB-"
        return Fault("NMT447", f"the brackets of a tree do not match: {which}", help_)
    tree = _in_one_line(text)
    depths = list(accumulate(map(_STEP, _BRACKET.findall(tree))))
    if max(depths, default=0) > DEEPEST:
        return Fault("NMT447", f"a tree is nested more than {DEEPEST:,} deep")
    leaves = _LEAF.findall(tree)
    if not leaves or not _PIECES.fullmatch(tree) or min(depths[:-1], default=1) < 1:
        return Fault("NMT447", "this is no Penn tree: (LABEL tree ...) or (TAG word) was expected")
    if "-NONE-" in tree:
        leaves = [leaf for leaf in leaves if leaf[0] != "-NONE-"]
    tags, words = zip(*leaves, strict=True) if leaves else ((), ())
    return tuple(map(plain, words)) if "B-" in tree or "b-" in tree or "\\" in tree else words, tags, tree


def _in_one_line(text: str) -> str:
    """A tree with single blanks; other spaces may stand inside words."""
    line = " ".join([row.strip(" \t") for row in text.split("\n")]).strip()
    return _SPACES.sub(" ", line) if "  " in line or "\t" in line else line


def read_penn(source: Input) -> Iterator[Parse | Diagnostic]:
    """Read trees, one after the other: words and tags, no edges.

    A tree ends where its brackets do, and a line that begins with a bracket in its first column begins the next. Raises
    CompileError where the file cannot be read on.
    """
    number = 0
    for line, text in _trees(source):
        if isinstance(text, Diagnostic):
            yield text
            continue
        yield _parse(text, number, line, source.name)
        number += 1


def _parse(text: str, number: int, line: int, name: str) -> Parse | Diagnostic:
    if NOTHING.fullmatch(text):
        return Fault("NMT444", "the parser found no tree").told(name, text, line)
    found = tree_of(text)
    if isinstance(found, Fault):
        return found.told(name, text, line)
    words, tags, tree = found
    return Parse(words, (), tags, tree=tree, number=number, line=line)


def _trees(source: Input) -> Iterator[tuple[int, str | Diagnostic]]:
    kept: list[str] = []
    begun = depth = size = 0
    for number, line in lines(source):
        if isinstance(line, Diagnostic):
            yield number, line
            continue
        if kept and (line[:1] == "(" or size > LONGEST):
            yield begun, "\n".join(kept)
            kept, depth, size = [], 0, 0
        if not kept and not line.strip():
            continue
        begun = begun if kept else number
        kept.append(line)
        size += len(line)
        depth += open_brackets(line)
        if depth <= 0:
            yield begun, "\n".join(kept)
            kept, depth, size = [], 0, 0
    if kept:
        yield begun, "\n".join(kept)


def fits_penn(head: bytes, _: str) -> bool:
    """Whether a file begins with a Penn tree: labels in capitals, and a word with a tag of Penn's."""
    text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip()
    if NOTHING.match(text):
        return True
    if not begins(text):
        return False
    depth = end = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket[0] == "(" else -1
        end = bracket.end()
        if not depth:
            break
    labels = re.findall(r"\(([^\s()]+)", text[:end])
    return bool(labels) and all(label.upper() == label for label in labels) and not PENN.isdisjoint(labels)
