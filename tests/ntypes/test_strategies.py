"""Values drawn lie inside their type, invalid ones outside; both shrink to what reads well."""

from __future__ import annotations

import pytest
import torch
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from nmt.compiler.check import ModuleSymbol, TypeSymbol
from nmt.ntypes import REALS, Dim, FamilyParam, Interval, Param, Signature, Simplex, Size, Type, Values
from nmt.ntypes.checks import allowance, outside
from nmt.ntypes.strategies import (
    HUGE,
    LONGEST,
    Recipe,
    Row,
    from_signature,
    from_type,
    invalid_for,
    kinds,
    recipes,
)

C, H, W, V = Dim("C"), Dim("H"), Dim("W"), Dim("V", vocabulary=True)
T = Dim("T", varies=True)
WORDS = Dim("WORDS", size=4, words=("a", "b", "c", "d"), vocabulary=True)
SIZES = {C: 3, H: 2, W: 5, V: 4}
MAP = (Size.of(H), Size.of(W))
SPREAD = Type((Size.of(H), Size.of(V)), Simplex(V))
TYPES = [
    Type(MAP, Interval(0.0, 1.0)),
    Type(MAP, Interval(-0.1, 0.3)),
    Type(MAP, Interval(0.1, 0.7)),
    Type(MAP, Interval(-3.0, -1.0)),
    Type((Size.of(C), *MAP)),
    Type((), Interval(0.0)),
    Type((Size.of(C),), Interval(5.0)),
    Type((Size.of(C),), Interval(high=-2.0)),
    Type((Size.of(C) + Size.of(H),), Interval(high=1.0)),
    Type(MAP, Values((0.0, 1.0))),
    Type((), Values((-1.0, 0.5, 2.0))),
    Type((Size.of(V),), Simplex(V)),
    SPREAD,
    Type((Size.of(V), Size.of(H)), Simplex(V)),
    Type((), words=WORDS),
    Type((Size.of(T),), words=WORDS),
]
every_type = pytest.mark.parametrize("type_", TYPES, ids=str)
every_dtype = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
FEW = settings(max_examples=30)
SMALLEST = settings(max_examples=1000, database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))


def smallest(strategy, holds=lambda _: True):
    return find(strategy, holds, settings=SMALLEST)


# inside


def test_an_example():
    recipe = Recipe(TYPES[0], SIZES, (Row("zeros"), Row("checkerboard"), Row("one high", 3), Row("all high")))
    made = recipe.tensor()
    assert made.shape == (4, 2, 5)
    assert made[1].tolist() == [[0, 1, 0, 1, 0], [1, 0, 1, 0, 1]]
    assert made.sum((1, 2)).tolist() == [0, 5, 1, 10]
    assert str(recipe) == "zeros; checkerboard; one high (seed 3); all high"


@every_dtype
@every_type
def test_values_lie_inside(type_, dtype):
    @FEW
    @given(from_type(type_, SIZES, dtype=dtype))
    def check(value):
        assert value.dtype == (torch.int64 if type_.words else dtype)
        assert len(value) in {1, 2, 3, 4, 64}
        if not type_.shape or type_.shape[0].dim != T:
            assert value.shape[1:] == tuple(size.evaluate(SIZES) for size in type_.shape)
        if isinstance(type_.domain, Interval) and not type_.words:
            assert (value >= type_.domain.low).all()  # not by one rounding
            assert (value <= type_.domain.high).all()
        assert outside(type_, value) <= allowance(type_, value)

    check()


@every_type
def test_every_kind_lies_inside(type_):
    for kind in kinds(type_, SIZES):
        value = Recipe(type_, SIZES, (Row(kind, 7), Row(kind, 8))).tensor()
        assert outside(type_, value) <= allowance(type_, value), kind
        assert value.isfinite().all(), kind


@pytest.mark.parametrize("kind", ["zeros", "all high", "one high", "checkerboard", "tiny", "random"])
def test_edges_are_drawn(kind):
    assert smallest(recipes(TYPES[0], SIZES, batch=1), lambda recipe: recipe.rows[0].kind == kind)


def test_one_hot_and_uniform_distributions_are_drawn():
    assert smallest(from_type(SPREAD, SIZES, batch=1), lambda value: (value.amax(-1) == 1).all()).sum() == 2
    assert (smallest(from_type(SPREAD, SIZES, batch=1)) == 0.25).all()


