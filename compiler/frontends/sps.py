"""Lines of `.sps2` (VQA) and `.sps` (GEO) files: alternatives of heads, leaves and relations, parted by `;`.

    (is car);(is show);(is (and car show))      yesno[is](and(leaf[car](), leaf[show]()))    VQA: each has a head
    state;(exists (and state (border texas)))   and(leaf[state](), rel[border](...))         GEO: some have none

Words are words, whatever they look like: `t`, `'s`, `1,000`, `??`, and `and` where it stands for no call. The root is
`yesno` where the head is `is` or `exists`, else `other`: what the question says is not known here. An `and` of more
than two is nested to the left, and written flat again; so `(and (and a b) c)`, which nobody writes, comes back as
`(and a b c)`. Lines that fell back to `_what` or `_thing` have a column `fallback`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from attrs import evolve

from ..diagnostics import Diagnostic
from ..terms import Places, Record, Skeleton, Term
from .files import Input, lines
from .format import Format, Options
from .lines_told import fits
from .lines_trees import WORD, Calls, Grammar, Key, LineError, Word, arity, read_line, unparted
from .lines_written import HoldError, Tree, plain, refused, unfolded

YES_NO = frozenset({"is", "exists"})

# What two of three lines look like, and most others: read without the general reader, ten times as fast.
_USUAL = re.compile(rf"\(({WORD}) ({WORD})\)(?:;\(\1 ({WORD})\);\(\1 \(and \2 \3\)\))?").fullmatch
_ONE = {op: Skeleton(("leaf", op), ((), (0,)), (1, 1)) for op in ("yesno", "other")}
_TWO = {op: Skeleton(("leaf", "leaf", "and", op), ((), (), (0, 1), (2,)), (1, 1, 0, 1)) for op in ("yesno", "other")}


# -- reading


def _word(calls: Calls, word: Word, _: bool) -> int:
    return calls.add("leaf", (), (word.text,), (word.start, word.end))


def _call(calls: Calls, name: Word, inputs: list[int], place: tuple[int, int], _: bool) -> int:
    if name.text != "and":
        if len(inputs) != 1:
            raise arity(name, "one input", inputs, place)
        return calls.add("rel", (inputs[0],), (name.text,), place)
    if len(inputs) < 2:
        raise arity(name, "two inputs or more", inputs, place)
    calls.nested |= len(inputs) > 2
    node = inputs[0]
    for other in inputs[1:]:
        node = calls.add("and", (node, other), (), place)
    return node


def _root(calls: Calls, name: Word, inputs: list[int], place: tuple[int, int]) -> int:
    if len(inputs) != 1:
        raise arity(name, "one input", inputs, place)
    return calls.add(_op(name.text), (inputs[0],), (name.text,), place)


def _op(head: str) -> str:
    return "yesno" if head in YES_NO else "other"


def _word_headed(calls: Calls, word: Word, top: bool) -> int:
    if top and word.text in YES_NO:
        raise unparted(word)
    if top:
        raise LineError("NMT422", f"a head was expected: `(is {word.text})`", word.start, word.end)
    return _word(calls, word, top)


def _call_headed(calls: Calls, name: Word, inputs: list[int], place: tuple[int, int], top: bool) -> int:
    if top and name.text == "and" and len(inputs) > 1:
        raise LineError("NMT422", "a head was expected: `(is (and ...))`", name.start, name.end)
    return _root(calls, name, inputs, place) if top else _call(calls, name, inputs, place, top)


def _call_bare(calls: Calls, name: Word, inputs: list[int], place: tuple[int, int], top: bool) -> int:
    if top and name.text == "exists":
        return _root(calls, name, inputs, place)
    return _call(calls, name, inputs, place, top)


HEADED, BARE = Grammar(_word_headed, _call_headed), Grammar(_word, _call_bare)


def alternatives(text: str, grammar: Grammar = HEADED, known: dict[Key, Skeleton] | None = None) -> tuple[Term, ...]:
    """The programs of a line; raises LineError. HEADED reads lines of `.sps2`, BARE those of `.sps`."""
    usual = _USUAL(text) if grammar is HEADED else None
    if usual is None:
        known = {} if known is None else known
        return tuple(calls.term(known) for calls in read_line(text, grammar))
    head, first, second = usual.groups()
    op = _op(head)
    if second is None:
        return (Term(_ONE[op], (first, head)),)
    return (
        Term(_ONE[op], (first, head)),
        Term(_ONE[op], (second, head)),
        Term(_TWO[op], (first, second, head)),
    )


def chosen(found: Sequence[Term], policy: str) -> int:
    """Which alternative of a line, or of a layout, a policy takes: `cvpr` the last if its head is `is`, else the first.

    What has no head (GEO) is taken first, too.
    """
    first = found[0]
    headed = policy == "cvpr" and first.words[-1] == "is" and first.skeleton.ops[-1] in _ONE
    return len(found) - 1 if headed else 0


def _read(source: Input, options: Options, grammar: Grammar) -> Iterator[Record | Diagnostic]:
    """A record a line, or with the policy `all` one an alternative. Raises CompileError (NMT401, NMT402)."""
    known: dict[Key, Skeleton] = {}
    places: Callable[[Record], Places] = partial(_places, grammar=grammar)
    policy, file, number = options.policy, source.name, 0
    for line, text in lines(source):
        if isinstance(text, Diagnostic):
            yield text
        else:
            try:
                found = alternatives(text, grammar, known)
            except LineError as fault:
                yield fault.told(file, text, line)
            else:
                if policy == "all":
                    for at, term in enumerate(found):
                        columns = {"alternative": at, **_columns(term)}
                        yield Record(number + at, term, columns, file, None, found, line, text, places)
                    number += len(found) - 1
                else:
                    term = found[chosen(found, policy)]
                    yield Record(number, term, _columns(term), file, None, found, line, text, places)
        number += 1


def _columns(term: Term) -> dict[str, Any]:
    return {"fallback": True} if "_what" in term.words or "_thing" in term.words else {}


def _places(record: Record, grammar: Grammar) -> Places:
    return read_line(record.text, grammar)[record.alternatives.index(record.term)].places


# -- writing


def _spell(tree: Tree, node: int) -> list[str | int]:
    """A call below the root, or one without a root."""
    op = tree.op(node)
    if op == "leaf" and tree.has(node, 0, 1):
        return [plain(tree.words(node)[0])]
    if op == "rel" and tree.has(node, 1, 1) and tree.words(node) != ("and",):
        return [f"({plain(tree.words(node)[0])} ", tree.inputs(node)[0], ")"]
    if op == "and" and tree.has(node, 2, 0):
        inputs: list[int] = []
        while tree.op(node) == "and" and tree.has(node, 2, 0):
            node, other = tree.inputs(node)
            inputs.append(other)
        pieces: list[str | int] = ["(and ", node]
        for other in reversed(inputs):
            pieces += [" ", other]
        return [*pieces, ")"]
    raise HoldError(f"it has `leaf[w]()`, `rel[r](x)` and `and(x, y)` below the root, no `{op}` as it stands here")


def _spell_root(tree: Tree, node: int) -> list[str | int]:
    if not tree.has(node, 1, 1):
        raise HoldError(f"`{tree.op(node)}` has a word and an input at the root")
    (head,), (below,) = tree.words(node), tree.inputs(node)
    if _op(head) != tree.op(node):
        raise HoldError(f"it tells `yesno` by the heads `is` and `exists`, and would read `{head}` as `{_op(head)}`")
    return [f"({plain(head)} ", below, ")"]


def _spell_headed(tree: Tree, node: int) -> list[str | int]:
    if node != tree.root:
        return _spell(tree, node)
    if tree.op(node) not in _ONE:
        raise HoldError(f"a program has the root `yesno` or `other`, no `{tree.op(node)}`")
    return _spell_root(tree, node)


def _spell_bare(tree: Tree, node: int) -> list[str | int]:
    if node != tree.root or tree.op(node) not in {"yesno", "rel"}:
        return _spell(tree, node)
    if (tree.words(node) == ("exists",)) != (tree.op(node) == "yesno"):
        raise HoldError("the root `yesno` has the head `exists` there, and nothing else has")
    return _spell_root(tree, node) if tree.op(node) == "yesno" else _spell(tree, node)


def _write(records: Iterable[Record], name: str, spell: Callable[[Tree, int], list[str | int]]) -> Iterator[str]:
    """A line with all alternatives for each line that was read, whatever the policy was."""
    before: Record | None = None
    for record in records:
        beside = before is not None and _beside(record, before)
        before = record
        if beside:
            continue
        try:
            yield ";".join(unfolded(term, spell) for term in record.alternatives or (record.term,)) + "\n"
        except HoldError as why:
            raise refused(record, name, why) from None


def _beside(record: Record, before: Record) -> bool:
    """Whether both are alternatives of one line: they count up, and the next line, were it the same, begins anew."""
    place = record.file, record.line, record.alternatives
    counts = record.columns.get("alternative", 0) > before.columns.get("alternative", 0)
    return counts and place == (before.file, before.line, before.alternatives)


def as_read(record: Record) -> Record:
    """The program with the root that one reads from its line of `.sps2`, where the head alone tells it.

    A layout of `Was it red?` is `other[is](...)`, and written as `(is ...)` comes back as `yesno[is](...)`.
    """
    return evolve(record, term=_as_read(record.term), alternatives=tuple(map(_as_read, record.alternatives)))


def _as_read(term: Term) -> Term:
    ops, words = term.skeleton.ops, term.words
    if not words or ops[-1] not in _ONE or ops[-1] == _op(words[-1]):
        return term
    return evolve(term, skeleton=evolve(term.skeleton, ops=(*ops[:-1], _op(words[-1]))))


COLUMNS = frozenset(["alternatives", "alternative", "fallback"])
FORMATS = (
    Format(
        "sps2",
        "lines of .sps2 files (VQA, nmn2): (is car);(is show);(is (and car show))",
        partial(fits, "sps2"),
        partial(_read, grammar=HEADED),
        partial(_write, name="sps2", spell=_spell_headed),
        COLUMNS,
    ),
    Format(
        "sps",
        "lines of .sps files (GEO, nmn2): state;(exists (and state (border texas)))",
        partial(fits, "sps"),
        partial(_read, grammar=BARE),
        partial(_write, name="sps", spell=_spell_bare),
        COLUMNS,
    ),
)
