"""n2nmn's layouts as `.sp` lines, prefix and postfix tokens: read, told, written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.check import check
from nmt.compiler.diagnostics import CompileError, Diagnostic, render
from nmt.compiler.frontends.files import Input
from nmt.compiler.frontends.format import Options
from nmt.compiler.frontends.lines_modules import MODULES, name_of, token_of
from nmt.compiler.frontends.n2nmn import FORMATS
from nmt.compiler.frontends.terms_text import read_term
from nmt.compiler.source import Source
from nmt.compiler.strategies import from_interface
from nmt.compiler.terms import Record

SP, PREFIX, POSTFIX = FORMATS
INTERFACE, FOUND = check(
    Source(
        "layouts.nmt",
        """package layouts @ 1.0.0
dim H
type mask  = real[H] in 0..1 by sigmoid
type truth = real in 0..1 by sigmoid
module find() -> mask
module scene() -> mask
module and(a: mask, b: mask) -> mask
module relate(x: mask) -> mask
module find_same_property(x: mask) -> mask
module describe(x: mask) -> truth
module is(x: mask) -> truth
module less_num(a: mask, b: mask) -> truth
layout question : truth
""",
    ),
    (),
)
assert INTERFACE is not None, FOUND


def read(folder, text: str, kind):
    (folder / "a").write_text(text, encoding="utf-8")
    return list(kind.read(Input.of(folder / "a"), Options()))


def written(kind, *records) -> str:
    return "".join(kind.write(records))


PROGRAMS = [
    (
        "(describe (and find (relate find)))",
        "describe(and(find(), relate(find())))",
        "_Describe _And _Find _Relate _Find",
        "_Find _Find _Relate _And _Describe",
    ),
    ("(is find)", "is(find())", "_Is _Find", "_Find _Is"),
    (
        "(equal_num (count scene) (count (find_same_property find)))",
        "equal_num(count(scene()), count(find_same_property(find())))",
        "_EqualNum _Count _Scene _Count _FindSameProperty _Find",
        "_Scene _Count _Find _FindSameProperty _Count _EqualNum",
    ),
    ("find", "find()", "_Find", "_Find"),
]


@pytest.mark.parametrize(("line", "term", "prefix", "postfix"), PROGRAMS)
def test_programs(tmp_path, line, term, prefix, postfix):
    listed = json.dumps([postfix.split()])
    for kind, text in ((SP, f"{line}\n"), (PREFIX, f"{prefix}\n"), (POSTFIX, listed)):
        (record,) = read(tmp_path, text, kind)
        assert str(record.term) == term
        assert written(kind, record) == text
        assert [written(other, record) for other in FORMATS] == [f"{line}\n", f"{prefix}\n", listed]


@pytest.mark.parametrize(
    "text", ["_Describe _And _Find _Find", "describe and find find", "Describe And Find Find <eos> <eos>"]
)
def test_spellings_of_tokens(tmp_path, text):
    (line,) = read(tmp_path, text, PREFIX)
    (listed,) = read(tmp_path, f"\ufeff [ {json.dumps(text.split())} ]\n", PREFIX)
    assert line.term == listed.term == read_term("describe(and(find(), find()))")[0]
    assert line.span(0).text in {"_Find", "find", "Find"}
    assert line.span(3).text in {"_Describe", "describe", "Describe"}
    assert listed.span(0) is None
    assert listed.place.endswith("question 0")


def test_names_and_tokens_are_each_others():
    assert {name_of(token_of(name)) for name in MODULES} == MODULES.keys()
    assert token_of("find_same_property") == "_FindSameProperty"


def test_programs_are_read_once(tmp_path):
    found = read(tmp_path, "(is find)\n" * 3 + "(describe find)\n", SP)
    assert [record.number for record in found] == [0, 1, 2, 3]
    assert len({id(record.term) for record in found}) == 2


BROKEN = [
    (SP, "(describe (and find fnd))", 21, "NMT425", "did you mean `find`?"),
    (SP, "(descrbe find)", 2, "NMT425", "did you mean `describe`?"),
    (SP, "(describe (and find))", 11, "NMT424", ""),
    (SP, "(describe find find)", 1, "NMT424", ""),
    (SP, "(describe and)", 11, "NMT424", ""),
    (SP, "(describe find) find", 17, "NMT423", "one program stands on a line"),
    (SP, "(is find);(is find)", 10, "NMT423", ""),
    (SP, "(describe (find", 11, "NMT420", ""),
    (SP, "", 1, "NMT421", ""),
    (PREFIX, "_Describe _And _Find", 11, "NMT424", ""),
    (PREFIX, "_Describe _Find _Find", 17, "NMT423", ""),
    (PREFIX, "_Describe _Fnd", 11, "NMT425", "did you mean `find`?"),
    (PREFIX, "<eos>", 1, "NMT421", ""),
    (PREFIX, "_Is <eos> _Find", 5, "NMT425", ""),
    (POSTFIX, "_Find _And _Describe", 7, "NMT424", ""),
    (POSTFIX, "_Find _Find _Describe", 1, "NMT423", ""),
    (POSTFIX, "_Describe", 1, "NMT424", ""),
    (POSTFIX, "_Xyzzy", 1, "NMT425", "there are scene, find,"),
]


@pytest.mark.parametrize(("kind", "text", "column", "code", "help_"), BROKEN)
def test_what_is_wrong_is_told_to_the_column(tmp_path, kind, text, column, code, help_):
    good = {SP: "(is find)", PREFIX: "_Is _Find", POSTFIX: "_Find _Is"}[kind]
    _, fault, after = read(tmp_path, f"{good}\n{text}\n{good}", kind)
    assert isinstance(fault, Diagnostic)
    assert fault.code == code
    assert str(fault.span).endswith(f"a:2:{column}")
    assert fault.help.startswith(help_)
    assert render(fault)
    assert after.number == 2


def test_what_is_wrong_with_a_record_of_json(tmp_path):
    text = '[["_Find", "_Is"], {"a": 1}, ["_Find", 5], ["_Find", "_Fnd", "_Is"], [], ["_Find", "_Is"]]'
    found = read(tmp_path, text, POSTFIX)
    assert [one.code if isinstance(one, Diagnostic) else one.number for one in found] == [
        0,
        "NMT426",
        "NMT426",
        "NMT425",
        "NMT421",
        5,
    ]
    assert found[3].place.endswith("a: question 3, token 1")
    with pytest.raises(CompileError, match="NMT402"):
        read(tmp_path, text[:40], POSTFIX)


@settings(max_examples=80)
@given(from_interface(INTERFACE, max_depth=6, sharing=False))
def test_what_is_written_reads_back_equal(tmp_path_factory, term):
    for kind in FORMATS:
        (record,) = read(tmp_path_factory.mktemp("n"), written(kind, Record(0, term)), kind)
        assert record.term == term


@pytest.mark.parametrize(
    "text", ["exist(filter_color[red](scene()))", "describe(find[red]())", "and(find())", "leaf()"]
)
@pytest.mark.parametrize("kind", FORMATS)
def test_what_cannot_be_held_is_told(kind, text):
    with pytest.raises(CompileError, match=f"NMT415 `{kind.name}` cannot hold the program"):
        written(kind, Record(0, read_term(text)[0]))


def test_an_empty_list():
    assert written(POSTFIX) == "[]"


def test_nesting_of_any_depth(tmp_path):
    depth = 20_000
    for kind, text in (
        (SP, f"{'(relate ' * depth}find{')' * depth}\n"),
        (PREFIX, "_Relate " * depth + "_Find\n"),
        (POSTFIX, json.dumps([["_Find", *["_Relate"] * depth]])),
    ):
        (record,) = read(tmp_path, text, kind)
        assert len(record.term.skeleton.ops) == depth + 1
        assert written(kind, record) == text


@settings(max_examples=80)
@given(st.lists(st.sampled_from(["(", ")", ";", " ", "find ", "and ", "_And ", "is ", "<eos> ", "_", "\u00e9"])))
def test_any_line_is_read_or_told(tmp_path_factory, parts):
    for kind in FORMATS:
        for one in read(tmp_path_factory.mktemp("n"), "".join(parts), kind):
            assert render(one) if isinstance(one, Diagnostic) else len(one.places(one)) == len(one.term.skeleton.ops)
