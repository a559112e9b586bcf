"""Checked skeletons: those that mean the same share a graph, faults are told as if none did, memory is bounded."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler import compiled, programs
from nmt.compiler.check import check
from nmt.compiler.classes import Classes
from nmt.compiler.compiled import Strays, compile_programs
from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.frontends.terms_text import read_term
from nmt.compiler.passes import optimize
from nmt.compiler.programs import Checked, Checker, Fault
from nmt.compiler.skeletons import Typing
from nmt.compiler.source import Source
from nmt.compiler.strategies import from_interface
from nmt.compiler.terms import LONGEST, Record, Skeleton, Term
from nmt.compiler.vocabularies import bind
from nmt.loading import load_checked
from nmt.ntypes import Dim
from nmt.stdlib import FOLDER

CLEVR = load_checked("clevr")
OPS = sorted([*CLEVR.ops, "filter_colour", "find", "image"])
WORDS = ["red", "cube", "left", "small", "zebra"]


def term(text):
    return read_term(text)[0]


def record(text, number=0, **columns):
    return Record(number, term(text), columns, "q.json")


def interface(text):
    made, found = check(Source("own.nmt", f"package own @ 1.0.0\n{text}"), (FOLDER,))
    assert made is not None, found
    return made


@st.composite
def any_terms(draw):
    """Calls of anything on anything."""
    count = draw(st.integers(0, 5))
    ops = tuple(draw(st.sampled_from(OPS)) for _ in range(count))
    inputs = tuple(tuple(draw(st.lists(st.integers(-1, node), max_size=2))) for node in range(count))
    counts = tuple(draw(st.integers(0, 1)) for _ in range(count))
    return Term(Skeleton(ops, inputs, counts), tuple(draw(st.sampled_from(WORDS)) for _ in range(sum(counts))))


def raw(checked_term, model):
    """What the checker says of a term when no two ops are of one class."""
    typed = Typing(CLEVR, model).typed(checked_term.skeleton)
    if isinstance(typed, Fault):
        return typed
    words = iter(checked_term.words)
    for node, (op, count) in enumerate(zip(checked_term.skeleton.ops, checked_term.skeleton.counts, strict=True)):
        vocabs = [one.of for one in (CLEVR.ops.get(op) or CLEVR.modules[op]).signature.family]
        for vocab, word in zip(vocabs, (next(words) for _ in range(count)), strict=True):
            if vocab.place(word) is None:
                return "NMT407", word, node
    return typed


@settings(max_examples=40)
@given(from_interface(CLEVR, max_depth=5))
def test_a_shared_graph_is_optimized_to_the_same(one):
    checker = Checker(CLEVR, CLEVR.model())
    for name in ("color", "shape", "size", "material"):  # others of its class come first
        checker.check(term(f"exist(filter_{name}[{CLEVR.dims[name.upper()].words[0]}](scene()))"))
    checked, alone = checker.check(one), Typing(CLEVR, CLEVR.model()).typed(one.skeleton)
    shared, own = (optimize(graph, CLEVR.bodies) for graph in (checked.graph, alone.graph))
    assert shared == own
    assert [(node.type, node.call) for node in shared.nodes] == [(node.type, node.call) for node in own.nodes]
    assert checked.type == alone.type
    assert all(vocab.place(word) is not None for (vocab, _), word in zip(checked.slots, one.words, strict=True))
    assert len(checked.slots) == len(one.words) == len(checked.known)


CHECKER = Checker(CLEVR, CLEVR.model())


@settings(max_examples=150)
@given(any_terms())
def test_faults_are_those_of_the_program_itself(one):
    expected = raw(one, CLEVR.model())
    for _ in range(2):
        found = CHECKER.check(one)
        if isinstance(expected, Fault):
            assert found == expected
        elif isinstance(expected, tuple):
            assert (found.code, found.message.split("`")[1], found.node) == expected
        else:
            assert isinstance(found, Checked)


def test_what_differs_only_in_the_vocabulary_shares_a_graph():
    checker = Checker(CLEVR, CLEVR.model())
    red, cube = (checker.check(term(f"count(filter_{text}(scene()))")) for text in ("color[red]", "shape[cube]"))
    assert red.graph is cube.graph
    assert [vocab.name for vocab, _ in (*red.slots, *cube.slots)] == ["COLOR", "SHAPE"]
    assert checker.check(term("count(filter_color[cube](scene()))")).code == "NMT407"


OWN = """
dim H
vocab COLOR = { red, green }
vocab SHAPE = { cube, ball }
vocab THING = COLOR + SHAPE
type mask = real[H] in 0..1 by sigmoid
type object = mask
source image : real[H]
module find[t: THING](image: real[H]) -> mask
module seek[t: THING](image: real[H]) -> mask
op a[c: COLOR]() -> mask = find[c](image)
op b[s: SHAPE]() -> mask = find[s](image)
op c[s: SHAPE]() -> mask = seek[s](image)
op d[s: SHAPE]() -> object = find[s](image)
op e(x: mask) -> mask = x
op f(x: object) -> mask = x
op g() -> mask = find[red](image)
op h[s: SHAPE, t: SHAPE]() -> mask = find[s](image)
op i[s: SHAPE, t: SHAPE]() -> mask = find[t](image)
layout question : mask
"""


def test_what_differs_in_body_types_or_words_is_of_another_class():
    classes = Classes(interface(OWN))
    assert {name: classes[name] for name in "abcdefghi"} == {**{name: name for name in "acdefghi"}, "b": "a"}
    assert classes["find"] == "find"
    assert classes["nothing"] == "nothing"


def test_what_waits_for_data_is_of_no_class_yet():
    text = """
