"""What a new version of an interface breaks: an example of every kind of change."""

from pathlib import Path

import pytest

from nmt.compiler.check import Interface, check
from nmt.compiler.compatibility import CODES, compare, least_version, version_fault
from nmt.compiler.diagnostics import render
from nmt.compiler.parse import read
from nmt.compiler.source import Source
from nmt.stdlib import FOLDER

BASE = """package p @ 1.2.3
dim H
dim K
dim N = 2
vocab C = { red, blue }
vocab S = { cube, ball }
vocab U = C + S
vocab D from data at least 10
type map = real[H] in 0..1 by sigmoid
type sub = map
type dist[V] = real[V] in simplex[V] by softmax
  soft even: max[V](dist) <= 0.9 weight 0.1
source image : real[K, H]
target answer : U from dist[U] by nll
module find[u: U](image: real[K, H]) -> m: map
  soft sparse: mean[H](m) <= 0.3 weight 0.01
module guess(x: map, y: real[N]) -> dist[C]
op both(a: map, b: map) -> map = min(a, b)
op pick[c: C](x: map) -> map = both(x, find[c](image))
op same[V](a: dist[V], b: dist[V]) -> real in 0..1 = dot[V](a, b)
op mid(x: map) -> real[N] = 0
op ask(x: map) -> dist[C] = guess(x, mid(x))
layout question : dist[U]
model first = question
model second = question
law swap(a: map, b: map): both(a, b) == both(b, a)
expect find : decoupled, direct
surrogate gauge for find (x: map) -> dist[C]
"""


def checked(text: str, path: str = "new.nmt", swaps: dict[str, str] | None = None, texts=None) -> Interface:
    interface, findings = check(Source(path, text), (FOLDER,), swaps, texts)
    assert interface is not None, "\n".join(map(render, findings))
    return interface


def changes(*replaced: tuple[str, str], base: str = BASE):
    text = base
    for old, new in replaced:
        assert old in text, old
        text = text.replace(old, new)
    return compare(checked(base, "old.nmt"), checked(text))


def said(*replaced: tuple[str, str]) -> list[str]:
    return [f"{change.code} {','.join(change.breaks) or 'safe'}: {change.message}" for change in changes(*replaced)]


# -- no change

SAME = [
    [],
    [("dim H", "# rows\ndim   H")],
    [("dim H\ndim K\n", "dim K\ndim H\n")],
    [("op both(a: map, b: map) -> map = min(a, b)", "op both(b: map, a: map) -> map = min(b, a)")],
    [("same[V](a: dist[V], b: dist[V])", "same[S](x: dist[S], b: dist[S])"), ("dot[V](a, b)", "dot[S](x, b)")],
    [("pick[c: C](x: map) -> map = both(x, find[c]", "pick[it: C](x: map) -> map = both(x, find[it]")],
    [("find[u: U](image: real[K, H]) -> m: map", "find[w: U](real[K, H]) -> out: map"), ("mean[H](m)", "mean[H](out)")],
    [("module guess(x: map, y: real[N])", "module guess(map, real[N])")],
    [("type dist[V] = real[V] in simplex[V]", "type dist[W] = real[W] in simplex[W]"), ("max[V]", "max[W]")],
    [
        ("law swap(a: map, b: map): both(a, b)", "law swap(x: map, b: map): both(x, b)"),
        ("both(b, a)\n", "both(b, x)\n"),
    ],
    [("map = both(x, find[c](image))", "map = min(x, find[c](image))")],  # written out, it is the same
]


@pytest.mark.parametrize("replaced", SAME, ids=lambda it: it[-1][1][:40] if it else "nothing")
def test_no_change(replaced: list[tuple[str, str]]) -> None:
    assert said(*replaced) == []


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.nmt")), ids=lambda path: path.stem)
def test_the_standard_library_is_what_it_is(path: Path) -> None:
    first, second = (checked(read(path).text) for _ in range(2))
    assert compare(first, second) == ()
    assert version_fault(first, second, ()) is None


# -- one example a kind of change

