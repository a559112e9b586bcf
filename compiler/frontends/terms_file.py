"""Plain terms, one a line: `exist(filter_color[red](scene()))`.

Empty lines, and those that begin with `#`, are skipped. Every program can be written so; a call that is used twice is
written twice, and one that nothing uses is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from ..diagnostics import CompileError, Diagnostic
from ..terms import Places, Record, Skeleton
from .files import Input, lines
from .format import Format, Options
from .lines_told import fits
from .lines_trees import Key
from .lines_written import HoldError, Tree, refused, unfolded
from .terms_text import quick_term, read_term


def _read(source: Input, _: Options) -> Iterator[Record | Diagnostic]:
    """A record a line. Raises CompileError (NMT401, NMT402)."""
    known: dict[Key, Skeleton] = {}
    number = 0
    for line, text in lines(source):
        if isinstance(text, Diagnostic):
            yield text
        elif not text.strip() or text.lstrip().startswith("#"):
            continue
        else:
            try:
                term = quick_term(text, known) or read_term(text, source.name, line)[0]
            except CompileError as fault:
                yield from fault.diagnostics
            else:
                yield Record(number, term, {}, source.name, line=line, text=text, places=_places)
        number += 1


def _places(record: Record) -> Places:
    return [(span.start, span.end) for span in read_term(record.text)[1]]


def _spell(tree: Tree, node: int) -> list[str | int]:
    op, inputs = tree.op(node), tree.inputs(node)
    if not re.fullmatch(r"[^\W\d]\w*", op):
        raise HoldError(f"`{op}` is no name of an op")
    words = ", ".join(_quoted(word) for word in tree.words(node))
    pieces: list[str | int] = [f"{op}[{words}](" if words else f"{op}("]
    for at, one in enumerate(inputs):
        pieces += [", ", one] if at else [one]
    return [*pieces, ")"]


def _quoted(word: str) -> str:
    if re.fullmatch(r"[\w.'-]+", word):
        return word
    if re.search('["\n\0\ud800-\udfff]', word):
        raise HoldError(f"the word {word!r} has signs that no word in quotes has")
    return f'"{word}"'


def _write(records: Iterable[Record]) -> Iterator[str]:
    for record in records:
        try:
            yield unfolded(record.term, _spell) + "\n"
        except HoldError as why:
            raise refused(record, "terms", why, "") from None


FORMATS = (
    Format(
        "terms",
        "plain terms, one a line, # begins a comment: exist(filter_color[red](scene()))",
        partial(fits, "terms"),
        _read,
        _write,
    ),
)
