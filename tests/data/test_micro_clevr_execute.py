"""The symbolic executor: one example of each function, what it refuses, and laws."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmt.data.micro_clevr import FUNCTIONS, IllPosedError, World, depth, execute
from nmt.data.micro_clevr.execute import run
from nmt.data.micro_clevr.things import ATTRIBUTES, RELATIONS, Thing, relationships


def node(function: str, *inputs: int, word: str | None = None) -> dict[str, Any]:
    return {"function": function, "inputs": list(inputs), "value_inputs": [] if word is None else [word]}


def scene(*things: str) -> dict[str, Any]:
    """Things in a row, from left to right and at once from front to behind, each `size color material shape`."""
    objects = [dict(zip(ATTRIBUTES, thing.split(), strict=True)) for thing in things]
    n = len(objects)
    before, after = [list(range(i)) for i in range(n)], [list(range(i + 1, n)) for i in range(n)]
    return {"objects": objects, "relationships": {"left": before, "right": after, "front": before, "behind": after}}


ROW = scene("small red metal cube", "large red rubber sphere", "large blue rubber cube")

THE_BLUE = [node("scene"), node("filter_color", 0, word="blue"), node("unique", 1)]
THE_SMALL = [node("scene"), node("filter_size", 0, word="small"), node("unique", 1)]
BOTH = [*THE_BLUE, node("scene"), node("filter_size", 3, word="small"), node("unique", 4)]
SIDES = [*BOTH, node("relate", 2, word="left"), node("relate", 5, word="right")]
COUNTS = [*BOTH, node("relate", 2, word="left"), node("same_color", 5), node("count", 6), node("count", 7)]


@pytest.mark.parametrize(
    ("program", "answer"),
    [
        ([node("scene"), node("count", 0)], "3"),
        ([node("scene"), node("filter_color", 0, word="green"), node("exist", 1)], "no"),
        ([node("scene"), node("filter_material", 0, word="rubber"), node("count", 1)], "2"),
        ([node("scene"), node("filter_shape", 0, word="sphere"), node("exist", 1)], "yes"),
        ([*THE_BLUE, node("query_size", 2)], "large"),
        ([*THE_BLUE, node("query_shape", 2)], "cube"),
        ([*THE_BLUE, node("query_material", 2)], "rubber"),
        ([*THE_SMALL, node("query_color", 2)], "red"),
        ([*THE_BLUE, node("relate", 2, word="left"), node("count", 3)], "2"),
        ([*THE_BLUE, node("relate", 2, word="behind"), node("exist", 3)], "no"),
        ([*THE_BLUE, node("same_size", 2), node("count", 3)], "1"),
        ([*THE_SMALL, node("same_color", 2), node("unique", 3), node("query_shape", 4)], "sphere"),
        ([*BOTH, node("query_shape", 2), node("query_shape", 5), node("equal_shape", 6, 7)], "yes"),
        ([*BOTH, node("query_size", 2), node("query_size", 5), node("equal_size", 6, 7)], "no"),
        ([*SIDES, node("union", 6, 7), node("count", 8)], "3"),
        ([*SIDES, node("intersect", 6, 7), node("count", 8)], "1"),
        ([*COUNTS, node("less_than", 8, 9)], "no"),
        ([*COUNTS, node("greater_than", 8, 9)], "yes"),
        ([*COUNTS, node("equal_integer", 8, 9)], "no"),
    ],
)
def test_examples(program: list[dict[str, Any]], answer: str) -> None:
    assert execute(program, ROW) == answer


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ([], "gives nothing"),
        ([node("scene")], "gives Set"),
        ([node("scene"), node("tally", 0)], "node 1: there is no function 'tally'"),
        ([node("count", 0)], "input 0 is not an earlier node"),
        ([node("scene"), node("count", -1)], "input -1 is not an earlier node"),
        ([node("scene"), node("query_size", 0)], "takes Object, is given Set"),
        ([node("scene"), node("count", 0, 0)], "takes Set, is given Set, Set"),
        ([node("scene"), node("filter_color", 0, word="pink"), node("count", 1)], "takes color, is given pink"),
        ([node("scene"), node("filter_color", 0), node("count", 1)], "takes color, is given nothing"),
        ([node("scene", word="red"), node("count", 0)], "takes no word, is given red"),
        ([node("scene"), node("unique", 0), node("query_size", 1)], "node 1: unique needs exactly one thing.* 3"),
        ([*BOTH, node("query_size", 2), node("query_color", 5), node("equal_size", 6, 7)], "takes size, size"),
    ],
)
def test_ill_posed(program: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(IllPosedError, match=why):
        execute(program, ROW)


def test_generators_own_spelling() -> None:
    assert execute([{"type": "scene", "inputs": []}, {"type": "count", "inputs": [0]}], ROW) == "3"


def test_depth_is_of_the_longest_path() -> None:
    assert depth([node("scene"), node("count", 0)]) == 1
    assert depth([*BOTH, node("query_shape", 2), node("query_shape", 5), node("equal_shape", 6, 7)]) == 4


@st.composite
def worlds(draw: st.DrawFn) -> World:
    spot = st.floats(-3, 3, allow_nan=False)
    choice = {name: st.sampled_from(values) for name, values in ATTRIBUTES.items()}
    things = draw(st.lists(st.builds(Thing, **choice, x=spot, y=spot, rotation=st.just(0.0)), min_size=1, max_size=10))
    objects = [{a: getattr(thing, a) for a in ATTRIBUTES} for thing in things]
    return World.from_json({"objects": objects, "relationships": relationships(tuple(things))})


words = st.sampled_from([(f"filter_{a}", v) for a, values in ATTRIBUTES.items() for v in values])


@given(worlds(), words, words)
def test_filters_commute_and_are_idempotent(world: World, one: tuple[str, str], two: tuple[str, str]) -> None:
    def filtered(*filters: tuple[str, str]) -> object:
        nodes = [node("scene"), *(node(f, i, word=w) for i, (f, w) in enumerate(filters))]
        return run([*nodes, node("count", len(filters))], world)[-2]

    assert filtered(one, two) == filtered(two, one) == filtered(one, two, one)


@given(worlds(), words, words)
def test_counts_of_union_and_intersection(world: World, one: tuple[str, str], two: tuple[str, str]) -> None:
    sets = [node("scene"), node(one[0], 0, word=one[1]), node("scene"), node(two[0], 2, word=two[1])]
    a, b, either, both = (
        int(execute([*sets, *tail], world))
        for tail in (
            [node("count", 1)],
            [node("count", 3)],
            [node("union", 1, 3), node("count", 4)],
            [node("intersect", 1, 3), node("count", 4)],
        )
    )
    assert a + b == either + both
    compared = [*sets, node("count", 1), node("count", 3)]
    assert execute([*compared, node("less_than", 4, 5)], world) == ("yes" if a < b else "no")
    assert execute([*compared, node("greater_than", 5, 4)], world) == ("yes" if a < b else "no")
    assert execute([*compared, node("equal_integer", 4, 5)], world) == ("yes" if a == b else "no")


@given(worlds())
def test_relations_are_converse_and_sameness_is_symmetric(world: World) -> None:
    converse = {"left": "right", "right": "left", "behind": "front", "front": "behind"}
    for i in range(world.size):
        for j in range(world.size):
            for relation in RELATIONS:
                there = world.related[relation][i] >> j & 1
                assert there == world.related[converse[relation]][j] >> i & 1
                assert not (there and i == j)
            for attribute in ATTRIBUTES:
                same = FUNCTIONS[f"same_{attribute}"].apply
                assert int(same(world, i)) >> j & 1 == int(same(world, j)) >> i & 1
                assert int(same(world, i)) >> j & 1 == (
                    i != j and world.words[i][attribute] == world.words[j][attribute]
                )