EXAMPLES = {
    "NMT701 CALL: the op `mid` is gone": [("op mid(x: map) -> real[N] = 0\n", ""), ("guess(x, mid(x))", "guess(x, 0)")],
    "NMT701 MEANING: the law `swap` is gone": [("law swap(a: map, b: map): both(a, b) == both(b, a)\n", "")],
    "NMT701 MEANING: the soft constraint `sparse` of `find` is gone": [
        ("  soft sparse: mean[H](m) <= 0.3 weight 0.01\n", "")
    ],
    "NMT719 safe: what is expected of `find` is gone": [("expect find : decoupled, direct\n", "")],
    "NMT702 CALL: `mid` takes 2 arguments, and took 1": [
        ("mid(x: map)", "mid(x: map, y: map)"),
        ("guess(x, mid(x))", "guess(x, 0)"),
    ],
    "NMT702 CALL: `mid` takes a dim in brackets, and took nothing": [
        ("op mid(", "op mid[V]("),
        ("guess(x, mid(x))", "guess(x, 0)"),
    ],
    "NMT703 CALL: `x` of `mid` narrows from map to sub": [
        ("op mid(x: map)", "op mid(x: sub)"),
        ("guess(x, mid(x))", "guess(x, 0)"),
    ],
    "NMT719 safe: `x` of `mid` widens from map to real[H]": [("op mid(x: map)", "op mid(x: real[H])")],
    "NMT703 CALL,WEIGHTS,CACHE: `y` of `guess` changes from real[N] to real": [
        ("y: real[N])", "y: real)"),
        ("guess(x, mid(x))", "guess(x, 0)"),
    ],
    "NMT704 CALL: the result of `mid` changes from real[N] to real[H]": [
        ("mid(x: map) -> real[N]", "mid(x: map) -> real[H]"),
        ("guess(x, mid(x))", "guess(x, 0)"),
    ],
    "NMT719 safe: the result of `pick` narrows from map to sub": [
        ("pick[c: C](x: map) -> map", "pick[c: C](x: map) -> sub")
    ],
    "NMT704 CALL,WEIGHTS,CACHE: the result of `guess` changes from dist[C] to dist[U]": [
        ("y: real[N]) -> dist[C]", "y: real[N]) -> dist[U]"),
        ("ask(x: map) -> dist[C]", "ask(x: map) -> dist[U]"),
    ],
    "NMT705 WEIGHTS,CACHE: `find` has an instance for each word of W, and had those of U": [
        ("vocab D", "vocab W = U + { all }\nvocab D"),
        ("find[u: U]", "find[u: W]"),
    ],
    "NMT706 CALL,WEIGHTS,CACHE: C lost `blue`": [("{ red, blue }", "{ red }")],
    "NMT707 WEIGHTS,CACHE,MEANING: the words of C stand in another order, from `blue` on": [("red, blue", "blue, red")],
    "NMT707 WEIGHTS,CACHE: the words of D are counted otherwise: `from data at least 20`": [("least 10", "least 20")],
    "NMT706 CALL: S is no part of U any more: what speaks of it does not widen": [("C + S", "C + { cube, ball }")],
    "NMT708 WEIGHTS,CACHE: S gained `cone` at its end": [("cube, ball", "cube, ball, cone")],
    "NMT709 WEIGHTS,CACHE: N has the size 3, and had 2": [("dim N = 2", "dim N = 3")],
    "NMT719 safe: N has the size that the data gives, and had 2": [("dim N = 2", "dim N")],
    "NMT710 CALL: `map` holds 0.., and held 0..1": [
        ("real[H] in 0..1", "real[H] in 0.."),
        ("mean[H](m) <=", "min(mean[H](m), 1) <="),
    ],
    "NMT710 CALL,MEANING: `sub` is no `map` any more": [("type sub = map", "type sub = real[H] in 0..1 by sigmoid")],
    "NMT711 CACHE,MEANING: `map` is kept in its domain by `clip`, and was by `sigmoid`": [("sigmoid", "clip")],
    "NMT712 CACHE,MEANING: the body of `both` computes something else": [("= min(a, b)", "= a * b")],
    "NMT712 MEANING: the model `first` computes something else": [
        ("model first = question", "model first = normalize[U](question)")
    ],
    "NMT712 WEIGHTS,CACHE,MEANING: `mid` is a module now, and was an op": [
        ("op mid(x: map) -> real[N] = 0", "module mid(x: map) -> real[N]")
    ],
    "NMT713 CALL: the package is called q, and was p": [("package p", "package q")],
    "NMT714 CALL: the source `image` is real[K, H] in 0.., and was real[K, H]": [
        ("source image : real[K, H]", "source image : real[K, H] in 0..")
    ],
    "NMT715 MEANING: the default model is `second`, and was `first`": [
        ("model first = question\nmodel second = question", "model second = question\nmodel first = question")
    ],
    "NMT716 MEANING: the target `answer` is U from dist[U] by mse, and was U from dist[U] by nll": [],
    "NMT717 MEANING: the soft constraint `sparse` of `find` weighs 1, and weighed 0.01": [("weight 0.01", "weight 1")],
    "NMT717 MEANING: the soft constraint `even` of `dist` says another thing": [("<= 0.9", "<= 0.8")],
    "NMT717 MEANING: the law `swap` says another thing": [("both(b, a)\n", "both(b, b)\n")],
    "NMT719 safe: what is expected of `find` has changed": [("decoupled, direct", "decoupled")],
    "NMT719 safe: `gauge` has changed": [("(x: map) -> dist[C]\n", "(x: sub) -> dist[C]\n")],
    "NMT718 safe: the op `more` is new": [("layout", "op more(x: map) -> map = x\nlayout")],
}


