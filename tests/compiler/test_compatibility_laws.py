"""Laws of `compare`, over interfaces that were changed at a few places."""

from itertools import product

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from nmt.compiler.check import Interface, check
from nmt.compiler.compatibility import BREAKS, compare
from nmt.compiler.frontends.terms_text import read_term
from nmt.compiler.parse import read
from nmt.compiler.programs import Checker, Fault
from nmt.compiler.source import Source
from nmt.compiler.strategies import from_interface
from nmt.compiler.terms import Term
from nmt.stdlib import FOLDER


def checked(text: str) -> Interface:
    interface, findings = check(Source("p.nmt", text), (FOLDER,))
    assert interface is not None, findings
    return interface


TYPES = ["map", "sub", "hard", "heat", "real[H] in 0..1", "real[H]", "real[H] in 0..", "real[H] in 0..0.5"]
TYPES += ["dist[C]", "dist[U]", "real[C]", "real[U]", "real[C] in simplex[C]", "real[U] in 0..", "chance", "real"]
GIVEN = ["map", "sub", "hard", "heat", "real[H]", "dist[C]", "dist[S]", "dist[U]", "real[C]", "chance", "real"]
ONES = ["map", "sub", "hard", "heat", "real[H] in 0..1", "real[H]", "chance", "real in 0..1"]  # what 1 may be
CLEVR_TEXT = read(FOLDER / "clevr.nmt").text
CLEVR = checked(CLEVR_TEXT)
CLEVR_CHANGES = [
    ("cyan, yellow", "cyan, yellow, pink"),
    ("blue, green", "green, blue"),
    ("op exist(x: mask)", "op exist(x: real[H, W] in 0..1)"),
    ("op intersect(x: mask, y: mask) -> mask = and(x, y)", "op intersect(x: mask, y: mask) -> object = and(x, y)"),
]
SLOTS = {
    "colors": ["red, blue", "red", "blue, red", "red, blue, pink"],
    "union": ["C + S", "S + C", "C + S + { all }", "C + { cube, ball }"],
    "map": ["real[H] in 0..1 by sigmoid", "real[H] in 0..1 by clip", "real[H] in 0..2 by clip", "real[H]"],
    "sub": ["map", "heat", "real[H] in 0..1 by sigmoid"],
    "heat": ["real[H] in 0..1 by sigmoid", "map", "real[H] in 0.. by relu"],
    "layout": ["", *(f"layout question : {one}" for one in ["map", "dist[U]", "dist[C]", "heat", "chance"])],
    "more": ["", "module extra(x: map) -> map", "op extra() -> map = 0"],
    "family": ["", "[w: C]", "[w: U]", "[w: S]"],
    "params": [*(f"x: {one}" for one in TYPES), "", "x: map, y: dist[C]", "x: map, y: dist[U]"],
    "result": GIVEN,
    "one param": TYPES,
    "one result": ONES,
}


def text_of(chosen: dict[str, str]) -> str:
    leaves = "\n".join(f"module leaf{at}() -> {one}" for at, one in enumerate(GIVEN))
    readers = "\n".join(f"op read{at}(x: {one}) -> real = 0" for at, one in enumerate(TYPES))
    return f"""package p @ 1.0.0
dim H
vocab C = {{ {chosen["colors"]} }}
vocab S = {{ cube, ball }}
vocab U = {chosen["union"]}
type map = {chosen["map"]}
type sub = {chosen["sub"]}
type hard = sub in {{0, 1}} by step
type heat = {chosen["heat"]}
type chance = real in 0..1 by sigmoid
type dist[V] = real[V] in simplex[V] by softmax
{leaves}
{readers}
module f{chosen["family"]}({chosen["params"]}) -> {chosen["result"]}
op one(x: {chosen["one param"]}) -> {chosen["one result"]} = 1
{chosen["layout"]}
{chosen["more"]}
"""