def test_numbers_without_an_end_are_huge_now_and_then_unless_not_wanted():
    wide = Type((Size.of(C),), REALS)
    assert smallest(from_type(wide, SIZES, batch=1), lambda value: value.min() == -HUGE).max() == -HUGE
    assert not {"huge", "all huge", "all huge below 0"} & set(kinds(wide, SIZES, extreme=False))


def test_large_batches_repeat_kinds_with_other_seeds():
    recipe = smallest(recipes(TYPES[0], SIZES, batch=64), lambda one: one.rows[0].kind == "random")
    assert {row.kind for row in recipe.rows[::4]} == {"random"}
    assert len(recipe.tensor()[::4].flatten(1).unique(dim=0)) == 16


def test_large_maps_are_drawn_with_few_choices():
    """A number for each place would be more than hypothesis can draw: its health check would fail."""
    features = Type((Size.of(C), *MAP))
    shapes = []
    strategy = from_type(features, {C: 512, H: 10, W: 15}, batch=2)
    busy = [HealthCheck.too_slow]  # the machine may be; too much data is what is looked for
    quiet = settings(max_examples=10, database=None, deadline=None, suppress_health_check=busy)
    quiet(given(strategy)(lambda value: shapes.append(value.shape)))()
    assert set(shapes) == {(2, 512, 10, 15)}


# sentences


@FEW
@given(from_type(Type((Size.of(T),), words=WORDS), SIZES))
def test_sentences_are_padded_behind_the_last_word(value):
    there = value >= 0
    assert value.min() >= -1
    assert 1 <= value.shape[1] <= LONGEST
    assert (there.int().diff(dim=1) <= 0).all()  # no word behind padding


def test_sentences_without_words_are_extreme():
    sentence = Type((Size.of(T),), words=WORDS)
    assert "no words" in kinds(sentence, SIZES)
    assert "no words" not in kinds(sentence, SIZES, extreme=False)
    made = Recipe(sentence, SIZES, (Row("no words"), Row("last word"))).tensor()
    assert made.tolist() == [[-1], [3]]


# outside


@every_dtype
@every_type
def test_invalid_values_lie_outside(type_, dtype):
    @FEW
    @given(invalid_for(type_, SIZES, dtype=dtype))
    def check(value):
        rows = [bool(outside(type_, row.unsqueeze(0)) <= allowance(type_, value)) for row in value]
        assert rows.count(False) == 1  # contracts have one sample to name

    check()


@pytest.mark.parametrize(
    ("type_", "wrong"),
    [
        (TYPES[0], lambda value: 1 < value.max() < 1.01),
        (TYPES[0], lambda value: -0.01 < value.min() < 0),
        (TYPES[0], lambda value: value.isnan().any()),
        (TYPES[4], lambda value: value.isinf().any()),
        (TYPES[9], lambda value: (value == 0.5).any()),
        (TYPES[11], lambda value: value.sum() > 1.005),
        (TYPES[11], lambda value: value.sum() < 0.995),
        (TYPES[11], lambda value: value.min() < 0 and abs(value.sum() - 1) < 1e-5),
        (TYPES[14], lambda value: value.max() == 4),
        (TYPES[15], lambda value: value.min() == -2),
    ],
    ids=["above", "below", "NaN", "infinity", "between", "sum above", "sum below", "below 0", "past", "before"],
)
def test_every_way_out_is_drawn(type_, wrong):
    smallest(invalid_for(type_, SIZES, batch=1), wrong)  # raises NoSuchExample where there is none


# calls

FIND = Signature(
    "find", "p", (FamilyParam("word", "w", WORDS),), (Param("image", TYPES[4]), Param("#1", TYPES[0])), TYPES[0]
)


@FEW
@given(from_signature(FIND, SIZES))
def test_arguments_of_a_call_go_together(arguments):
    count = len(arguments)
    assert arguments.instances.shape == (count,)
    assert 0 <= arguments.instances.min() <= arguments.instances.max() < 4
    image, mask = arguments.tensors(torch.float64)
    assert image.shape == (count, 3, 2, 5)
    assert mask.shape == (count, 2, 5)
    assert image.dtype == mask.dtype == torch.float64


