"""SHAPES: `.query` lines such as `(is green (left_of red))`, and their layouts as symbols.

An `is` of two places says that something is both: `yesno[is](and(leaf[green](), rel[left_of](leaf[red]())))`. The
symbols are n2nmn's, inputs first and without words: `_Find _Find _Transform _And _Answer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from ..diagnostics import Diagnostic
from ..terms import Record, Term
from . import n2nmn
from .files import Input
from .format import Format, Options
from .lines_records import records
from .lines_told import fits
from .lines_trees import Calls, Grammar, LineError, Word, arity, read_line, unparted
from .lines_written import HoldError, Tree, plain, refused, unfolded

SYMBOLS = {"leaf": "_Find", "rel": "_Transform", "and": "_And", "yesno": "_Answer"}


def _word(calls: Calls, word: Word, top: bool) -> int:
    if top:
        if word.text == "is":
            raise unparted(word)
        raise LineError("NMT422", f"a head was expected: `(is {word.text} ...)`", word.start, word.end)
    return calls.add("leaf", (), (word.text,), (word.start, word.end))


def _call(calls: Calls, name: Word, inputs: list[int], place: tuple[int, int], top: bool) -> int:
    if not top:
        if name.text == "and" and len(inputs) != 1:
            help_ = "an `is` of two places says that something is both"
            raise LineError("NMT424", "there is no `and` in a query", name.start, name.end, help_)
        if len(inputs) != 1:
            raise arity(name, "one input", inputs, place)
        return calls.add("rel", (inputs[0],), (name.text,), place)
    if name.text != "is":
        raise LineError("NMT422", f"a query begins with `is`, found `{name.text}`", name.start, name.end)
    if len(inputs) not in {1, 2}:
        raise arity(name, "one input or two", inputs, place)
    node = inputs[0] if len(inputs) == 1 else calls.add("and", (inputs[0], inputs[1]), (), place)
    return calls.add("yesno", (node,), ("is",), place)


GRAMMAR = Grammar(_word, _call, alternatives=False)


def _read(source: Input, _: Options) -> Iterator[Record | Diagnostic]:
    return records(source, lambda text: read_line(text, GRAMMAR)[0])


def _spell(tree: Tree, node: int) -> list[str | int]:
    op, inputs, words = tree.op(node), tree.inputs(node), tree.words(node)
    if node == tree.root:
        if op != "yesno" or words != ("is",) or len(inputs) != 1:
            raise HoldError("a query has the root `yesno[is]`")
        both = tree.op(inputs[0]) == "and" and tree.has(inputs[0], 2, 0)
        first, *others = tree.inputs(inputs[0]) if both else inputs
        return ["(is ", first, *(piece for other in others for piece in (" ", other)), ")"]
    if op == "leaf" and tree.has(node, 0, 1):
        return [plain(words[0])]
    if op == "rel" and tree.has(node, 1, 1):
        return [f"({plain(words[0])} ", inputs[0], ")"]
    raise HoldError(f"below its root and one `and` it has `leaf[w]()` and `rel[r](x)`, no `{op}` as it stands here")


def _write(found: Iterable[Record]) -> Iterator[str]:
    for record in found:
        try:
            yield unfolded(record.term, _spell) + "\n"
        except HoldError as why:
            raise refused(record, "shapes", why) from None


def symbols(term: Term) -> tuple[str, ...]:
    """The layout of a query, inputs first, without its words; raises HoldError for other programs."""
    return tuple(unfolded(term, _spell_symbol).split())


def _spell_symbol(tree: Tree, node: int) -> list[str | int]:
    symbol = SYMBOLS.get(tree.op(node))
    if symbol is None:
        raise HoldError(f"no symbol stands for `{tree.op(node)}`")
    return [*(piece for one in tree.inputs(node) for piece in (one, " ")), symbol]


def _write_symbols(found: Iterable[Record]) -> Iterator[str]:
    return n2nmn.listed(found, symbols, "shapes-symbols")


FORMATS = (
    Format("shapes", "SHAPES .query lines: (is green (left_of red))", partial(fits, "shapes"), _read, _write),
    Format(
        "shapes-symbols",
        "layouts of SHAPES without their words, a JSON file (query_layout_symbols); read as n2nmn-postfix",
        lambda _head, _name: False,
        n2nmn.read_postfix,
        _write_symbols,
    ),
)
