"""Lemmas, relations, trees: what the tables say."""

import pytest

from nmt.compiler.frontends.layouts.tables import category, lemma, plain, relation
from nmt.compiler.frontends.layouts.trees import edges_of


@pytest.mark.parametrize(
    ("word", "kind", "found"),
    [
        ("Dogs", "noun", "dog"),
        ("buses", "noun", "bus"),
        ("glass", "noun", "glass"),
        ("boxes", "noun", "box"),
        ("benches", "noun", "bench"),
        ("ladies", "noun", "lady"),
        ("men", "noun", "man"),
        ("vases", "noun", "vase"),
        ("tennis", "noun", "tennis"),
        ("is", "noun", "is"),
        ("made", "verb", "make"),
        ("shown", "verb", "show"),
        ("sitting", "verb", "sit"),
        ("riding", "verb", "ride"),
        ("holding", "verb", "hold"),
        ("making", "verb", "make"),
        ("looked", "verb", "look"),
        ("raised", "verb", "raise"),
        ("plays", "verb", "play"),
        ("'s", "verb", "be"),
        ("Was", "modal", "be"),
        ("bigger", "adjective", "big"),
        ("red", "adjective", "red"),
        ("1,000", "number", "1000"),
        ("1,00", "number", "1,00"),
    ],
)
def test_lemmas(word, kind, found):
    assert lemma(word, kind) == found


@pytest.mark.parametrize(
    ("labels", "name", "role", "preposition"),
    [
        ("sd", "prep_behind", "mod", "behind"),
        ("sd", "prepc_after", "clause", ""),
        ("sd", "agent", "mod", "by"),
        ("sd", "nn", "compound", ""),
        ("sd", "conj_and", "conj", ""),
        ("ud1", "nmod:in_front_of", "mod", "in_front_of"),
        ("ud1", "nmod:poss", "poss", ""),
        ("ud1", "nmod:agent", "mod", "by"),
        ("ud2", "obl:on", "mod", "on"),
        ("ud2", "nsubj:pass", "subj", ""),
        ("ud2", "acl:to", "clause", ""),
        ("clear", "agent", "prep", ""),
        ("clear", "ROOT", "root", ""),
        ("ud2", "nn", "dep", ""),
        ("none", "nsubj", "dep", ""),
    ],
)
def test_relations(labels, name, role, preposition):
    found = relation(labels, name)
    assert (found.role, found.preposition) == (role, preposition)
    assert found.known == (role != "dep")


def test_categories():
    tags = {"NNPS": "noun", "VBG": "verb", "WP$": "wh", "PRP$": "pronoun", ".": "other", "": "other", "MD": "modal"}
    assert {tag: category(tag) for tag in tags} == tags
    assert plain("T-Shirt") == "t-shirt"


def test_a_tree_becomes_edges():
    edges = edges_of("(ROOT (SQ (VBZ Is) (NP (DT the) (NN car)) (VP (VBN shown)) (. ?)))")
    assert set(edges) == {("aux", 4, 1), ("det", 3, 2), ("subj", 4, 3), ("root", 0, 4), ("punct", 4, 5)}


@pytest.mark.parametrize("tree", ["", "(", ")", "()", "(())", "((((", "(NP", "NN dog", "(-NONE- *)", "(NP (-NONE- *))"])
def test_no_tree_no_edges(tree):
    assert len(edges_of(tree)) <= 1


def test_a_deep_tree():
    deep = "(NP " * 5000 + "(NN dog)" + ")" * 5000
    assert edges_of(deep) == (("root", 0, 1),)
