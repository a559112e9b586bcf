"""Any parse, written in any form that can hold it, reads back equal; and the quick way reads what the slow one does."""

from __future__ import annotations

import contextlib
from itertools import pairwise

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.diagnostics import CompileError
from nmt.compiler.frontends.parses import KINDS, Given, Parse, kind_of, read_parses, write_conllu, write_stanford
from nmt.compiler.frontends.parses.graphs import circle_of, reached
from nmt.compiler.frontends.parses.labels import Labels, labels_of
from nmt.compiler.frontends.parses.stanford_edges import Heading, parse_of
from nmt.compiler.frontends.parses.stanford_quick import Quick

WORDS = "is dog red's t-shirt ( ) - 1,000 -5 1/2 a-1 , ' '' caf\u00e9 it/he x' : and/or O'Hara-2 ."
WORD = st.sampled_from(WORDS.split(" "))
RELATION = st.sampled_from(["det", "nsubj", "obl:near", "conj:1/2", "aux:pass", "advmod", "dep", "acl:relcl"])
TAG = st.sampled_from(["NN", "VBZ", "DT", "JJ", ".", "-LRB-", "PRP$", "''"])


@st.composite
def made(draw, copies=True, several=True):
    """A parse in the order in which files hold edges: every word once, then more, then copies."""
    size = draw(st.integers(1, 8))
    words = tuple(draw(WORD) for _ in range(size))
    root = draw(st.integers(1, size))
    order = [root, *draw(st.permutations([number for number in range(1, size + 1) if number != root]))]
    edges = {(("root", 0, root))}
    for place, number in enumerate(order[1:], 1):
        edges.add((draw(RELATION), order[draw(st.integers(0, place - 1))], number))
    copied = {}
    if copies:
        originals = sorted(draw(st.lists(st.integers(1, size), max_size=2)))
        copied = {size + place: number for place, number in enumerate(originals, 1)}
        edges |= {("conj:and", number, copy) for copy, number in copied.items()}
    if several:
        everything = st.integers(1, size + len(copied))
        edges |= set(draw(st.lists(st.tuples(RELATION, everything, everything), max_size=3)))
    edges = tuple(sorted(edges, key=lambda edge: (edge[2], edge[1], edge[0])))
    tags = tuple(draw(TAG) for _ in range(size)) if draw(st.booleans()) else ()
    lemmas = tuple(f"{word.lower()}x" for word in words) if draw(st.booleans()) else ()
    tree = "(S " + " ".join(f"(NN {number})" for number in range(size)) + ")" if draw(st.booleans()) else ""
    return Parse(words, edges, tags, lemmas, copied, labels_of(edge[0] for edge in edges), "", tree)


def back(text, kind):
    """What was read, as `made` makes it."""
    (parse,) = read_parses(Given(text), kind)
    assert isinstance(parse, Parse), parse
    return attrs.evolve(parse, line=0)


@settings(max_examples=80)
@given(made())
def test_stanford_reads_back_equal(parse):
    expected = attrs.evolve(parse, tags=parse.tags or (("NN",) * len(parse.words) if parse.tree else ()))
    assert back(write_stanford(parse), "stanford") == expected


@settings(max_examples=60)
@given(made())
def test_conllu_reads_back_equal(parse):
    expected = attrs.evolve(parse, tree="", text="Is it so ?")
    assert back(write_conllu(attrs.evolve(parse, text="Is it so ?")), "conllu") == expected


@settings(max_examples=25)
@given(st.lists(made(), min_size=1, max_size=4))
def test_files_of_several_read_back_equal(parses):
    for write, kind in ((write_stanford, "stanford"), (write_conllu, "conllu")):
        found = list(read_parses(Given("".join(map(write, parses))), kind))
        assert [(parse.words, parse.edges) for parse in found] == [(parse.words, parse.edges) for parse in parses]
        assert [parse.number for parse in found] == list(range(len(parses)))


@settings(max_examples=60)
@given(made(copies=False), st.booleans())
def test_the_quick_way_reads_what_the_slow_one_does(parse, headed):
    edges = write_stanford(attrs.evolve(parse, tree="")).split("\n\n")[1]
    heading = Heading(1, parse.words, ()) if headed else None
    labels = labels_of(edge[0] for edge in parse.edges)
    quick = Quick(Labels(labels)).parse(edges, heading, 0, 1)
    assert quick is not None or len(parse.edges) > len(parse.words)
    assert quick is None or quick == parse_of(edges, heading, Labels(labels), 0, 1)