@pytest.mark.parametrize("expected", [one for one in EXAMPLES if EXAMPLES[one]])
def test_example(expected: str) -> None:
    assert expected in said(*EXAMPLES[expected])


def test_every_code_has_an_example() -> None:
    shown = {one[:6] for one in EXAMPLES}
    assert set(CODES.values()) - shown == {"NMT720"}


def test_a_loss_is_part_of_the_meaning() -> None:
    base = (
        "package p @ 1.0.0 dim H type map = real[H] in 0..1 by sigmoid module f() -> map target t : map from f by bce"
    )
    (change,) = changes(("by bce", "by mse"), base=base)
    assert (change.code, change.breaks) == ("NMT716", ("MEANING",))


def test_words_at_the_end_of_instances_leave_other_weights_where_they_are() -> None:
    base = "package p @ 1.0.0 dim H vocab V = { a, b } module f[v: V](x: real[H]) -> real[H]"
    (change,) = changes(("a, b", "a, b, c"), base=base)
    assert change.breaks == ("WEIGHTS",)
    assert change.message == "V gained `c` at its end: `f` needs more weights, the others stay"
    (change,) = changes(("a, b", "a, b, c"), base=base + " op g(x: real[H]) -> real[H] = sum[V](f[V](x))")
    assert change.breaks == ("WEIGHTS", "CACHE")  # f[V](x) has a place for each word
    assert (
        changes(("a, b", "a, b, c"), base="package p @ 1.0.0 vocab V = { a, b } op g[v: V](x: real) -> real = x")[
            0
        ].breaks
        == ()
    )


@pytest.mark.parametrize(
    ("before", "after", "safe"),
    [
        ("map", "real[H] in 0..1", True),
        ("real[H] in 0..1", "map", False),  # a `heat` fitted, and a `heat` is no `map`
        ("sub", "map", True),
        ("map", "sub", False),
        ("dist[C]", "dist[U]", True),  # zeros elsewhere
        ("dist[U]", "dist[C]", False),
        ("dist[C]", "real[C]", True),
        ("dist[U]", "real[U]", False),  # a dist[C] fitted, and only distributions widen
        ("real[H]", "real", False),
        ("real", "real[H]", False),  # a named number is no map
    ],
)
def test_what_a_parameter_may_become(before: str, after: str, safe: bool) -> None:
    base = """package p @ 1.0.0 dim H vocab C = { a } vocab S = { b } vocab U = C + S
    type map = real[H] in 0..1 by sigmoid type sub = map type dist[V] = real[V] in simplex[V] by softmax
    op f(x: HERE) -> real = 0"""
    (change,) = changes((f"x: {before})", f"x: {after})"), base=base.replace("HERE", before))
    assert ("CALL" not in change.breaks) is safe


def test_a_change_in_a_used_package_reaches_the_interface() -> None:
    main = Source("main.nmt", "package main @ 1.0.0 use low @ 1.0.0 { high } op mine(x: real) -> real = high(x)")
    low = (
        "package low @ 1.0.0 type part = real in 0..1 by sigmoid op deep(x: real) -> real in 0..1 = 1 / (1 + x * x) "
        "op high(x: real) -> part = deep(x) op other(x: real) -> real = x + 1"
    )

    def made(text: str) -> Interface:
        interface, findings = check(main, (), None, {"low": Source("low.nmt", text)})
        assert interface is not None, findings
        return interface

    def between(old: str, new: str) -> list[str]:
        return [f"{one.code} {one.name}" for one in compare(made(low), made(low.replace(old, new)))]

    assert between("1 / (1 + x * x)", "1 / (2 + x * x)") == ["NMT712 low.deep"]
    assert between("by sigmoid", "by clip") == ["NMT711 low.part"]
    assert between("x + 1", "x + 2") == []  # nobody here draws on it


