"""Sentences of one question are joined."""

import pytest
from attrs import evolve

from nmt.compiler.frontends.layouts import join, layout_of
from nmt.compiler.frontends.parses.parse import Parse


def test_joined_copies_and_roots():
    first = Parse(("a", "b"), (("root", 0, 1), ("conj", 1, 3), ("dep", 3, 2)), copies={3: 1}, tags=("X", "Y"))
    second = Parse(("c",), (("root", 0, 1),), lemmas=("c",))
    made = join([first, second])
    assert made.words == ("a", "b", "c")
    assert made.edges == (("root", 0, 1), ("conj", 1, 4), ("dep", 4, 2), ("parataxis", 1, 3))
    assert (made.copies, made.tags, made.lemmas) == ({4: 1}, (), ())
    assert join([first]) is first


@pytest.mark.parametrize("text", ["(ROOT (NP (NN dog)))"])
def test_joined_trees(text):
    made = join([Parse(("dog",), tree=text, tags=("NN",)), Parse(("dog",), tree=text, tags=("NN",))])
    assert [item.number for item in layout_of(made, "nmn").items] == [1, 2]


def test_words_that_a_file_leaves_out():
    # The relation says which preposition stands before its noun.
    gaps = Parse(("What", "is", "", "", "bed", "?"), (("root", 0, 2), ("prep_on", 2, 5)), labels="sd")
    assert str(layout_of(gaps, "n2nmn").term) == "other[describe](rel[on](leaf[bed]()))"
    of = Parse(("What", "is", "the", "color", "", "", "bus"), (("root", 0, 2), ("nsubj", 2, 4), ("prep_of", 4, 7)))
    assert layout_of(of, "nmn").head == "what"
    assert layout_of(evolve(of, labels="sd"), "nmn").head == "color"
