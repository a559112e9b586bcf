"""SHAPES: queries as programs, as symbols, and back again."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.diagnostics import CompileError, Diagnostic, render
from nmt.compiler.frontends.files import Input
from nmt.compiler.frontends.format import Options
from nmt.compiler.frontends.lines_told import told
from nmt.compiler.frontends.shapes_query import FORMATS, symbols
from nmt.compiler.frontends.terms_text import read_term
from nmt.compiler.strategies import from_interface
from nmt.compiler.terms import Record
from nmt.loading import load_checked

SHAPES, SYMBOLS = FORMATS
INTERFACE = load_checked("shapes")


def lines(tmp_path, text: str, kind=SHAPES):
    (tmp_path / "a").write_text(text, encoding="utf-8")
    return list(kind.read(Input.of(tmp_path / "a"), Options()))


QUERIES = [
    (
        "(is green (left_of red))",
        "yesno[is](and(leaf[green](), rel[left_of](leaf[red]())))",
        "_Find _Find _Transform _And _Answer",
    ),
    (
        "(is red (above (right_of square)))",
        "yesno[is](and(leaf[red](), rel[above](rel[right_of](leaf[square]()))))",
        "_Find _Find _Transform _Transform _And _Answer",
    ),
    ("(is red circle)", "yesno[is](and(leaf[red](), leaf[circle]()))", "_Find _Find _And _Answer"),
    ("(is circle)", "yesno[is](leaf[circle]())", "_Find _Answer"),
    ("(is (above a) b)", "yesno[is](and(rel[above](leaf[a]()), leaf[b]()))", "_Find _Transform _Find _And _Answer"),
]


@pytest.mark.parametrize(("text", "term", "layout"), QUERIES)
def test_queries(tmp_path, text, term, layout):
    (record,) = lines(tmp_path, text)
    assert str(record.term) == term
    assert symbols(record.term) == tuple(layout.split())
    assert "".join(SHAPES.write([record])) == f"{text}\n"
    assert record.span(len(record.term.skeleton.ops) - 1).text == text


def test_layouts_are_written_as_they_are_published(tmp_path):
    found = lines(tmp_path, "\n".join(text for text, _, _ in QUERIES))
    text = "".join(SYMBOLS.write(found))
    assert text == json.dumps([layout.split() for _, _, layout in QUERIES])
    assert [str(record.term) for record in lines(tmp_path, text, SYMBOLS)][2] == "answer(and(find(), find()))"
    assert "".join(SYMBOLS.write([])) == "[]"


BROKEN = [
    ("(is a b c)", 1, "NMT424"),
    ("(is)", 1, "NMT424"),
    ("(is a (above b c))", 7, "NMT424"),
    ("(is (and a b))", 6, "NMT424"),
    ("(what a)", 2, "NMT422"),
    ("red", 1, "NMT422"),
    ("(is a);(is b)", 7, "NMT423"),
    ("(is a", 1, "NMT420"),
    ("", 1, "NMT421"),
]


@pytest.mark.parametrize(("text", "column", "code"), BROKEN)
def test_what_is_wrong_is_told_to_the_column(tmp_path, text, column, code):
    fault, after = lines(tmp_path, f"{text}\n(is a b)\n")
    assert isinstance(fault, Diagnostic)
    assert fault.code == code
    assert f"a:1:{column}: {code}" in render(fault)
    assert after.line == 2


def test_a_line_without_parentheses(tmp_path):
    (fault,) = lines(tmp_path, "is red")
    assert "a:1:1: NMT422 the line is not in parentheses" in render(fault)
    assert "help: write `(is ...)`" in render(fault)


@settings(max_examples=80)
@given(from_interface(INTERFACE, max_depth=5, sharing=False))
def test_what_can_be_held_reads_back_equal(tmp_path_factory, term):
    ops, inputs = term.skeleton.ops, term.skeleton.inputs
    fits = (
        not {"find", "move"} & {*ops}
        and "and" not in ops[:-2]
        and ops[-1] == "yesno"
        and set(inputs[-1]) == {len(ops) - 2}
    )
    if fits:
        assert lines(tmp_path_factory.mktemp("s"), "".join(SHAPES.write([Record(0, term)])))[0].term == term
    else:
        with pytest.raises(CompileError, match="NMT415"):
            "".join(SHAPES.write([Record(0, term)]))


@pytest.mark.parametrize(
    "text", ["yesno[exists](leaf[a]())", "leaf[a]()", "yesno[is](leaf())", "yesno[is](leaf['a b']())"]
)
def test_what_cannot_be_held_is_told(text):
    term = read_term(text.replace("'", '"'))[0]
    with pytest.raises(CompileError, match="NMT415 `shapes` cannot hold"):
        "".join(SHAPES.write([Record(0, term)]))
    if "exists" not in text:
        return
    with pytest.raises(
        CompileError, match="NMT415 `shapes-symbols` cannot hold the program: no symbol stands for `find`"
    ):
        "".join(SYMBOLS.write([Record(0, read_term("yesno[is](find())")[0])]))


@settings(max_examples=80)
@given(st.lists(st.sampled_from(["(", ")", ";", " ", "is", "above", "red", "\u00e9"])))
def test_any_line_is_read_or_told(tmp_path_factory, parts):
    for one in lines(tmp_path_factory.mktemp("s"), "".join(parts)):
        assert render(one) if isinstance(one, Diagnostic) else told(one.text.encode()) in {"shapes", "sps2"}