def test_a_package_in_anothers_place_is_named() -> None:
    text = "package p @ 1.0.0 use std.typed @ 1.0.0 { attention, and } op f(x: attention) -> attention = and(x, x)"
    found = compare(checked(text), checked(text, swaps={"std.typed": "std.classic"}))
    assert [(one.code, one.name) for one in found] == [
        ("NMT710", "attention"),
        ("NMT711", "attention"),
        ("NMT712", "and"),
        ("NMT713", "attention"),
        ("NMT719", "and"),
    ]


def test_findings_have_both_places() -> None:
    (change,) = changes(("dim N = 2", "dim N = 3"))
    finding = change.diagnostic()
    assert (str(finding.span), finding.code, finding.message) == ("new.nmt:4:5", "NMT709", change.message)
    assert [(note.text, str(note.span)) for note in finding.notes] == [("it was 2", "old.nmt:4:5")]
    gone = changes(("op mid(x: map) -> real[N] = 0\n", ""), ("guess(x, mid(x))", "guess(x, 0)"))[0].diagnostic()
    assert str(gone.span) == "old.nmt:21:4"


def note(*replaced: tuple[str, str]) -> str:
    (change,) = changes(*replaced)
    return change.diagnostic().notes[0].text


def test_notes_quote_what_stood_there() -> None:
    assert note(("= min(a, b)", "= (a * b) * a")) == "it was `min(a, b)`"
    assert note(("model first = question", "model first = normalize[U](question)")) == "it was `question`"
    assert note(("weight 0.01", "weight 1")) == "it was `soft sparse: mean[H](m) <= 0.3 weight 0.01`"
    assert note(("both(b, a)\n", "both(b, b)\n")) == "it was `law swap(a: map, b: map): both(a, b) == both(b, a)`"
    assert note(("sigmoid", "clip")) == "the old one"  # the message has said both
    long = f"= min(a, {'1 * ' * 40}b)"
    base = BASE.replace("= min(a, b)", long)
    assert changes((long, "= a * b"), base=base)[0].diagnostic().notes[0].text == "the old one"


# -- versions


@pytest.mark.parametrize(
    ("change", "version", "fault"),
    [
        ((), "1.2.3", None),
        ((), "1.2.4", None),
        ((), "1.2.2", "the version falls from 1.2.3 to 1.2.2"),
        (("red, blue", "blue, red"), "1.3.0", "the version says compatible, the change is not: 1.2.3 to 1.3.0"),
        (("red, blue", "blue, red"), "2.0.0", None),
        (("dim H", "dim H\ndim X"), "1.2.4", "the version does not say that something is new: 1.2.3 to 1.2.4"),
        (("dim H", "dim H\ndim X"), "1.3.0", None),
        (("dim H", "dim H\ndim X"), "2.0.0", None),
    ],
)
def test_version(change: tuple[str, str], version: str, fault: str | None) -> None:
    text = BASE.replace(*change) if change else BASE
    old, new = checked(BASE, "old.nmt"), checked(text.replace("1.2.3", version))
    found = version_fault(old, new, compare(old, new))
    assert (found and found.message) == fault
    if found:
        assert str(found.span) == "new.nmt:1:13"


def test_another_package_has_versions_of_its_own() -> None:
    old, new = checked(f"# p @ 1.2.3\n{BASE}", "old.nmt"), checked(f"\n# p\n{BASE}".replace("package p", "package q"))
    found = compare(old, new)
    assert [(change.code, str(change.at), str(change.was)) for change in found] == [
        ("NMT713", "new.nmt:3:9", "old.nmt:2:9")
    ]
    assert version_fault(old, new, found) is None
    assert least_version(old, found) is None


def test_the_version_is_pointed_at_where_it_stands() -> None:
    old, new = (checked(f"# p @ 1.2.3\n{text}") for text in (BASE, BASE.replace("red, blue", "blue, red")))
    found = version_fault(old, new, compare(old, new))
    assert found
    assert str(found.span) == "new.nmt:2:13"
    assert found.span.text == "1.2.3"


def test_least_version_is_enough() -> None:
    old = checked(BASE)
    for change in (("red, blue", "blue, red"), ("dim H", "dim H\ndim X"), ("dim H", "dim H # rows")):
        text = BASE.replace(*change)
        found = compare(old, checked(text))
        new = checked(text.replace("1.2.3", least_version(old, found)))
        assert version_fault(old, new, found) is None
