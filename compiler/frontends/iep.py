"""clevr-iep's strings: CLEVR programs, one a line, in prefix or postfix order.

`exist filter_color[red] scene` and `scene filter_color[red] exist` are the same program. How many inputs a function
takes is known from its name alone, so these are CLEVR's functions and no others. The strings are trees: a node that is
read twice is written twice, and reads back as two; a node that nothing reads cannot be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain

from attrs import Factory, define, field, frozen

from ..check.hints import did_you_mean
from ..diagnostics import Diagnostic, error
from ..source import Source, Span
from ..terms import Places, Record, Term
from .clevr_functions import FUNCTIONS
from .clevr_skeletons import Skeletons
from .files import Input, lines
from .format import Format, Options

LONGEST = 10_000  # calls of a program, where shared ones are written out
_TOKEN = re.compile(r"[^\s\[\]]+(?:\[[^\[\]]*\])?(?=\s|$)|\S+")
_PARTS = re.compile(r"([^\s\[\]]+)(?:\[([^\[\]]*)\])?")


@frozen
class _Token:
    """A function with its words, as it stands in a line."""

    name: str
    words: tuple[str, ...]
    inputs: int


@define
class _WrongError(Exception):
    """What is wrong with a line, and at which of its tokens."""

    code: str
    message: str
    at: int
    help: str = ""


@define
class _Calls:
    """The calls of a line, inputs first: of each its token, by number, and the nodes that it reads."""

    at: list[int] = field(default=Factory(list))
    inputs: list[tuple[int, ...]] = field(default=Factory(list))

    def add(self, at: int, inputs: Sequence[int]) -> int:
        """Add a call, and give its node."""
        self.at.append(at)
        self.inputs.append(tuple(inputs))
        return len(self.at) - 1


@lru_cache(maxsize=1 << 12)
def _token(text: str) -> _Token | None:
    """None where it calls no function of CLEVR."""
    parts = _PARTS.fullmatch(text)
    function = FUNCTIONS.get(parts.group(1)) if parts else None
    if parts is None or function is None:
        return None
    inside = parts.group(2)
    words = () if inside is None else tuple([word.strip() for word in inside.split(",")])
    return _Token(parts.group(1), words, function.inputs)


def _tokens(text: str) -> list[_Token]:
    """The tokens of a line; raises _WrongError."""
    found: list[_Token] = []
    for at, one in enumerate(_TOKEN.findall(text)):
        token = _token(one)
        if token is None:
            parts = _PARTS.fullmatch(one)
            if parts is None:
                raise _WrongError("NMT432", f"`{one}` is no function with words in brackets", at)
            name = parts.group(1)
            raise _WrongError("NMT431", f"CLEVR has no function `{name}`", at, did_you_mean(name, FUNCTIONS))
        found.append(token)
    return found


def _prefix(tokens: Sequence[_Token]) -> _Calls:
    """The calls of a line in prefix order; raises _WrongError."""
    made, opened = _Calls(), list[tuple[int, list[int]]]()
    for at, token in enumerate(tokens):
        if at and not opened:
            raise _WrongError("NMT432", f"the program ends before `{token.name}`: nothing reads it", at)
        opened.append((at, []))
        while opened and len(opened[-1][1]) == tokens[opened[-1][0]].inputs:
            node = made.add(*opened.pop())
            if opened:
                opened[-1][1].append(node)
    if opened:
        at, inputs = opened[-1]
        raise _WrongError("NMT432", f"the program ends too early: {_lacking(tokens[at], len(inputs))}", at)
    return made


def _postfix(tokens: Sequence[_Token]) -> _Calls:
    """The calls of a line in postfix order; raises _WrongError."""
    made, waiting = _Calls(), list[int]()
    for at, token in enumerate(tokens):
        first = len(waiting) - token.inputs
        if first < 0:
            raise _WrongError("NMT432", f"too little stands before: {_lacking(token, len(waiting))}", at)
        waiting[first:] = [made.add(at, waiting[first:])]
    if len(waiting) > 1:
        at = waiting[-2]  # here a token is a node
        message = f"the program has {len(waiting)} results: nothing reads this `{tokens[at].name}`"
        raise _WrongError("NMT432", message, at)
    return made


def _lacking(token: _Token, count: int) -> str:
    return f"`{token.name}` takes {token.inputs} input{'s' if token.inputs > 1 else ''}, and has {count or 'none'}"


def _term(order: str, text: str, skeletons: Skeletons) -> Term:
    """The program of a line; raises _WrongError."""
    tokens = _tokens(text)
    calls = _READERS[order](tokens)
    nodes = [tokens[at] for at in calls.at]
    words = [node.words for node in nodes]
    skeleton = skeletons.of(tuple([node.name for node in nodes]), tuple(calls.inputs), tuple(map(len, words)))
    return Term(skeleton, tuple(chain.from_iterable(words)))


_READERS = {"prefix": _prefix, "postfix": _postfix}


def _read(order: str, source: Input, _: Options) -> Iterator[Record | Diagnostic]:
    """Read the programs of a file, one a line; blank lines are passed over."""
    skeletons, places = Skeletons(), partial(_places, order)
    number = 0
    for line, text in lines(source):
        if isinstance(text, Diagnostic):
            yield text
        elif not text.strip():
            continue
        else:
            try:
                term = _term(order, text, skeletons)
            except _WrongError as fault:
                span = Span(Source(source.name, text, line), *_spans(text)[fault.at])
                yield Diagnostic(fault.code, fault.message, span, help=fault.help or _other(order, text))
            else:
                yield Record(number, term, {}, source.name, line=line, text=text, places=places)
        number += 1


def _spans(text: str) -> list[tuple[int, int]]:
    """Where each token of a line stands."""
    return [match.span() for match in _TOKEN.finditer(text)]


def _places(order: str, record: Record) -> Places:
    spans = _spans(record.text)
    return [spans[at] for at in _READERS[order](_tokens(record.text)).at]


def _other(order: str, text: str) -> str:
    """What helps where a line is in the other order."""
    other = "postfix" if order == "prefix" else "prefix"
    return f"this line is in {other} order: say --format iep-{other}" if _reads(other, text) else ""


def _reads(order: str, text: str) -> bool:
    try:
        _READERS[order](_tokens(text))
    except _WrongError:
        return False
    return True


def _fits(order: str, head: bytes, _: str) -> bool:
    """Whether the first line looks like it: `scene` reads nothing, so it stands last in prefix order, else first.

    A line that is `scene` alone is the same in both.
    """
    text = head.decode("utf-8", "replace").removeprefix("\ufeff").lstrip()
    tokens = text.partition("\n")[0].split()
    if not tokens or not all(_PARTS.fullmatch(token) for token in tokens):
        return False
    first, last = tokens[0], tokens[-1]
    if order == "prefix":
        return last == "scene" and (len(tokens) == 1 or first != "scene")
    return len(tokens) > 1 and first == "scene"


def _write(order: str, records: Iterable[Record]) -> Iterator[str]:
    """A program a line. Raises CompileError (NMT415) for one that strings cannot hold."""
    for record in records:
        yield f"{' '.join(_strings(record, order))}\n"


def _strings(record: Record, order: str) -> list[str]:
    """A string for each call of the tree, in order."""
    skeleton = record.term.skeleton
    if not skeleton.ops:
        raise error("NMT415", "an empty program cannot be written as a string", place=record.place)
    _check(record)
    calls, rest = [], iter(record.term.words)
    for op, count in zip(skeleton.ops, skeleton.counts, strict=True):
        words = [next(rest) for _ in range(count)]
        calls.append(f"{op}[{','.join(words)}]" if words else op)
    # From the result down, the last input first: this is postfix order from behind; for prefix, the first input first.
    found: list[str] = []
    waiting = [len(calls) - 1]
    while waiting:
        node = waiting.pop()
        found.append(calls[node])
        inputs = skeleton.inputs[node]
        waiting.extend(inputs if order == "postfix" else reversed(inputs))
    return found if order == "prefix" else found[::-1]


def _check(record: Record) -> None:
    """Raise CompileError (NMT415) where the program is none that CLEVR's strings can hold."""
    skeleton, why, sizes = record.term.skeleton, "", list[int]()
    for node, (op, inputs) in enumerate(zip(skeleton.ops, skeleton.inputs, strict=True)):
        function = FUNCTIONS.get(op)
        if function is None:
            why = why or f"`{op}` is no function of CLEVR"
        elif function.inputs != len(inputs):
            why = why or f"`{op}` takes {function.inputs} inputs in CLEVR, not {len(inputs)}"
        if not all(0 <= one < node for one in inputs):
            why = why or f"node {node} (`{op}`) reads one that does not come before it"
        sizes.append(1 + sum(sizes[one] for one in inputs if 0 <= one < node))
    read = {one for inputs in skeleton.inputs for one in inputs} | {len(sizes) - 1}
    dead = next((node for node in range(len(sizes)) if node not in read), None)
    if dead is not None:
        why = why or f"nothing reads node {dead} (`{skeleton.ops[dead]}`)"
    if sizes[-1] > LONGEST:
        why = why or f"written as a tree it has {sizes[-1]:,} calls"
    odd = next(
        (
            word
            for word in record.term.words
            if not re.fullmatch(r"[^\s,\[\]][^,\[\]\r\n]*", word) or word != word.strip()
        ),
        None,
    )
    if odd is not None:
        why = why or f"the word {odd!r} cannot stand in brackets"
    if why:
        raise error("NMT415", f"the program cannot be written as a string of clevr-iep: {why}", place=record.place)


FORMATS = tuple(
    Format(
        f"iep-{order}",
        f"clevr-iep's strings, a program a line in {order} order",
        partial(_fits, order),
        partial(_read, order),
        partial(_write, order),
    )
    for order in _READERS
)
