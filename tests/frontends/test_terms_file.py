"""Plain terms, one a line."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.diagnostics import CompileError, Diagnostic, render
from nmt.compiler.frontends.files import Input
from nmt.compiler.frontends.format import Options
from nmt.compiler.frontends.terms_file import FORMATS
from nmt.compiler.frontends.terms_text import read_term
from nmt.compiler.strategies import from_interface
from nmt.compiler.terms import Record, Skeleton, Term
from nmt.loading import load_checked

(TERMS,) = FORMATS
CLEVR = load_checked("clevr")


def read(folder, text: str):
    (folder / "a.txt").write_bytes(text.encode())
    return list(TERMS.read(Input.of(folder / "a.txt"), Options()))


def written(*terms: Term) -> str:
    return "".join(TERMS.write(Record(number, term) for number, term in enumerate(terms)))


def test_terms_comments_and_empty_lines(tmp_path):
    text = '# programs\r\nexist(filter_color[red](scene()))\r\n\r\n  # more\r\nscene\r\nyesno[is](leaf["dark blue"]())'
    first, second, third = read(tmp_path, text)
    assert str(first.term) == "exist(filter_color[red](scene()))"
    assert (second.number, second.line, str(second.term)) == (1, 5, "scene()")
    assert third.term.words == ("dark blue", "is")
    assert first.span(1).text == "filter_color"
    assert str(third.span(1)).endswith("a.txt:6:1")


def test_what_is_wrong_is_told_to_the_column(tmp_path):
    found = read(tmp_path, "exist(scene())\n\nexist(scene()\nexist(]\n42()\na() b\nscene()\n")
    faults = [one for one in found if isinstance(one, Diagnostic)]
    assert [str(fault.span).rpartition("a.txt:")[2] for fault in faults] == ["3:14", "4:7", "5:1", "6:5"]
    assert {fault.code for fault in faults} == {"NMT403"}
    assert [one.number for one in found if isinstance(one, Record)] == [0, 5]


@settings(max_examples=50)
@given(from_interface(CLEVR, sharing=False))
def test_what_is_written_reads_back_equal(tmp_path_factory, term):
    assert written(term) == f"{term}\n"
    assert [record.term for record in read(tmp_path_factory.mktemp("t"), written(term, term))] == [term, term]


@settings(max_examples=50)
@given(from_interface(CLEVR))
def test_what_is_used_twice_is_written_twice(tmp_path_factory, term):
    (record,) = read(tmp_path_factory.mktemp("t"), written(term))
    assert str(record.term) == str(term)


@settings(max_examples=120)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters='"\n\0'), max_size=6), min_size=1, max_size=3))
def test_any_words_read_back_equal(tmp_path_factory, words):
    term = Term(Skeleton(("leaf",), ((),), (len(words),)), tuple(words))
    (record,) = read(tmp_path_factory.mktemp("t"), written(term))
    assert record.term == term


@pytest.mark.parametrize(
    "term",
    [
        Term(Skeleton(("leaf",), ((),), (1,)), ('a"b',)),
        Term(Skeleton(("leaf",), ((),), (1,)), ("a\nb",)),
        Term(Skeleton(("leaf",), ((),), (1,)), ("\ud800",)),
        Term(Skeleton(("leaf",), ((),), (1,)), ("\0",)),
        Term(Skeleton(("choose color",), ((),), (0,)), ()),
        Term(Skeleton((), (), ()), ()),
        Term(Skeleton(("f", "g"), ((1,), ()), (0, 0)), ()),
        Term(Skeleton(("f",), ((0,),), (0,)), ()),
        Term(Skeleton(("f",), ((-1,),), (0,)), ()),
        Term(Skeleton(("a", *["and"] * 60), ((), *((node, node) for node in range(60))), (0,) * 61), ()),
    ],
)
def test_what_cannot_be_held_is_told(term):
    with pytest.raises(CompileError, match="NMT415 `terms` cannot hold the program"):
        written(term)


def test_nesting_of_any_depth_in_linear_time(tmp_path):
    took = []
    for depth in (2_000, 20_000):
        start = time.monotonic()
        text = "f(" * depth + "g()" + ")" * depth + "\n"
        (record,) = read(tmp_path, text)
        assert len(record.term.skeleton.ops) == depth + 1
        assert written(record.term) == text
        took.append(time.monotonic() - start)
    assert took[1] < 40 * took[0] + 1
    (fault,) = read(tmp_path, "f(" * depth)
    assert fault.code == "NMT403"


@settings(max_examples=120)
@given(st.lists(st.sampled_from(["(", ")", "[", "]", ",", " ", "f", "and", "1", '"', "#", "\u00e9", "\n", "\u2028"])))
def test_any_text_is_read_or_told(tmp_path_factory, parts):
    for one in read(tmp_path_factory.mktemp("t"), "".join(parts)):
        if isinstance(one, Diagnostic):
            assert render(one)
        else:
            assert read_term(one.text)[0] == read_term(str(one.term))[0] == one.term
            assert len(one.places(one)) == len(one.term.skeleton.ops)
