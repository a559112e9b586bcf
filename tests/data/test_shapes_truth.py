"""What is true of each node of a SHAPES program, and made questions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.frontends.terms_text import read_term
from nmt.compiler.terms import Skeleton, Term
from nmt.data.shapes.decode import Things, decode
from nmt.data.shapes.draw import Query, choose_queries, draw, draw_things, every_query
from nmt.data.shapes.things import COLORS, RELATIONS, SHAPES
from nmt.data.shapes.truth import answers, moved, truth


def things(*rows: str) -> Things:
    """Pictures as text: `rc` is a red circle, `..` nothing."""
    cells = [row.split() for row in rows]
    shape = [["cst".find(pair[1]) for pair in row] for row in cells]
    color = [["bgr".find(pair[0]) for pair in row] for row in cells]
    return Things(np.array([shape], np.int8), np.array([color], np.int8))


SCENE = things("rc .. gs", "bt gc ..", "rs .. ..")


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("yesno[is](and(leaf[red], rel[above](leaf[triangle])))", True),
        ("yesno[is](and(leaf[red], rel[below](leaf[triangle])))", True),
        ("yesno[is](and(leaf[green], rel[left_of](leaf[blue])))", False),
        ("yesno[is](and(leaf[green], rel[right_of](leaf[blue])))", True),
        ("yesno[is](and(leaf[square], rel[right_of](rel[above](leaf[circle]))))", True),  # gs: right of above gc
        ("yesno[is](and(leaf[square], rel[right_of](leaf[circle])))", False),  # two cells away does not count
        ("yesno[is](and(leaf[green], leaf[square]))", True),
        ("yesno[is](and(leaf[blue], leaf[square]))", False),
    ],
)
def test_questions_are_answered(query, answer):
    assert answers(read_term(query)[0], SCENE).tolist() == [answer]


def test_every_node_has_its_mask():
    term, _ = read_term("yesno[is](and(leaf[green], rel[right_of](leaf[blue])))")
    masks = truth(term, SCENE)
    assert masks.shape == (1, 5, 3, 3)
    told = {node: np.argwhere(masks[0, node]).tolist() for node in range(4)}
    assert told == {0: [[0, 2], [1, 1]], 1: [[1, 0]], 2: [[1, 1]], 3: [[1, 1]]}
    assert masks[0, 4].all()


def test_what_is_not_of_shapes_is_refused():
    with pytest.raises(LookupError, match="no `or`"):
        truth(read_term("or(leaf[red], leaf[blue])")[0], SCENE)
    with pytest.raises(LookupError, match="purple"):
        truth(read_term("leaf[purple]")[0], SCENE)
    with pytest.raises(LookupError, match="no `leaf` of 0 words"):
        truth(Term(Skeleton(("leaf",), ((),), (0,)), ()), SCENE)


@given(st.integers(0, 2**31), st.sampled_from(sorted(RELATIONS)))
@settings(max_examples=20)
def test_relations_come_in_pairs(seed, relation):
    back = {"left_of": "right_of", "right_of": "left_of", "above": "below", "below": "above"}[relation]
    x, y = np.random.default_rng(seed).integers(2, size=(2, 7, 3, 3)).astype(bool)
    # y is left of some x where that x is right of that y
    there, here = (moved(x, relation) & y).any((1, 2)), (moved(y, back) & x).any((1, 2))
    np.testing.assert_array_equal(there, here)
    inside = moved(moved(x, relation), back)
    assert not (inside & ~x).any()


def test_made_queries_differ_between_splits():
    chosen = choose_queries(np.random.default_rng(3), {"train.large": 8, "val": 20, "test": 20})
    every = [str(query) for queries in chosen.values() for query in queries]
    assert len(set(every)) == len(every) == 48
    seen = {word for query in chosen["train.large"] for word in (query.subject, query.thing, *query.relations)}
    assert seen == {*SHAPES, *COLORS, *RELATIONS}
    with pytest.raises(ValueError, match="there are 756 different queries"):
        choose_queries(np.random.default_rng(0), {"train.large": 757})


@pytest.mark.parametrize("query", every_query()[:: 756 // 20])
def test_made_pictures_make_sense(query: Query):
    pictures, said = draw(np.random.default_rng(5), query, 12)
    found = decode(pictures)
    assert pictures.shape == (12, 30, 30, 3)
    np.testing.assert_array_equal(answers(query.term, found), said)
    assert found.mask(query.subject).any((1, 2)).all()  # else the question makes no sense
    possible = answers(query.term, draw_things(np.random.default_rng(0), 4000))
    there = draw_things(np.random.default_rng(0), 4000).mask(query.subject).any((1, 2))
    both = len(set(possible[there].tolist())) == 2
    assert said.sum() == (6 if both else 12 * possible[there][0])


def test_questions_are_worded_as_in_the_published_files():
    assert Query("green", ("left_of",), "red").question == "is a green shape left of a red shape"
    assert Query("triangle", ("above", "right_of"), "square").question == "is a triangle above right of a square"
    assert Query("blue", (), "green").question == "is a blue shape green"
    assert Query("circle", (), "square").question == "is a circle a square"
    assert str(Query("triangle", ("above", "right_of"), "square")) == "(is triangle (above (right_of square)))"