dim H
vocab WORD from data
type mask = real[H] in 0..1 by sigmoid
type all  = real[WORD, H] in 0..1
source image : real[H]
module find[t: WORD](image: real[H]) -> mask
module seek[t: WORD](image: real[H]) -> mask
op one[w: WORD]() -> mask = find[w](image)
op two[w: WORD]() -> mask = seek[w](image)
op every() -> all = one[WORD]()
op each() -> all = two[WORD]()
layout question : all
"""
    classes = Classes(interface(text))
    assert (classes["every"], classes["each"]) == ("every", "each")
    classes = Classes(bind(interface(text), {"WORD": ["x", "y"]}))
    assert (classes["every"], classes["each"]) == ("every", "each")


def test_memory_of_faults_is_bounded(monkeypatch):
    monkeypatch.setattr(programs, "REMEMBERED", 5)
    checker = Checker(CLEVR, CLEVR.model())
    for number in range(20):
        assert checker.check(term(f"exist(x{number}())")).code == "NMT404"
        assert checker.check(term(f"exist(filter_color[x{number}](scene()))")).code == "NMT407"
    assert len(checker.skeletons) == 5 + 1
    assert len(checker._hints) == 5


# -- files


def test_on_error():
    wrong, right = record("exits(scene())", 0), record("exist(scene())", 1)
    checker = Checker(CLEVR, CLEVR.model())
    made = compile_programs([wrong, right], checker)
    assert (made.read, made.count, dict(made.reasons)) == (2, 1, {"NMT404": 1})
    assert [one.place for one in made.rejected] == ["q.json: question 0, node 1 (exits)"]
    made = compile_programs([wrong, right], checker, on_error="skip")
    assert (made.count, made.rejected, dict(made.reasons)) == (1, [], {"NMT404": 1})
    with pytest.raises(CompileError, match="NMT404"):
        compile_programs([right, wrong], checker, on_error="raise")


def test_a_warning_rejects_nothing():
    warning = Diagnostic("NMT501", "for instance")
    made = compile_programs([warning, record("exist(scene())")], Checker(CLEVR, CLEVR.model()))
    assert warning.severity == "warning"
    assert (made.read, made.count, made.warnings) == (1, 1, [warning])


def test_a_line_is_told_with_its_characters():
    text = "exist(filter_color[cube](scene()))"
    spans = read_term(text)[1]
    line = evolve(
        record(text), line=7, text=text, places=lambda _: [(span.start, span.end) for span in spans], file="a.txt"
    )
    (found,) = compile_programs([line], Checker(CLEVR, CLEVR.model())).rejected
    assert str(found.span) == "a.txt:7:7"
    assert found.span.text == "filter_color"


OPEN = """
use std.answer @ 1.0.0 { dist }
dim H
vocab LEAF from program at least 2 else unknown
vocab ANSWER from data at least 2 else unknown
vocab SURE = { yes, no }
source image : real[H]
target answers : ANSWER from dist[ANSWER] by nll
module find[w: LEAF](image: real[H]) -> dist[ANSWER]
module sure[w: LEAF](image: real[H]) -> dist[SURE]
op leaf[w: LEAF]() -> dist[ANSWER] = find[w](image)
layout question : dist[ANSWER]
"""


def test_words_that_count_as_unknown_are_counted():
    own = bind(interface(OPEN), {"LEAF": ["dog"], "ANSWER": ["yes", "no"]})
    given = [
        record("leaf[dog]()", answer="yes"),
        record("leaf[cat]()", answer="maybe"),
        record("leaf[cat]()", answers=("yes", "perhaps", "maybe")),
        record("leaf[unknown]()", answers=()),
    ]
    made = compile_programs(given, Checker(own))
    assert made.count == 4
    assert {name: (one.total, dict(one.words)) for name, one in made.unknown.items()} == {
        "LEAF": (2, {"cat": 2}),
        "ANSWER": (3, {"maybe": 2, "perhaps": 1}),
    }


def test_before_data_brings_words_any_is_taken_and_none_is_unknown():
    made = compile_programs([record("leaf[cat]()", answer="maybe")], Checker(interface(OPEN)))
    assert (made.count, made.unknown) == (1, {})


@pytest.mark.parametrize(("answers", "fits"), [(("red", "cube"), True), (("cube", "ball"), False), ((), True)])
def test_of_several_annotators_one_must_give_what_can_be_said(answers, fits):
    made = compile_programs([record("query_color(unique(scene()))", answers=answers)], Checker(CLEVR, CLEVR.model()))
    assert made.count == fits
    assert dict(made.reasons) == ({} if fits else {"NMT410": 1})
    if answers == ("red", "cube"):
        assert (made.unknown, dict(made.impossible["COLOR"].words)) == ({}, {"cube": 1})


def test_more_strange_words_than_are_told_apart(monkeypatch):
    from nmt.compiler import compiled

    monkeypatch.setattr(compiled, "MOST_WORDS", 3)
    unknown = compiled.Unknown()
    for word in "abcda":
        unknown.add(word)
    assert (unknown.total, dict(unknown.words)) == (5, {"a": 2, "b": 1, "c": 1})


def test_what_a_reader_could_only_guess_is_counted():
    given = [
        record("exist(scene())", fallback=what) for what in (True, ("head is",), ("head is", "leaf _thing"), (), None)
    ]
    made = compile_programs(given, Checker(CLEVR, CLEVR.model()))
    assert (made.fallback.total, dict(made.fallback.words)) == (3, {"head is": 2, "leaf _thing": 1})


def test_vocabularies_of_one_name_are_told_apart():
    strays = Strays()
    first, second = Dim("WORD", "a"), Dim("WORD", "b")
    strays.of(first).add("x")
    assert strays.keys() == {"WORD"}
    strays.of(second).add("y")
    strays.of(first).add("z")
    strays.of(Dim("OTHER", "b")).add("y")
    assert {name: dict(one.words) for name, one in strays.items()} == {
        "a.WORD": {"x": 1, "z": 1},
        "b.WORD": {"y": 1},
        "OTHER": {"y": 1},
    }


def test_of_many_warnings_the_first_are_kept(monkeypatch):
    monkeypatch.setattr(compiled, "MOST_WARNINGS", 3)
    warning = Diagnostic("NMT501", "for instance")
    made = compile_programs([warning] * 5, Checker(CLEVR, CLEVR.model()))
    assert (made.warned, made.warnings, made.read) == (5, [warning] * 3, 0)


# -- results and answers


TWO = Skeleton(("scene", "exist", "count"), ((), (0,), (0,)), (0, 0, 0))


def test_two_results_are_told():
    found = Checker(CLEVR, CLEVR.model()).check(Term(TWO, ()))
    assert (found.code, found.node, "two results" in found.message) == ("NMT435", 1, True)
    unread = Skeleton(("scene", "scene", "count"), ((), (), (0,)), (0, 0, 0))
    assert isinstance(Checker(CLEVR, CLEVR.model()).check(Term(unread, ())), Checked)


TARGETS = """
use std.answer @ 1.0.0 { dist }
dim H
vocab FAMILY = { a, b }
vocab ANSWER = { yes, no }
type mask = real[H] in 0..1 by sigmoid
source image : real[H]
module find[t: ANSWER](image: real[H]) -> mask
op look[t: ANSWER]() -> mask = find[t](image)
layout question : mask
"""


@pytest.mark.parametrize(
    ("names", "answer", "code"),
    [
        (("family", "answer"), "yes", None),
        (("family", "answer"), "a", "NMT410"),
        (("answers", "family"), "a", "NMT410"),
        (("family",), "a", None),
        (("family",), "yes", "NMT410"),
        (("other", "family"), "zebra", None),
    ],
)
def test_an_answer_is_held_to_the_target_of_answers(names, answer, code):
    over = {name: "ANSWER" if name.startswith("answer") else "FAMILY" for name in names}
    lines = [f"target {name} : {vocab} from dist[{vocab}] by nll" for name, vocab in over.items()]
    own = interface(TARGETS + "\n".join(lines))
    made = compile_programs([record("look[yes]()", answer=answer)], Checker(own, None))
    assert dict(made.reasons) == ({} if code is None else {code: 1})


def test_a_hint_on_templates_is_for_clevr_alone():
    (one, other) = (Checker(one, None).check(term("filter[a](x())")) for one in (CLEVR, interface(OWN)))
    assert "generator" not in one.help + other.help  # the first fault is that of `x`
    skeleton = Skeleton(("g", "filter"), ((), (0,)), (0, 4))
    assert "generator" not in Checker(interface(OWN), None).check(Term(skeleton, ("a",) * 4)).help
    skeleton = Skeleton(("scene", "filter"), ((), (0,)), (0, 4))
    assert "generator" in Checker(CLEVR, None).check(Term(skeleton, ("a",) * 4)).help


# -- as text


@pytest.mark.parametrize("depth", [3, 60, 100_000])
def test_a_program_as_text_is_bounded(depth):
    shared = Skeleton(("g", *["and"] * depth), ((), *[(at, at) for at in range(depth)]), (0,) * (depth + 1))
    text = str(Term(shared, ()))
    assert text.startswith("and(and(and(")
    assert text == "and(and(and(g(), g()), and(g(), g())), and(and(g(), g()), and(g(), g())))" or depth > 3
    assert len(text) <= LONGEST + 1
    assert text.endswith("…" if depth > 3 else ")")


def test_what_is_no_program_is_shown_all_the_same():
    assert str(Term(Skeleton((), (), ()), ())) == ""
    assert str(Term(Skeleton(("a",), ((5,),), (0,)), ())) == "a(node 5)"
    assert len(str(Term(Skeleton(("a",), ((0,),), (0,)), ()))) == LONGEST + 1
