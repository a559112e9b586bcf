"""Text of a file -> the same in canonical form. One style, no options.

Before: a file without syntax errors, spaced and broken in any way.
After:  the same words and comments in the same order. The blanks and line ends between the words of a declaration have
        no say in it: only words, comments (behind code, or on lines of their own) and blank lines between declarations.
        So what is formatted stays as it is when it is formatted again.
Cost:   about half of parsing, linear in the length of the file.

A declaration is written on one line where it fits, and broken as `format_wrap` says. Between blank lines, declarations
of one kind that follow each other have their `=`, `:` or `from` in one column, and comments behind code begin in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from . import ast
from .diagnostics import CompileError, Report
from .format_words import Comment, Declaration, Word, commented, flat, split
from .format_wrap import Line, separator, wrap
from .parse import parse
from .source import Source

COMMENT_COLUMN = 42  # where comments behind code begin, at the least
LONG = 78  # a line longer than this moves no comment but its own
WIDE = 40  # a longer head moves no `=` or `:`, its own neither

# Kinds whose declarations are aligned when they follow each other; `dim`s only where they have a size.
TABLES = {
    "dim": "dim",
    "vocab": "vocab",
    "type": "type",
    "source": "data",
    "target": "data",
    "layout": "model",
    "model": "model",
    "expect": "expect",
}


def format_source(source: Source) -> str:
    """The canonical text of a file; raises CompileError with the findings where it has syntax errors.

    Every line ends with a line feed, the last one too; a file with nothing in it is empty.
    """
    report = Report()
    file = parse(source, report)
    if report:
        raise CompileError(report)
    lines: list[str] = []
    for block in _blocks(split(file)):
        if lines:
            lines.append("")
        lines.extend(_block(block))
    return "".join(f"{line}\n" for line in lines)


def format_declaration(decl: ast.Decl) -> str:
    """The canonical text of one declaration, aligned with no other, without a line end behind it."""
    return format_source(Source(decl.span.source.path, decl.span.text)).rstrip("\n")


def _blocks(items: Iterable[Declaration | Comment]) -> Iterator[list[Declaration | Comment]]:
    """What stands between blank lines."""
    block: list[Declaration | Comment] = []
    for item in items:
        if item.blank_before and block:
            yield block
            block = []
        block.append(item)
    if block:
        yield block


def _block(items: Sequence[Declaration | Comment]) -> Iterator[str]:
    declarations = [item for item in items if isinstance(item, Declaration)]
    for kind, run in groupby(declarations, _table):
        if kind:
            _align(list(run))
    lines: list[Line] = []
    for item in items:
        lines.extend([Line(0, "", item.text)] if isinstance(item, Comment) else wrap(item))
    return _written(lines)


def _table(declaration: Declaration) -> str | None:
    """What kind of table a declaration is a row of, if any."""
    kind = TABLES.get(declaration.keyword)
    return None if kind == "dim" and separator(kind, declaration.words) is None else kind


def _align(rows: Sequence[Declaration]) -> None:
    """Give the columns of a table their places: names, and what stands behind them."""
    names = 1 + max(len(row.keyword) for row in rows)
    heads: dict[str, list[tuple[Word, int]]] = {}
    for row in rows:
        at = separator(row.keyword, row.words)
        assert at is not None  # the grammar wants it
        if commented(row.words[: at + 1]):
            continue
        # `layout q : t` and `model m = q` stand below each other, but a `:` is not below a `=`.
        row.words[1].column = names
        width = len(flat(row.words[:at]))
        if width <= WIDE:
            heads.setdefault(row.words[at].text, []).append((row.words[at], width))
    for column in heads.values():
        place = 1 + max(width for _, width in column)
        for word, _ in column:
            word.column = place


def _written(lines: Sequence[Line]) -> Iterator[str]:
    """Lines with their comments, those behind code in one column."""
    ends = [line.end for line in lines if line.code and line.comment and line.end <= LONG]
    column = max([COMMENT_COLUMN, *(end + 2 for end in ends)])
    for line in lines:
        code = " " * line.indent + line.code
        if line.code and line.comment:
            code = f"{code}  ".ljust(column)
        yield code + line.comment