@st.composite
def pairs(draw: st.DrawFn, most: int = 3) -> tuple[Interface, Interface]:
    """An interface, and the same with a few places changed; both are well-typed."""
    old = {slot: draw(st.sampled_from(options)) for slot, options in SLOTS.items()}
    new = dict(old)
    for slot in draw(st.lists(st.sampled_from(sorted(SLOTS)), min_size=1, max_size=most, unique=True)):
        new[slot] = draw(st.sampled_from(SLOTS[slot]))
    made = [check(Source(path, text_of(one)), ())[0] for path, one in (("old.nmt", old), ("new.nmt", new))]
    assume(None not in made)
    return made[0], made[1]


def programs(interface: Interface) -> list[str]:
    """Every program in which `f` or `one` is given what others make, and what they make is read by others."""
    symbols = {**interface.ops, **interface.modules}
    heads: dict[str, list[str]] = {}
    for name, symbol in symbols.items():
        vocab = symbol.signature.words
        heads[name] = [f"{name}[{word}]" for word in vocab.words or ()] if vocab else [name]
    leaves = [head for name in symbols if name.startswith("leaf") for head in heads[name]]

    def calls(name: str, inputs: list[str]) -> list[str]:
        given = product(inputs, repeat=len(symbols[name].signature.params))
        return [f"{head}({', '.join(one)})" for one in given for head in heads[name]]

    low = [term for name in ("f", "one") for term in calls(name, leaves)]
    readers = [name for name in symbols if name.startswith("read")]
    checker = Checker(interface)
    fine = [term for term in low if getattr(checker.check(read_term(term)[0]), "code", "NMT409") == "NMT409"]
    return [*leaves, *low, *(term for name in (*readers, "one") for term in calls(name, fine))]


def accepts(pair: tuple[Interface, Interface]) -> None:
    old, new = pair
    found = compare(old, new)
    assume(not any("CALL" in change.breaks for change in found))
    event(f"{len(found)} changes")
    before, after = Checker(old), Checker(new)
    for text in programs(old):
        term, _ = read_term(text)
        if not isinstance(before.check(term), Fault):
            outcome = after.check(term)
            assert not isinstance(outcome, Fault), (text, outcome)


@settings(max_examples=40)
@given(pairs(most=2))
def test_what_breaks_no_call_accepts_every_program(pair: tuple[Interface, Interface]) -> None:
    accepts(pair)


@pytest.mark.slow
@settings(max_examples=600)
@given(pairs())
def test_many_that_break_no_call_accept_every_program(pair: tuple[Interface, Interface]) -> None:
    accepts(pair)


@pytest.mark.parametrize("change", CLEVR_CHANGES, ids=lambda change: change[1])
def test_clevr_programs_live_through_safe_changes(change: tuple[str, str]) -> None:
    assert change[0] in CLEVR_TEXT
    new = checked(CLEVR_TEXT.replace(*change))
    assert not any("CALL" in one.breaks for one in compare(CLEVR, new))
    checker = Checker(new)

    @settings(max_examples=10)
    @given(from_interface(CLEVR, max_depth=6))
    def accepted(term: Term) -> None:
        assert not isinstance(checker.check(term), Fault), str(term)

    accepted()


@settings(max_examples=15)
@given(pairs())
def test_the_way_back_adds_what_was_removed(pair: tuple[Interface, Interface]) -> None:
    there, back = compare(*pair), compare(*reversed(pair))
    for first, second in ((there, back), (back, there)):
        gone = {(change.role, change.name) for change in first if change.kind == "removed"}
        assert gone == {(change.role, change.name) for change in second if change.kind == "added"}
    assert bool(there) == bool(back)


@settings(max_examples=15)
@given(pairs())
def test_comparing_with_itself_finds_nothing(pair: tuple[Interface, Interface]) -> None:
    assert compare(pair[1], pair[1]) == ()


@settings(max_examples=15)
@given(pairs())
def test_changes_are_in_order_and_worded(pair: tuple[Interface, Interface]) -> None:
    found = compare(*pair)
    order = list(BREAKS)
    assert all(list(change.breaks) == sorted(change.breaks, key=order.index) for change in found)
    for change in found:
        assert change.at or change.was
        assert change.diagnostic().span
    if not found:
        assert pair[0].signatures == pair[1].signatures
