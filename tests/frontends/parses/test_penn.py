"""Penn trees: words and tags, one tree on a line or over several."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.diagnostics import Diagnostic, render
from nmt.compiler.frontends.parses import Given, Parse, kind_of
from nmt.compiler.frontends.parses.penn import read_penn

TREE = "(ROOT (SQ (VBZ Is) (NP (PRP it)) (ADJP (JJ wet)) (. ?)))"
INDENTED = "(ROOT\n  (SQ (VBZ Is)\n    (NP (PRP it))\n    (ADJP (JJ wet))\n    (. ?)))"


def read(text):
    return list(read_penn(Given(text, "a.mrg")))


def test_one_line_and_indented_give_the_same():
    (line,), (indented,) = read(TREE), read(INDENTED)
    assert line == indented == Parse(("Is", "it", "wet", "?"), (), ("VBZ", "PRP", "JJ", "."), tree=TREE, line=1)
    assert kind_of(Given(TREE)) == kind_of(Given(INDENTED)) == "penn"


def test_many_trees_with_or_without_lines_between():
    for text in (f"{TREE}\n{TREE}\n{INDENTED}\n", f"{INDENTED}\n\n{TREE}\n\n\n{TREE}"):
        assert [parse.number for parse in read(text)] == [0, 1, 2]
        assert {parse.tree for parse in read(text)} == {TREE}


def test_escapes_empty_elements_and_an_empty_label():
    (parse,) = read("( (S (NP-SBJ (-NONE- *T*-1)) (VP (-LRB- -LRB-) (CD 1\\/2) (CD 1\u00a03/4) (-RRB- -RRB-))) )")
    assert parse.words == ("(", "1/2", "1\u00a03/4", ")")
    assert parse.tags == ("-LRB-", "CD", "CD", "-RRB-")


BROKEN = [
    ("NMT447", "(ROOT (SQ (VBZ Is) (NP (PRP it))"),
    ("NMT447", "(ROOT (SQ (VBZ Is)))) "),
    ("NMT447", "(ROOT (SQ (VBZ Is)) it)"),
    ("NMT447", "(ROOT ())"),
    ("NMT447", "(ROOT (A a)) (ROOT (A a))"),
    ("NMT447", "Is it wet ?"),
    ("NMT447", "(ROOT (NP the (NN dog)))"),
    ("NMT447", "(ROOT (NN the dog))"),
    ("NMT447", "(ROOT (NN))"),
    ("NMT447", "nsubj(a-1, b-2)"),
    ("NMT447", "(A " * 1200 + "(B b)" + ")" * 1200),
    ("NMT444", "(())"),
    ("NMT444", "()"),
]


@pytest.mark.parametrize(("code", "text"), BROKEN, ids=lambda text: text[:30])
def test_what_is_broken_is_told_with_its_line_and_the_rest_goes_on(code, text):
    found = read(f"{TREE}\n{text}\n{TREE}\n")
    assert [type(made) for made in found] == [Parse, Diagnostic, Parse]
    assert render(found[1]).startswith(f"a.mrg:2:1: {code} ")
    assert found[2].number == 2


def test_an_indented_tree_that_is_not_closed_costs_no_other():
    found = read(f"{INDENTED[:-3]}\n\n{INDENTED}\n")
    assert [type(made) for made in found] == [Diagnostic, Parse]


def test_endless_input_is_told_in_bounded_memory():
    found = read("(A " * 500_000 + "\n" + TREE + "\n" + "(A\n" * 3 + "  (B\n" * 250_000)
    assert isinstance(found[1], Parse)
    assert all(isinstance(made, Diagnostic) for made in (found[0], *found[2:]))


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["(", ")", "(NN ", "dog", " ", "\n", "(())", TREE]), max_size=30))
def test_any_brackets_give_parses_or_diagnostics(pieces):
    for parse in read("".join(pieces)):
        assert isinstance(parse, Diagnostic) or len(parse.words) == len(parse.tags)


def test_layouts_and_terms_are_no_trees():
    for text in ("(is dog)", "(describe (and find find))", "(_what _thing)", "exist(scene())", "( red ) bed", "(A B)"):
        assert kind_of(Given(text)) is None