@FEW
@given(from_signature(FIND, SIZES, batch=3), from_signature(FIND, SIZES, batch=2), st.permutations([0, 1, 2]))
def test_rows_are_picked_and_joined_as_tensors_are(first, second, order):
    def parts(arguments):
        return [arguments.instances, *arguments.tensors()]

    for whole, one, other in zip(parts(first.joined(second)), parts(first), parts(second), strict=True):
        assert torch.equal(whole, torch.cat([one, other]))
    for picked, one in zip(parts(first.picked(order)), parts(first), strict=True):
        assert torch.equal(picked, one[order])
    assert [len(part) for part in parts(first.picked([]))] == [0, 0, 0]
    assert first.calling([3, 2, 1]).instances.tolist() == [3, 2, 1]


def test_calls_shrink_to_what_reads_well():
    assert (
        str(smallest(from_signature(FIND, SIZES, batch=2)))
        == "2 rows\ninstances: a, a\nimage: zeros; zeros\n#1: zeros; zeros"
    )
    second = smallest(from_signature(FIND, SIZES, batch=2), lambda one: one.tensors()[1][1].sum() > 3)
    assert str(second) == "2 rows\ninstances: a, a\nimage: zeros; zeros\n#1: zeros; all high"


# sizes


def test_sizes_go_by_name_too():
    by_name = {"C": 3, "H": 2, "W": 5, "V": 4, "ELSEWHERE": 9}
    for type_ in TYPES:
        assert torch.equal(smallest(from_type(type_, by_name)), smallest(from_type(type_, SIZES)))
    assert smallest(invalid_for(TYPES[0], by_name, batch=1)).shape == (1, 2, 5)
    assert smallest(from_signature(FIND, by_name, batch=1)).tensors()[0].shape == (1, 3, 2, 5)
    rigid = Dim("V", "std", rigid=True)
    assert smallest(from_type(Type((Size.of(rigid),), Simplex(rigid)), {"V": 4}, batch=1)).tolist() == [[0.25] * 4]


def test_a_dim_is_known_before_a_name():
    assert smallest(from_type(Type((Size.of(C),)), {C: 3, "C": 7}, batch=1)).shape == (1, 3)


OPEN = Dim("OPEN", vocabulary=True)
OF_OPEN = Signature("tell", "p", (FamilyParam("word", "w", OPEN),), (), TYPES[5])


@pytest.mark.parametrize(
    ("make", "fault", "said"),
    [
        (
            lambda: from_type(TYPES[0], {}),
            LookupError,
            r'how large H of `real\[H, W\] in 0..1` is: give sizes={"H": 4}',
        ),
        (lambda: invalid_for(TYPES[0], {"H": 2, "w": 3}), LookupError, r"how large W of .*; sizes has H, w"),
        (lambda: recipes(SPREAD, {H: 2}), LookupError, "how large V of"),
        (lambda: from_type(Type(words=OPEN), {}), LookupError, "how large OPEN of"),
        (lambda: from_signature(FIND, {"H": 2}), LookupError, "how large C of"),
        (lambda: from_signature(OF_OPEN, {}), LookupError, "how large OPEN of its family of words"),
        (lambda: from_type(TYPES[0], {"H": 0, "W": 1}), ValueError, "H=0 is no size"),
        (lambda: from_type(TYPES[0], {"H": 2, "W": 1.5}), ValueError, "W=1.5 is no size"),
        (
            lambda: from_type(TypeSymbol("mask", "p", (), TYPES[0]), {}),
            TypeError,
            r"a TypeSymbol is no Type: give its `.type`, which is `real\[H, W\]",
        ),
        (lambda: from_type(None, {}), TypeError, "a NoneType is no Type$"),
        (lambda: from_signature(ModuleSymbol(FIND), {}), TypeError, "a ModuleSymbol is no Signature: give its"),
    ],
)
def test_what_is_wrong_is_said_at_the_call(make, fault, said):
    with pytest.raises(fault, match=said):
        make()


def test_a_vocabulary_without_words_is_given_a_size():
    assert smallest(from_type(Type(words=OPEN), {OPEN: 3}, batch=1), lambda value: value == 2).tolist() == [2]
    assert smallest(from_signature(OF_OPEN, {"OPEN": 3}, batch=1), lambda one: one.words == (2,))