def test_the_slow_way_is_seldom_needed():
    quick = Quick(Labels("sd"))
    assert quick.parse("root(ROOT-0, a-1)\ndep(a-1, b-2)", Heading(1, ("a", "b"), ()), 0, 1) is not None
    for odd in (
        "det(a-1, b-2)",
        "root(ROOT-0, a-1)\nx(b-2, b-2)",
        "root(ROOT-0, a-9)",
        "root(ROOT-0, a-1')",
        "root(ROOT-0 a-1)",
    ):
        assert quick.parse(odd, Heading(1, ("a", "b"), ()), 0, 1) is None


@settings(max_examples=80)
@given(st.lists(st.tuples(st.just("dep"), st.integers(0, 6), st.integers(1, 6))))
def test_a_circle_is_one_and_is_found_where_there_is_one(edges):
    circle = circle_of(edges)
    pairs = {(above, below) for _, above, below in edges}
    if circle:
        assert circle[0] == circle[-1]
        assert all(pair in pairs for pair in pairwise(circle))
        assert reached(edges).isdisjoint(circle)
    else:
        left = {number for pair in pairs for number in pair} - reached(edges)
        while left:  # words that hang on nothing can be taken away, one by one
            free = {one for one in left if not any(below == one and above in left for above, below in pairs)}
            assert free
            left -= free


def test_what_a_form_cannot_hold_is_refused():
    with pytest.raises(CompileError, match="NMT415"):
        write_stanford(Parse(("a b",), (("root", 0, 1),)))
    with pytest.raises(CompileError, match="NMT415"):
        write_conllu(Parse(("a\tb",), (("root", 0, 1),)))


LABELS = [
    ("sd", "nsubjpass auxpass det root prep_of"),
    ("sd", "root det attr nsubj prep pobj"),
    ("sd", "root nn dobj"),
    ("ud1", "root nsubjpass nmod:agent case"),
    ("ud1", "root dobj compound det"),
    ("ud2", "root obl:in case nsubj"),
    ("ud2", "root nsubj:pass"),
    ("ud2", "root obj"),
    ("clear", "root attr prep pobj compound"),
    ("clear", "root dobj relcl"),
]


@pytest.mark.parametrize(("labels", "relations"), LABELS)
def test_relations_tell_their_set(labels, relations):
    assert labels_of(relations.split()) == labels
    assert labels_of(["nsubj", "det"], labels) == labels  # what does not tell changes nothing


def test_the_head_of_a_file_decides_for_sentences_that_do_not_tell():
    plain = "it rains\n\nnsubj(rains-2, it-1)\nroot(ROOT-0, rains-2)\n\n"
    telling = "it has it\n\nnsubj(has-2, it-1)\nroot(ROOT-0, has-2)\n{}(has-2, it-3)\n\n"
    for relation, labels in (("dobj", "sd"), ("obj", "ud2"), ("nn", "sd"), ("nmod:x", "ud2")):
        text = plain + telling.format(relation) + plain
        assert [parse.labels for parse in read_parses(Given(text))] == [labels] * 3
    # Behind the head, a sentence that another set alone explains turns the rest.
    later = plain * 2000 + telling.format("nn") + plain
    assert [parse.labels for parse in read_parses(Given(later))][-3:] == ["ud2", "sd", "sd"]


@pytest.mark.parametrize("kind", ["stanford", "conllu", "corenlp", "penn"])
def test_any_bytes_give_parses_or_diagnostics(kind):
    pieces = [
        b"\n",
        b"\n\n",
        b" ",
        b"\t",
        b"(",
        b")",
        b"a-1",
        b", ",
        b"0\t",
        b'{"sentences": [',
        b"{",
        b"\xff",
        b"\xc2\xa0",
        b"\r",
    ]

    @settings(max_examples=60)
    @given(st.lists(st.sampled_from(pieces) | st.binary(max_size=3), max_size=40))
    def check(found):
        content = b"".join(found)
        with contextlib.suppress(CompileError):  # UTF-16, or lines that end in CR alone
            assert list(read_parses(Given(content), kind)) is not None

    check()


@pytest.mark.parametrize(
    "piece", ["\n", " ", "(", "( ", ")", "'", "-1", "a(b-1, ", "\t", "1\t", "#\n", '"', "{", "[", "\\", "a\n"]
)
def test_no_text_takes_long(piece):
    """Patterns that go back and forth would hang here."""
    for start in ("", "(", "a(", "# text", "1\tx", '{"sentences": [', "root(ROOT-0, "):
        source = Given(start + piece * (40_000 if "\n" not in piece else 2_000) + "x")
        kind_of(source)
        for kind in KINDS:
            assert list(read_parses(source, kind)) is not None
