"""What is told of an interface and of a program, and terms as text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.check import Interface, check
from nmt.compiler.diagnostics import CompileError
from nmt.compiler.frontends.terms_text import read_term
from nmt.compiler.parse import read
from nmt.compiler.programs import Checker
from nmt.compiler.show import describe
from nmt.compiler.show_program import describe_program
from nmt.compiler.source import Source
from nmt.compiler.strategies import from_interface
from nmt.stdlib import FOLDER


def checked(text: str) -> Interface:
    interface, findings = check(Source("t.nmt", text), (FOLDER,))
    assert interface is not None, findings
    return interface


CLEVR = checked(read(FOLDER / "clevr.nmt").text)


def proved(op: str) -> dict[str, object]:
    text = f"package t @ 1.0.0 dim H vocab V = {{ a, b }} vocab W = V + {{ c }} \
type m = real[H] in 0..1 by sigmoid type dist[D] = real[D] in simplex[D] by softmax {op}"
    (found,) = describe(checked(text))["ops"]
    assert isinstance(found["proved"], dict)
    return found["proved"]


# -- what was proved


@pytest.mark.parametrize(
    ("op", "domain", "then"),
    [
        ("op f(x: m) -> m = x * 0.5", "0..0.5", ""),
        ("op f(x: m) -> real[H] = x - 1", "-1..0", ""),
        ("op f(x: m) -> m = x", "0..1", ""),
        ("op f() -> m = 1", "1", "spread over [H]"),
        ("op f(x: dist[V]) -> dist[W] = x", "simplex[V]", "zeros in the rest of dist[W]"),
        ("op f(x: real[H]) -> m = x as m", "0..1", ""),
    ],
)
def test_the_bound_of_a_body_before_it_takes_the_name(op: str, domain: str, then: str) -> None:
    found = proved(op)
    assert (found["domain"], found["then"]) == (domain, then)


def test_types_say_all_that_they_refine() -> None:
    text = "package t @ 1.0.0 dim H type a = real[H] in 0..1 by sigmoid type b = a type c = b in {0, 1} by step"
    kinds = {one["name"]: one for one in describe(checked(text))["types"]}
    assert kinds["c"]["refines"] == ["b", "a"]
    assert (kinds["c"]["domain"], kinds["c"]["enforcer"], kinds["b"]["enforcer"]) == ("{0, 1}", "step", "sigmoid")


def test_what_is_reached_through_others_is_there() -> None:
    shown = describe(CLEVR)
    chance = next(one for one in shown["types"] if one["name"] == "chance")  # through `truth`, never named
    assert chance["package"] == "std.answer"
    assert {one["name"] for one in shown["dims"]} == {"C", "H", "W", "P"}
    answer = next(one for one in shown["vocabularies"] if one["name"] == "ANSWER")
    assert (answer["count"], answer["parts"]) == (28, ["ATTRIBUTE", "NUMBER", "BOOL"])


def test_a_result_may_have_a_name_and_is_the_same_without() -> None:
    named, plain = (
        checked(f"package t @ 1.0.0 dim H op f(x: real[H]) -> {name}real[H] = x").ops["f"] for name in ("y: ", "")
    )
    assert (str(named.signature), str(plain.signature)) == (
        "f(x: real[H]) -> y: real[H]",
        "f(x: real[H]) -> real[H]",
    )
    assert named.signature == plain.signature
    assert hash(named.signature) == hash(plain.signature)


def test_own_declarations_come_in_the_order_of_the_text() -> None:
    names = [one["name"] for one in describe(CLEVR)["ops"]]
    assert names[:3] == ["where_is", "scene", "filter_color"]
    assert names.index("greater_than") < names.index("and")


def test_machines_are_told_values_not_words() -> None:
    text = (
        "package t @ 1.0.0 use std.answer @ 1.0.0 { BOOL } dim H dim P = 2 dim T varies vocab V = { a } "
        "type m = real[H] in 0..1 by sigmoid soft low: mean[H](m) <= 0.5 # not so high\n weight 0.1 "
        "module f[v: V](real[P], y: m) -> out: m soft even: max[H](out) >= 0.5 "
        "op g(x: m) -> m = f[a](0, x) law up(x: m, z: real): x * (z - z) >= 0 "
        "surrogate gauge for f (x: m) -> m"
    )
    shown = describe(checked(text))
    assert shown["dims"] == [
        {"name": "H", "package": "t", "size": None, "varies": False},
        {"name": "P", "package": "t", "size": 2, "varies": False},
        {"name": "T", "package": "t", "size": None, "varies": True},
    ]
    assert {one["name"]: one["package"] for one in shown["vocabularies"]} == {"V": "t", "BOOL": "std.answer"}
    assert shown["types"][0]["softs"] == [{"name": "low", "says": "mean[H](m) <= 0.5", "weight": 0.1}]
    (module,), (op,), (law,) = shown["modules"], shown["ops"], shown["laws"]
    assert module["softs"] == [{"name": "even", "says": "max[H](out) >= 0.5", "weight": 1.0}]
    assert (module["signature"], module["package"]) == ("f[v: V](real[P], y: m) -> out: m", "t")
    assert [(one["name"], one["type"]) for one in (*module["inputs"], module["result"])] == [
        (None, "real[P]"),
        ("y", "m"),
        ("out", "m"),
    ]
    assert (op["inputs"][0]["name"], op["result"]["name"], op["body"]) == ("x", None, "f[a](0, x)")
    assert (law["name"], law["says"]) == ("up", "x * (z - z) >= 0")
    assert [(one["name"], one["type"]) for one in law["params"]] == [("x", "m"), ("z", "real")]
    assert shown["surrogates"] == [{"name": "gauge", "for": "f", "signature": "(x: m) -> m"}]


# -- programs


def test_every_call_has_its_type() -> None:
    shown = describe_program(CLEVR, *read_term("exist(filter_color[red](scene()))"))
    calls = [(call["depth"], call["op"], call["words"], call["type"]) for call in shown["calls"]]
    assert calls == [
        (0, "exist", [], "dist[BOOL]"),
        (1, "filter_color", ["red"], "mask"),
        (2, "scene", [], "mask"),
    ]
    assert shown["result"]["type"] == "dist[ANSWER]"
    computed = [node["computes"] for node in shown["nodes"]]
    assert computed[:5] == ["image", "find[thing](0)", "find[red](0)", "min(1, 2)", "max[H, W](3)"]
    assert shown["output"] == len(computed) - 1


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("exist(filter_color[redd](scene()))", "NMT407", "filter_color"),
        ("exist(query_color(unique(scene())))", "NMT408", "exist"),
        ("exists(scene())", "NMT404", "exists"),
        ("scene()", "NMT409", "scene"),
        ("exist(scene(), scene())", "NMT405", "exist"),
    ],
)
def test_what_does_not_fit_is_shown_where_it_stands(text: str, code: str, place: str) -> None:
    with pytest.raises(CompileError) as fault:
        describe_program(CLEVR, *read_term(text))
    (finding,) = fault.value.diagnostics
    assert finding.code == code
    assert finding.span is not None
    assert finding.span.text == place


@settings(max_examples=40)
@given(from_interface(CLEVR, max_depth=6, sharing=False))
def test_every_program_that_checks_is_shown(term) -> None:
    again, spans = read_term(str(term))
    assert again == term
    shown = describe_program(CLEVR, again, spans)
    assert len(shown["calls"]) == len(term.skeleton.ops)
    assert all(arg < node["node"] for node in shown["nodes"] for arg in node["args"])
    checked_ = Checker(CLEVR).check(term)
    assert shown["type"] == str(checked_.type)


# -- terms as text


def test_a_term_is_read_whatever_its_spacing() -> None:
    first, _ = read_term("exist(filter_color[red](scene()))")
    again, spans = read_term('  exist ( \n filter_color [ "red" ]\t( scene ) ) ')
    assert first == again
    assert [span.text for span in spans] == ["scene", "filter_color", "exist"]


def test_inputs_come_before_calls() -> None:
    term, _ = read_term('a[x, "two words"](b(c, d[1]), e)')
    assert term.skeleton.ops == ("c", "d", "b", "e", "a")
    assert term.skeleton.inputs == ((), (), (0, 1), (), (2, 3))
    assert term.words == ("1", "x", "two words")


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("", "the program ends too early: the name of an op is missing", 1),
        ("a(b", "the program ends too early: `,` or `)` is missing", 4),
        ("a[b", "the program ends too early: `,` or `]` is missing", 4),
        ("a[]", "a word was expected, found `]`", 3),
        ("a(b,)", "the name of an op was expected, found `)`", 5),
        ("a b", "the program ends before this", 3),
        ("a)", "the program ends before this", 2),
        ("a(b]", "`,` or `)` was expected, found `]`", 4),
        ("a(3)", "the name of an op was expected", 3),
        ("a(b;c)", "`,` or `)` was expected, found `;`", 4),
        ('a["b](c)', 'a word was expected, found `"`', 3),
    ],
)
def test_broken_terms_say_where(text: str, message: str, column: int) -> None:
    with pytest.raises(CompileError) as fault:
        read_term(text)
    (finding,) = fault.value.diagnostics
    assert finding.code == "NMT403"
    assert message in finding.message
    assert finding.span is not None
    assert finding.span.source.position(finding.span.start)[1] == column


def test_terms_may_be_as_deep_as_one_likes() -> None:
    deep = 50_000
    term, _ = read_term("f(" * deep + "x" + ")" * deep)
    assert len(term.skeleton.ops) == deep + 1


@given(st.text(alphabet='ab[](), "1\n;é', max_size=30))
def test_any_text_is_a_term_or_a_finding(text: str) -> None:
    try:
        term, spans = read_term(text)
    except CompileError:
        return
    assert len(spans) == len(term.skeleton.ops) > 0
