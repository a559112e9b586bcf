"""CoNLL-U: a row for each word, in ten columns that tabs part; also CoNLL-X with 8 columns, and CoreNLP's 7.

Ranges (`1-2`, how two words were written as one) give text, no words. Empty nodes (`8.1`) are copies: of the word that
they repeat, else of the one that they follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from attrs import define, frozen

from ...diagnostics import Diagnostic
from ..files import Input
from .blocks import blocks
from .graphs import Fault, fault_of
from .labels import Labels, labels_of
from .parse import Edge, Parse
from .words import NEAREST, plain

Row: TypeAlias = list[str]


@frozen
class _Columns:
    """Which column holds what; -1 where there is none. All forms begin with the number and the word."""

    lemma: int
    upos: int
    xpos: int
    head: int
    relation: int
    deps: int = -1
    misc: int = -1


# By the number of columns: CoNLL-U, CoNLL-X without its projective heads, CoreNLP's `conll`.
COLUMNS = {10: _Columns(2, 3, 4, 6, 7, 8, 9), 8: _Columns(2, -1, 4, 6, 7), 7: _Columns(2, -1, 3, 5, 6)}
NEAR = 100  # words among which the one that an empty node repeats is looked for
_EMPTY = re.compile(r"(0|[1-9]\d{0,5})\.[1-9]\d{0,3}")
_RANGE = re.compile(r"([1-9]\d{0,5})-([1-9]\d{0,5})")
_TEXT = re.compile(r"#\s*text\s*=\s?(.*)")
_FITS = re.compile(r"(?:#.*\n|[ \t]*\n)*(?:0\.1|1|1-\d+)\t[^\t\n]+(?:\t[^\t\n]*){5,8}(?:\n|$)")
_BLANKS = {r"\s": " ", r"\n": "\n", r"\t": "\t", r"\r": "\r", r"\p": "|", r"\\": "\\"}
_BLANK = re.compile(r"\\[sntrp\\]")


def read_conllu(source: Input, dependencies: str = "enhanced") -> Iterator[Parse | Diagnostic]:
    """Read sentences one by one: words, lemmas, tags, edges, and the text where it is there.

    `dependencies`: `enhanced` takes column 9 of sentences that have it, `basic` always columns 7 and 8. Tags are Penn's
    (column 5) or, where a file has none, the nearest to the universal ones. A sentence that cannot be used is a
    diagnostic, and the rest goes on. Raises CompileError where the file cannot be read on.
    """
    labels = Labels(labels_of(_relations(source.head)))
    number = 0
    for line, block in blocks(source):
        if isinstance(block, Diagnostic):
            yield block
        elif rows := [(place, row) for place, row in enumerate(block.split("\n")) if row.strip() and row[0] != "#"]:
            made = _sentence(block, rows, number, line, labels, enhanced=dependencies != "basic")
            yield made.told(source.name, block, line) if isinstance(made, Fault) else made
        else:
            continue  # comments alone
        number += 1


def _relations(head: bytes) -> Iterator[str]:
    for row in head.decode("utf-8", "replace").split("\n"):
        cells = row.rstrip("\r").split("\t")
        columns = COLUMNS.get(len(cells))
        if columns:
            yield cells[columns.relation]


@define
class _Rows:
    """The rows of a sentence, by what they are. `places` are the lines of words, then of empty nodes, from 0."""

    words: list[Row]
    empty: list[Row]
    places: list[int]
    ranges: dict[int, tuple[int, Row]]
    columns: _Columns

    def column(self, which: int) -> list[str]:
        return [row[which] for row in self.words] if which >= 0 else []


def _sentence(
    block: str, lines: list[tuple[int, str]], number: int, line: int, labels: Labels, *, enhanced: bool
) -> Parse | Fault:
    rows = _rows(lines)
    if isinstance(rows, Fault):
        return rows
    columns = rows.columns
    words = tuple(map(plain, rows.column(1)))
    copies = _copies(rows)
    numbers = {str(place): place for place in range(len(words) + 1)}
    numbers |= {row[0]: len(words) + place for place, row in enumerate(rows.empty, 1)}
    made = _enhanced(rows, numbers) if enhanced and _has_enhanced(rows) else _basic(rows, numbers)
    if isinstance(made, Fault):
        return made
    edges, lines_of = made
    fault = fault_of(edges, len(words), copies)
    if fault:
        return Fault(fault.code, fault.message, fault.help, lines_of[fault.row] if lines_of else lines[0][0])
    relations = [edge[0] for edge in edges]
    for relation in relations:
        labels.note(relation)
    return Parse(
        words,
        edges,
        _tags(rows),
        _filled(rows.column(columns.lemma), words),
        copies if edges and enhanced else {},
        labels.of(relations),
        _text(block, rows),
        "",
        number,
        line,
    )


def _rows(lines: list[tuple[int, str]]) -> _Rows | Fault:
    """The rows, their numbers checked."""
    first = lines[0][1].rstrip().split("\t")
    columns = COLUMNS.get(len(first))
    found = _Rows([], [], [], {}, columns or COLUMNS[10])
    empty: list[int] = []
    for place, line in lines:
        row = line.split("\t")
        if len(row) != len(first) or columns is None:
            return _misshaped(row, len(first) if columns else None, place)
        if row[0] == str(len(found.words) + 1):
            found.words.append(row)
            found.places.append(place)
        elif _EMPTY.fullmatch(row[0]) and int(row[0].split(".")[0]) == len(found.words):
            found.empty.append(row)
            empty.append(place)
        elif (spanned := _RANGE.fullmatch(row[0])) and int(spanned[1]) == len(found.words) + 1:
            found.ranges[int(spanned[1])] = (int(spanned[2]), row)
        else:
            expected = len(found.words) + 1
            return Fault("NMT445", f"the row is numbered {row[0]!r}, where {expected} was expected", _NUMBERS, place)
    if not found.words:
        return Fault("NMT445", "the sentence has no words", _NUMBERS, lines[0][0])
    found.places += empty
    return found


_NUMBERS = "words count 1, 2, 3; `1-2` stands before word 1, `1.1` behind it"


def _misshaped(row: Row, expected: int | None, place: int) -> Fault:
    count = len(row)
    shown = f"{count} column{'s' if count > 1 else ''}"
    wanted = str(expected) if expected else "10 (CoNLL-U), 8 (CoNLL-X) or 7 (CoreNLP's conll)"
    parted = "columns are parted by tabs, and sentences by empty lines"
    return Fault("NMT445", f"a row has {shown}, where {wanted} were expected", parted, place)


def _copies(rows: _Rows) -> dict[int, int]:
    """Of which word each empty node is a copy: the nearest word before that reads the same, else the one before."""
    copies: dict[int, int] = {}
    for place, row in enumerate(rows.empty, len(rows.words) + 1):
        before = int(row[0].split(".")[0])
        same = (number for number in range(before, max(0, before - NEAR), -1) if rows.words[number - 1][1] == row[1])
        copies[place] = next(same, max(before, 1))
    return copies


def _filled(cells: list[str], words: Sequence[str]) -> tuple[str, ...]:
    """A column, empty where it says `_`; nothing where it says nothing else."""
    row = tuple("" if cell == "_" and word != "_" else cell for cell, word in zip(cells, words, strict=False))
    return tuple(map(plain, row)) if any(cell not in {"", "_"} for cell in cells) else ()


def _tags(rows: _Rows) -> tuple[str, ...]:
    penn = rows.column(rows.columns.xpos)
    if any(tag != "_" for tag in penn):
        return tuple("" if tag == "_" else tag for tag in penn)
    universal = rows.column(rows.columns.upos)
    if any(tag != "_" for tag in universal):
        return tuple(NEAREST.get(tag, "") for tag in universal)
    return ()


def _has_enhanced(rows: _Rows) -> bool:
    """Whether column 9 holds dependencies; in CoNLL-X it holds the number of a head, without a colon."""
    return any(":" in cell for cell in rows.column(rows.columns.deps))


Edges: TypeAlias = tuple[tuple[Edge, ...], list[int]]


def _basic(rows: _Rows, numbers: Mapping[str, int]) -> Edges | Fault:
    edges: list[Edge] = []
    lines: list[int] = []
    for number, row in enumerate(rows.words, 1):
        head, relation = row[rows.columns.head], row[rows.columns.relation]
        if head == "_" or (head == "0" and relation == "_"):
            continue
        made = _edge(head, relation, number, numbers)
        if isinstance(made, str):
            return Fault("NMT441", made, "the head is the number of a word, 0 for the root", rows.places[number - 1])
        edges.append(made)
        lines.append(rows.places[number - 1])
    return tuple(edges), lines


def _enhanced(rows: _Rows, numbers: Mapping[str, int]) -> Edges | Fault:
    edges: list[Edge] = []
    lines: list[int] = []
    for number, row in enumerate([*rows.words, *rows.empty], 1):
        cell, place = row[rows.columns.deps], rows.places[number - 1]
        for part in cell.split("|") if cell != "_" else ():
            head, _, relation = part.partition(":")
            made = _edge(head, relation, number, numbers)
            if isinstance(made, str):
                return Fault("NMT441", made, "head:relation was expected, parted by |, such as 5:obl:of", place)
            edges.append(made)
            lines.append(place)
    return tuple(edges), lines


def _edge(head: str, relation: str, number: int, numbers: Mapping[str, int]) -> Edge | str:
    governor = numbers.get(head)
    if governor is None:
        known = "no number" if not re.fullmatch(r"[\d.]+", head) else "no word of the sentence"
        return f"the head of word {number} is {head!r}, {known}"
    if not relation or relation == "_":
        return f"word {number} hangs on {governor} by no relation"
    return (relation if governor or relation != "ROOT" else "root", governor, number)


def _text(block: str, rows: _Rows) -> str:
    """The text of the sentence: its comment, or made of the words where the last column says how they are spaced."""
    if block[0] == "#" or "\n#" in block:
        found = next((found for line in block.split("\n") if (found := _TEXT.fullmatch(line))), None)
        if found:
            return found[1].strip()
    cells = rows.column(rows.columns.misc)
    if not any("Space" in cell for cell in cells):
        return ""
    pieces: list[str] = []
    at = 1
    while at <= len(rows.words):
        last, row = rows.ranges.get(at, (at, rows.words[at - 1]))
        pieces.append(plain(row[1]) + _space(row[rows.columns.misc]))
        at = max(last, at) + 1
    return "".join(pieces).strip()


def _space(cell: str) -> str:
    for part in cell.split("|"):
        if part == "SpaceAfter=No":
            return ""
        if part.startswith("SpacesAfter="):
            return _BLANK.sub(lambda found: _BLANKS[found[0]], part.removeprefix("SpacesAfter="))
    return " "


def fits_conllu(head: bytes, _: str) -> bool:
    """Whether a file begins with a row of CoNLL: the number 1, a word, and five to eight columns more."""
    text = head.decode("utf-8", "replace").replace("\r\n", "\n").removeprefix("\ufeff")
    return _FITS.match(text) is not None
