"""Sizes are polynomials in normal form, and mean what they evaluate to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmt.ntypes import Dim, Size

DIMS = [Dim(name, "test") for name in "ABC"] + [Dim("A", "other")]
numbers = st.fixed_dictionaries({dim: st.integers(1, 7) for dim in DIMS})
atoms = st.sampled_from(DIMS).map(Size.of) | st.integers(0, 4).map(Size.of)
sizes = st.recursive(
    atoms,
    lambda inner: (
        st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1])
        | st.tuples(inner, inner).map(lambda pair: pair[0] * pair[1])
    ),
    max_leaves=6,
)

ZERO, ONE = Size.of(0), Size.of(1)


@given(sizes, sizes, sizes)
def test_sizes_are_a_commutative_semiring(a: Size, b: Size, c: Size) -> None:
    assert a + b == b + a
    assert a * b == b * a
    assert (a + b) + c == a + (b + c)
    assert (a * b) * c == a * (b * c)
    assert a * (b + c) == a * b + a * c
    assert a + ZERO == a
    assert a * ONE == a
    assert a * ZERO == ZERO


@given(sizes, sizes, numbers)
def test_evaluation_respects_both_operations(a: Size, b: Size, given_: dict[Dim, int]) -> None:
    assert (a + b).evaluate(given_) == a.evaluate(given_) + b.evaluate(given_)
    assert (a * b).evaluate(given_) == a.evaluate(given_) * b.evaluate(given_)


# Coefficients stay below the base and exponents below 7, so that digits in this base tell all polynomials apart.
BASE = 10**6
APART = {dim: BASE ** (7**place) for place, dim in enumerate(DIMS)}


@given(sizes, sizes)
def test_the_normal_form_is_one(a: Size, b: Size) -> None:
    assert (a == b) == (a.evaluate(APART) == b.evaluate(APART))


@given(sizes, st.dictionaries(st.sampled_from(DIMS), sizes, max_size=3), numbers)
def test_substitution_agrees_with_evaluation(size: Size, bound: dict[Dim, Size], given_: dict[Dim, int]) -> None:
    inner = {dim: what.evaluate(given_) for dim, what in bound.items()}
    assert size.substitute(bound).evaluate(given_) == size.evaluate({**given_, **inner})


@given(sizes)
def test_substituting_nothing_changes_nothing(size: Size) -> None:
    assert size.substitute({}) == size
    assert size.substitute({dim: Size.of(dim) for dim in DIMS}) == size


def test_a_dim_is_its_package_and_name() -> None:
    assert Dim("A", "one", 3) == Dim("A", "one", 4)
    assert Dim("A", "one") != Dim("A", "two")
    assert Size.of(Dim("A", "one")) != Size.of(Dim("A", "two"))


def test_sizes_are_worded() -> None:
    a, b = map(Size.of, DIMS[:2])
    assert [str(size) for size in (ZERO, ONE, a, a + a, a * b + a, Size.of(2) * a * a + ONE)] == [
        "0", "1", "A", "2 * A", "A + A * B", "1 + 2 * A * A",
    ]  # fmt: skip
    assert a.dim == DIMS[0]
    assert (a + a).dim is None
    assert (a * b).dim is None
    assert list((a * b + ONE).dims()) == DIMS[:2]


def test_a_size_without_a_number_is_named() -> None:
    free, fixed = Dim("H", "test"), Dim("P", "test", 2)
    assert (Size.of(fixed) * Size.of(free)).evaluate({free: 3}) == 6
    assert Size.of(fixed).evaluate({fixed: 5}) == 5
    with pytest.raises(KeyError) as fault:
        (Size.of(fixed) + Size.of(free)).evaluate({})
    assert fault.value.args == (free,)


def test_words_of_parts_have_their_places() -> None:
    color = Dim("COLOR", "test", 2, ("red", "blue"), vocabulary=True)
    shape = Dim("SHAPE", "test", 1, ("cube",), vocabulary=True)
    both = Dim("BOTH", "test", 3, ("red", "blue", "cube"), (color, shape), vocabulary=True)
    more = Dim("MORE", "test", 4, ("all", "red", "blue", "cube"), (Dim("#0", "test", 1, ("all",)), both))
    assert [more.offset(part) for part in (more, both, color, shape)] == [0, 1, 1, 3]
    assert color.offset(both) is None
    assert more.places == {"all": 0, "red": 1, "blue": 2, "cube": 3}
