"""n2nmn's layouts: `.sp` lines, and tokens in prefix or postfix order. They have no words.

    (describe (and find find))                      describe(and(find(), find()))
    _Describe _And _Find _Find                      the same, inputs last
    [["_Find", "_Find", "_And", "_Describe"]]       the same, inputs first

Tokens stand on a line each program, or in a JSON list of lists; `_Find`, `Find` and `find` are one, and `<eos>` at the
end is padding. Prefix tokens are written as lines, postfix tokens as JSON, which is how both are found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import msgspec

from ..check.hints import did_you_mean
from ..diagnostics import Diagnostic
from ..terms import Record, Term
from .files import Input
from .format import Format, Options
from .lines_modules import MODULES, PADDING, name_of, token_of
from .lines_records import Kept, records
from .lines_told import fits
from .lines_trees import Calls, Grammar, LineError, Word, arity, read_line
from .lines_written import HoldError, Tree, refused, unfolded
from .records import Bad, Records, batches

JSON = Records(
    msgspec.json.Decoder(list[str]).decode,
    msgspec.json.Decoder(list[list[str]]).decode,
    "a list of lists of tokens",
    "programs",
)
TAKES = ("no inputs", "one input", "two inputs")


def _add(calls: Calls, name: Word, inputs: Sequence[int], place: tuple[int, int]) -> int:
    """One more call of a module."""
    module = _module(name)
    if len(inputs) != MODULES[module]:
        raise arity(name, TAKES[MODULES[module]], list(inputs), place)
    return calls.add(module, tuple(inputs), (), place)


def _module(token: Word) -> str:
    name = name_of(token.text)
    if name not in MODULES:
        hint = did_you_mean(name, MODULES.keys()) or f"there are {', '.join(MODULES)}"
        raise LineError("NMT425", f"no module of n2nmn is called `{token.text}`", token.start, token.end, hint)
    return name


# -- reading


def _word(calls: Calls, word: Word, _: bool) -> int:
    return _add(calls, word, (), (word.start, word.end))


def _call(calls: Calls, name: Word, inputs: list[int], place: tuple[int, int], _: bool) -> int:
    return _add(calls, name, inputs, place)


GRAMMAR = Grammar(_word, _call, alternatives=False)


def prefix(tokens: Iterable[Word]) -> Calls:
    """The program that tokens spell, each before its inputs; raises LineError."""
    calls = Calls()
    opened: list[tuple[Word, int, list[int]]] = []
    for token in _unpadded(tokens):
        if calls.ops and not opened:
            raise LineError("NMT423", f"the program ends before `{token.text}`", token.start, token.end)
        opened.append((token, MODULES[_module(token)], []))
        while opened and opened[-1][1] == len(opened[-1][2]):
            name, _, inputs = opened.pop()
            node = _add(calls, name, inputs, (name.start, name.end))
            if opened:
                opened[-1][2].append(node)
    if opened:
        name, takes, inputs = opened[-1]
        raise arity(name, TAKES[takes], inputs, (name.start, name.end))
    return calls


def postfix(tokens: Iterable[Word]) -> Calls:
    """The program that tokens spell, each behind its inputs; raises LineError."""
    calls = Calls()
    ready: list[int] = []
    for token in _unpadded(tokens):
        inputs = ready[len(ready) - MODULES[_module(token)] :] if len(ready) >= MODULES[_module(token)] else ready[:]
        node = _add(calls, token, inputs, (token.start, token.end))
        del ready[len(ready) - len(inputs) :]
        ready.append(node)
    if len(ready) > 1:
        message = f"nothing takes what `{token_of(calls.ops[ready[-2]])}` gives, and the program has one result"
        raise LineError("NMT423", message, *calls.places[ready[-2]])
    return calls


def _unpadded(tokens: Iterable[Word]) -> list[Word]:
    found = list(tokens)
    while found and found[-1].text == PADDING:
        found.pop()
    if not found:
        raise LineError("NMT421", "a program was expected, and nothing stands here", 0, 1)
    return found


def _words(text: str) -> Iterator[Word]:
    return (Word(match[0], match.start(), match.end()) for match in re.finditer(r"\S+", text))


def _read_sp(source: Input, _: Options) -> Iterator[Record | Diagnostic]:
    return records(source, lambda text: read_line(text, GRAMMAR)[0])


def _read(source: Input, _: Options, order: Callable[[Iterable[Word]], Calls]) -> Iterator[Record | Diagnostic]:
    """Tokens, a line each program or as JSON. Raises CompileError (NMT401, NMT402)."""
    if source.head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"["):
        return _read_json(source, order)
    return records(source, lambda text: order(_words(text)))


def _read_json(source: Input, order: Callable[[Iterable[Word]], Calls]) -> Iterator[Record | Diagnostic]:
    kept = Kept()

    def read(tokens: tuple[str, ...]) -> Calls:
        return order(Word(token, at, at + 1) for at, token in enumerate(tokens))

    for batch in batches(source, JSON):
        for number, tokens in enumerate(batch.records, batch.first):
            place = f"{source.name}: question {number}"
            if isinstance(tokens, Bad):
                yield Diagnostic("NMT426", f"is no list of tokens: {tokens.reason}", place=place)
                continue
            try:
                term = kept.term(tuple(tokens), read)
            except LineError as fault:
                yield Diagnostic(fault.code, fault.message, place=f"{place}, token {fault.start}", help=fault.help)
            else:
                yield Record(number, term, file=source.name)


def read_postfix(source: Input, options: Options) -> Iterator[Record | Diagnostic]:
    """Tokens, each behind its inputs. Raises CompileError (NMT401, NMT402)."""
    return _read(source, options, postfix)


# -- writing


def _checked(tree: Tree, node: int) -> tuple[str, tuple[int, ...]]:
    op, inputs = tree.op(node), tree.inputs(node)
    if op not in MODULES:
        raise HoldError(f"no module of n2nmn is called `{op}`")
    if not tree.has(node, MODULES[op], 0):
        raise HoldError(f"`{op}` takes {TAKES[MODULES[op]]} and no words there")
    return op, inputs


def _spell_sp(tree: Tree, node: int) -> list[str | int]:
    op, inputs = _checked(tree, node)
    return [f"({op}", *(piece for one in inputs for piece in (" ", one)), ")"] if inputs else [op]


def _spell_prefix(tree: Tree, node: int) -> list[str | int]:
    op, inputs = _checked(tree, node)
    return [token_of(op), *(piece for one in inputs for piece in (" ", one))]


def _spell_postfix(tree: Tree, node: int) -> list[str | int]:
    op, inputs = _checked(tree, node)
    return [*(piece for one in inputs for piece in (one, " ")), token_of(op)]


def _write(found: Iterable[Record], name: str, spell: Callable[[Tree, int], list[str | int]]) -> Iterator[str]:
    for record in found:
        try:
            yield unfolded(record.term, spell) + "\n"
        except HoldError as why:
            raise refused(record, name, why) from None


def _write_postfix(found: Iterable[Record]) -> Iterator[str]:
    return listed(found, lambda term: unfolded(term, _spell_postfix).split(), "n2nmn-postfix")


def listed(found: Iterable[Record], tokens: Callable[[Term], Sequence[str]], name: str) -> Iterator[str]:
    """The text of a JSON list with the tokens of each program; raises CompileError (NMT415)."""
    before = "["
    for record in found:
        try:
            yield before + json.dumps(list(tokens(record.term)))
        except HoldError as why:
            raise refused(record, name, why) from None
        before = ", "
    yield "]" if before == ", " else "[]"


FORMATS = (
    Format(
        "n2nmn-sp",
        "n2nmn's .sp lines: (describe (and find find))",
        partial(fits, "n2nmn-sp"),
        _read_sp,
        partial(_write, name="n2nmn-sp", spell=_spell_sp),
    ),
    Format(
        "n2nmn-prefix",
        "n2nmn's tokens, inputs last: _Describe _And _Find _Find",
        partial(fits, "n2nmn-prefix"),
        partial(_read, order=prefix),
        partial(_write, name="n2nmn-prefix", spell=_spell_prefix),
    ),
    Format(
        "n2nmn-postfix",
        'n2nmn\'s tokens, inputs first: [["_Find", "_Find", "_And", "_Describe"]]',
        partial(fits, "n2nmn-postfix"),
        read_postfix,
        _write_postfix,
    ),
)
