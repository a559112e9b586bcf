"""When two bodies are told to compute the same: order and brackets do not count, everything else does."""

import operator
from functools import cache

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from nmt.compiler.check import Interface, check
from nmt.compiler.compatibility import compare
from nmt.compiler.source import Source

HEAD = """package p @ 1.0.0
dim H
dim W
type map = real[H, W] in 0..1 by sigmoid
type chance = real in 0..1 by sigmoid
module find(x: map) -> m: map
op low(a: map, b: map) -> map = min(a, b)
"""


@cache
def checked(declared: str) -> Interface:
    interface, findings = check(Source("p.nmt", f"{HEAD}{declared}\n"), ())
    assert interface is not None, findings
    return interface


def codes(old: str, new: str) -> list[str]:
    return [change.code for change in compare(checked(old), checked(new))]


def body(expr: str, result: str = "real[H, W]") -> str:
    return f"op f(a: map, b: map, c: map) -> {result} = {expr}"


SAME = [
    ("a * b", "b * a"),
    ("a + b + c", "a + (c + b)"),
    ("a * (b + c)", "(c + b) * a"),
    ("min(a, b, c)", "min(min(c, a), b)"),
    ("max(a, b, a)", "max(b, a)"),
    ("a - b - c", "a - c - b"),
    ("a + (b - c)", "a - c + b"),
    ("a / (b + 1) * c", "c * a / (1 + b)"),
    ("max[H, W](a * b)", "max[W, H](b * a)"),
    ("where(a >= b, a, c)", "where(b <= a, a, c)"),
    ("where(a == b, a, c)", "where(b == a, a, c)"),
    ("dot[H](mean[W](a), mean[W](b))", "dot[H](mean[W](b), mean[W](a))"),
    ("min(a, min(b, c))", "low(low(c, b), a)"),  # through ops that are written out
    ("find(a * b)", "find(b * a)"),
]
OTHER = [
    ("a - b", "b - a"),
    ("a / (b + 1)", "b / (a + 1)"),
    ("a - (b - c)", "a - b - c"),
    ("a * b + c", "a * (b + c)"),
    ("a * a", "a"),  # min(a, a) is a, a * a is not
    ("min(a, max(b, c))", "max(min(a, b), c)"),
    ("max[H](a)", "max[W](a)"),
    ("where(a >= b, a, c)", "where(a <= b, a, c)"),
    ("average[H, W](a, b)", "average[H, W](b, a)"),
    ("0 - a", "a"),
    ("a + 1", "a + 2"),
]


def result_of(expr: str) -> str:
    """The type of a body: what stands first in it says which dims are gone."""
    if expr.startswith(("dot", "average[H, W]", "max[H, W]", "max[W, H]")):
        return "real"
    return "real[W]" if expr.startswith("max[H]") else "real[H]" if expr.startswith("max[W]") else "real[H, W]"


@pytest.mark.parametrize(("old", "new"), SAME)
def test_the_same_written_otherwise(old: str, new: str) -> None:
    assert codes(body(old, result_of(old)), body(new, result_of(new))) == []


@pytest.mark.parametrize(("old", "new"), OTHER)
def test_another_body(old: str, new: str) -> None:
    assert "NMT712" in codes(body(old, result_of(old)), body(new, result_of(new)))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("soft s: mean[H, W](m) <= 0.5", "soft s: 0.5 >= mean[H, W](m)", []),
        ("soft s: mean[H, W](m) <= 0.5", "soft s: mean[H, W](m) >= 0.5", ["NMT717"]),
        ("soft s: mean[H, W](m) == 0.5", "soft s: 0.5 == mean[W, H](m)", []),
    ],
)
def test_a_comparison_from_the_other_side(old: str, new: str, found: list[str]) -> None:
    module = "module g(x: map) -> m: map "
    assert codes(module + old, module + new) == found


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("-> chance = max[H, W](low(a, b))", "-> real in 0..1 = max[H, W](low(a, b))", ["NMT719"]),
        ("-> chance = 1", "-> real in {1} = 1", ["NMT719"]),
        ("-> map = 1", "-> real[H, W] in {1} = 1", ["NMT719"]),  # one number everywhere, whatever its type is called
        ("-> real in 0..1 = 1", "-> chance = 1", ["NMT704"]),  # what fitted any type by its numbers does no more
    ],
)
def test_a_result_may_narrow_and_lose_its_name(old: str, new: str, found: list[str]) -> None:
    assert codes(f"op f(a: map, b: map) {old}", f"op f(a: map, b: map) {new}") == found


# -- laws, over random arithmetic

LEAVES = ["x", "y", "z", "2", "0.5"]
Tree = str | tuple[str, "Tree", "Tree"]
COMPUTES = {"+": operator.add, "-": operator.sub, "*": operator.mul, "min": min, "max": max}
NAMES = st.sampled_from(sorted(COMPUTES))
INNER = st.recursive(st.sampled_from(LEAVES), lambda inner: st.tuples(NAMES, inner, inner), max_leaves=4)
TREES = st.tuples(NAMES, st.tuples(NAMES, INNER, INNER), INNER)


def text(tree: Tree) -> str:
    if isinstance(tree, str):
        return tree
    name, left, right = tree
    return f"{name}({text(left)}, {text(right)})" if name.isalpha() else f"({text(left)} {name} {text(right)})"


def value(tree: Tree, at: dict[str, float]) -> float:
    if isinstance(tree, str):
        return at[tree] if tree in at else float(tree)
    return COMPUTES[tree[0]](value(tree[1], at), value(tree[2], at))


@st.composite
def turned(draw: st.DrawFn, tree: Tree, fair: bool = True) -> Tree:
    """The same with operands swapped here and there; where it is not fair, also those of `-`."""
    if isinstance(tree, str):
        return tree
    name, left, right = tree
    left, right = draw(turned(left, fair)), draw(turned(right, fair))
    swapped = draw(st.booleans()) and (name != "-" or not fair)
    made = (name, right, left) if swapped else (name, left, right)
    inner = made[1]
    if name != "-" and isinstance(inner, tuple) and inner[0] == name and draw(st.booleans()):
        return (name, inner[1], (name, inner[2], made[2]))
    return made


def op(tree: Tree) -> str:
    return f"op f(x: real, y: real, z: real) -> real = {text(tree)}"


@settings(max_examples=60)
@given(st.data())
def test_turning_operands_round_is_no_change(data: st.DataObject) -> None:
    tree = data.draw(TREES)
    other = data.draw(turned(tree))
    event(f"the same text: {tree == other}")
    assert codes(op(tree), op(other)) == []


@settings(max_examples=100)
@given(st.data())
def test_what_is_no_change_computes_the_same(data: st.DataObject) -> None:
    tree = data.draw(TREES)
    other = data.draw(turned(tree, fair=False))
    same = codes(op(tree), op(other)) == []
    event(f"no change: {same}")
    if same:
        for at in ({"x": 3.0, "y": -5.0, "z": 7.0}, {"x": -0.25, "y": 11.0, "z": 0.5}):
            assert value(tree, at) == pytest.approx(value(other, at))
