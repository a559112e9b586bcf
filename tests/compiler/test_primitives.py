"""The bounds that are proved for primitives hold for numbers drawn from the domains of their arguments."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from nmt.compiler.check.primitives import NAMED, PRIMITIVES, SIGNS, Fault, Given, arity, infer
from nmt.ntypes import UNKNOWN, Dim, Domain, Interval, Simplex, Size, Type, Values
from nmt.ntypes.domains import INF, hull

Array = np.ndarray[Any, np.dtype[np.float64]]

H = Dim("H", "test")
P = Dim("P", "test", 3)
BOOL = Dim("BOOL", "test", 2, ("no", "yes"), vocabulary=True)
BOUNDS = {"NMT304", "NMT309"}  # what is said of arguments whose bounds are too wide
SIZES = {P: 3, BOOL: 2}  # and H, which data would bind: any size of 1 or more

ends = st.sampled_from([0.0, 1.0, -1.0, 0.5, 2.0, -3.0]) | st.floats(-50, 50)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = sorted([draw(ends), draw(ends)])
    return Interval(draw(st.sampled_from([low, low, -INF])), draw(st.sampled_from([high, high, INF])))


domains: st.SearchStrategy[Domain] = intervals() | st.lists(ends, min_size=1, max_size=3).map(
    lambda values: Values(tuple(sorted(set(values))))
)


@st.composite
def numbers(draw: st.DrawFn, type_: Type, sizes: dict[Dim, int]) -> Array:
    """An array of a type."""
    shape = tuple(size.evaluate(sizes) for size in type_.shape)
    if isinstance(type_.domain, Simplex):
        axis = [size.dim for size in type_.shape].index(type_.domain.over)
        raw = np.array(draw(st.lists(st.floats(0, 1), min_size=math.prod(shape), max_size=math.prod(shape))))
        raw = raw.reshape(shape) + 1e-12
        return raw / raw.sum(axis, keepdims=True)
    if isinstance(type_.domain, Values):
        one: st.SearchStrategy[float] = st.sampled_from(type_.domain.values)
    else:
        low, high = max(type_.domain.low, -60.0), min(type_.domain.high, 60.0)
        one = st.sampled_from([low, high]) | st.floats(low, high)
    return np.array(draw(st.lists(one, min_size=math.prod(shape), max_size=math.prod(shape)))).reshape(shape)


def axes(type_: Type, over: tuple[Dim, ...]) -> tuple[int, ...]:
    return tuple(at for at, size in enumerate(type_.shape) if size.dim in over)


def softmax(x: Array, axis: tuple[int, ...]) -> Array:
    raised = np.exp(x - x.max(axis, keepdims=True))
    return raised / raised.sum(axis, keepdims=True)


def average(x: Array, weights: Array, axis: tuple[int, ...]) -> Array:
    shape = [size if at in axis else 1 for at, size in enumerate(x.shape)]
    weights = weights.reshape(shape)
    return (x * weights).sum(axis) / max(weights.sum(), 1e-300)


def below(p: Array, axis: int) -> Array:
    return np.cumsum(p, axis) - p


def normalize(x: Array, axis: int) -> Array:
    return (x + 1e-6) / (x + 1e-6).sum(axis, keepdims=True)


# What each primitive computes, from arrays, the axes of the first argument and those of the last.
EVALUATE: dict[str, Callable[[list[Array], tuple[int, ...], tuple[int, ...]], Array]] = {
    "add": lambda x, *_: x[0] + x[1],
    "sub": lambda x, *_: x[0] - x[1],
    "mul": lambda x, *_: x[0] * x[1],
    "div": lambda x, *_: x[0] / x[1],
    "neg": lambda x, *_: -x[0],
    "abs": lambda x, *_: np.abs(x[0]),
    "exp": lambda x, *_: np.exp(x[0]),
    "log": lambda x, *_: np.log(x[0]),
    "sqrt": lambda x, *_: np.sqrt(x[0]),
    "pow": lambda x, *_: x[0] ** x[1],
    "min": lambda x, axis, _: x[0].min(axis) if axis else np.minimum.reduce(np.broadcast_arrays(*x)),
    "max": lambda x, axis, _: x[0].max(axis) if axis else np.maximum.reduce(np.broadcast_arrays(*x)),
    "clip": lambda x, *_: np.clip(x[0], x[1], x[2]),
    "at_most": lambda x, *_: (x[0] <= x[1]).astype(float),
    "at_least": lambda x, *_: (x[0] >= x[1]).astype(float),
    "equal": lambda x, *_: (x[0] == x[1]).astype(float),
    "where": lambda x, *_: np.where(x[0] == 1, x[1], x[2]),
    "sum": lambda x, axis, _: x[0].sum(axis),
    "mean": lambda x, axis, _: x[0].mean(axis),
    "average": lambda x, axis, _: average(x[0], x[1], axis),
    "dot": lambda x, _, last: np.tensordot(x[0], x[1], ((0,), last)),
    "below": lambda x, axis, _: below(x[0], axis[0]),
    "normalize": lambda x, axis, _: normalize(x[0], axis[0]),
    "softmax": lambda x, axis, _: softmax(x[0], axis),
    "bernoulli": lambda x, *_: np.stack([1 - x[0], x[0]], -1),
}


@st.composite
def calls(draw: st.DrawFn, name: str) -> tuple[Given, list[Array]]:
    """A primitive with types that it may be given, and numbers of these types."""
    sizes = {**SIZES, H: draw(st.integers(1, 4))}
    shape = tuple(map(Size.of, draw(st.sampled_from([(H,), (P,), (H, P), (BOOL, H), (BOOL,)]))))
    dims = [size.dim for size in shape if size.dim]
    over: tuple[Dim, ...] = ()
    values: tuple[float | None, ...] = (None, None)

    def domain(shape: tuple[Size, ...]) -> Domain:
        over = [Simplex(size.dim) for size in shape if size.dim == BOOL]
        return draw(st.sampled_from(over) | domains) if over else draw(domains)

    def some() -> tuple[Dim, ...]:
        return tuple(draw(st.permutations(dims)))[: draw(st.integers(1, len(dims)))]

    match name:
        case "add" | "sub" | "mul" | "div" | "at_most" | "at_least" | "equal":
            shapes = draw(st.sampled_from([(shape, shape), ((), shape), (shape, ())]))
            args = [Type(one, domain(one)) for one in shapes]
        case "min" | "max" if draw(st.booleans()):
            args = [Type(one, domain(one)) for one in (shape, (), shape)]
        case "clip":
            low, high = sorted([draw(ends), draw(ends)])
            args = [Type(shape, domain(shape)), *(Type((), Interval(end, end)) for end in (low, high))]
            values = (None, low, high)
        case "where":
            bit: Domain = draw(st.sampled_from([Values((0.0, 1.0)), Values((1.0,)), Interval(0.0, 0.0)]))
            shapes = draw(st.sampled_from([(shape, shape, shape), ((), shape, shape), (shape, (), ())]))
            args = [Type(shapes[0], bit), *(Type(one, domain(one)) for one in shapes[1:])]
        case "min" | "max" | "sum" | "mean" | "softmax":
            over, args = some(), [Type(shape, domain(shape))]
        case "average":
            over = some()
            args = [Type(shape, domain(shape)), Type(tuple(map(Size.of, over)), domain(tuple(map(Size.of, over))))]
            # The weights stand in the order of the brackets, and the test multiplies in that of the shape.
            assume(list(over) == [dim for dim in dims if dim in over])
        case "dot":
            over = (draw(st.sampled_from(dims)),)
            inner = (Size.of(over[0]),)
            args = [Type(inner, domain(inner)), Type(shape, domain(shape))]
        case "below" | "normalize":
            over = (BOOL,)
            shape = tuple(map(Size.of, draw(st.sampled_from([(BOOL,), (BOOL, H), (H, BOOL)]))))
            args = [Type(shape, Simplex(BOOL) if name == "below" else domain(shape))]
        case "bernoulli":
            over, args = (BOOL,), [Type((), draw(domains))]
        case "pow":
            exponent = float(draw(st.integers(-4, 5) | st.sampled_from([0.5, 1.5, -0.5])))
            args = [Type(shape, domain(shape)), Type((), Interval(exponent, exponent))]
            values = (None, exponent)
        case _:
            args = [Type(shape, domain(shape))]
    given_ = Given(name, over, tuple(args), values=values[: len(args)])
    return given_, [draw(numbers(arg, sizes)) for arg in args]


def inside(domain: Domain, found: Array, over: int | None) -> bool:
    """Whether numbers lie in a domain, which was proved over the reals: rounding is allowed for."""
    scale = 1e-9 * (1 + np.abs(found).max(initial=0.0))
    match domain:
        case Values(values):
            return bool(np.isin(found, values).all())
        case Simplex():
            assert over is not None
            return bool((found >= 0).all() and np.allclose(found.sum(over), 1, atol=1e-9))
    return bool((found >= domain.low - scale).all() and (found <= domain.high + scale).all())


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
@settings(max_examples=60)
@given(data=st.data())
def test_bounds_hold(name: str, data: st.DataObject) -> None:
    given_, arrays = data.draw(calls(name))
    try:
        arity(name, given_.over, len(arrays))
        result = infer(given_)
    except Fault as fault:
        refused = fault.code
    else:
        refused = ""
    if refused:  # for its bounds alone: the shapes were made to fit
        assert refused in BOUNDS
        return
    with np.errstate(over="ignore"):
        first, last = axes(given_.args[0], given_.over), axes(given_.args[-1], given_.over)
        found = np.asarray(EVALUATE[name](arrays, first, last))
    assume(not np.isinf(found).any())  # past the largest float, which the reals do not know
    assert found.ndim == len(result.shape)
    over = axes(result, (result.domain.over,))[0] if isinstance(result.domain, Simplex) else None
    assert not np.isnan(found).any()
    assert inside(result.domain, found, over), f"{found} is not in {result.domain}"


@given(domain=domains, data=st.data())
def test_bounds_of_one_expression_taken_twice(domain: Domain, data: st.DataObject) -> None:
    type_ = Type((Size.of(P),), domain)
    x = data.draw(numbers(type_, SIZES))
    for name in ("sub", "mul"):
        result = infer(Given(name, (), (type_, type_), same=True))
        assert inside(result.domain, EVALUATE[name]([x, x], (), ()), None)


@st.composite
def wide_intervals(draw: st.DrawFn) -> Interval:
    low, high = sorted([draw(st.floats(allow_nan=False)), draw(st.floats(allow_nan=False))])
    assume(low < INF and high > -INF)
    return Interval(low, high)


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
@settings(max_examples=60)
@given(left=wide_intervals(), right=wide_intervals(), exponent=st.floats(-1e300, 1e300) | st.integers(-9, 9))
@example(left=Interval(800.0, 900.0), right=Interval(), exponent=-1)
@example(left=Interval(-2.0, -2.0), right=Interval(5e-324, 5e-324), exponent=1025)
@example(left=Interval(1e308, 1e308), right=Interval(1e308, 1e308), exponent=2)
@example(left=Interval(-1e308, -1e308), right=Interval(1e308, 1e308), exponent=3)
def test_bounds_that_overflow_open(name: str, left: Interval, right: Interval, exponent: float) -> None:
    """Whatever the size of the numbers, bounds are no empty range and never not-a-number."""
    over = (
        (BOOL,) if name in {"below", "normalize", "softmax", "bernoulli"} else (P,) if PRIMITIVES[name].dims[0] else ()
    )
    shape = () if name == "bernoulli" else (Size.of(P), Size.of(BOOL))
    second = Type(tuple(map(Size.of, over)), right)
    args = (second, Type(shape, left)) if name == "dot" else (Type(shape, left), second)
    if name == "where":
        args = (Type((), Values((0.0, 1.0))), *args)
    count = max(PRIMITIVES[name].args[0], 1 + (name in {"min", "max"}))
    values = (None, float(exponent)) if name == "pow" else (None, None)
    if name == "clip":
        args, values = (args[0], Type(), Type()), (None, -abs(exponent), abs(exponent))
    try:
        result = infer(Given(name, over, args[:count], values=values))
    except Fault as fault:
        refused = fault.code
    else:
        refused = ""
    if refused:
        assert refused in BOUNDS
        return
    bounds = hull(result.domain)
    assert bounds.low <= bounds.high
    assert bounds.low < INF
    assert bounds.high > -INF


def test_every_primitive_is_evaluated() -> None:
    assert EVALUATE.keys() == PRIMITIVES.keys()
    assert NAMED | SIGNS.keys() == PRIMITIVES.keys()


def test_what_is_unknown_stays_so() -> None:
    for name, primitive in PRIMITIVES.items():
        count = primitive.args[0]
        for unknown in range(count):
            args = tuple(UNKNOWN if place == unknown else Type() for place in range(count))
            assert infer(Given(name, (), args)) == UNKNOWN


def test_words_are_no_numbers() -> None:
    for name, primitive in PRIMITIVES.items():
        with pytest.raises(Fault, match="not words"):
            infer(Given(name, (), (Type(words=BOOL),) * primitive.args[0]))


def of(*domains: Domain, name: str, values: tuple[float | None, ...] = ()) -> Domain:
    """The domain of a primitive of scalars."""
    return infer(Given(name, (), tuple(Type((), domain) for domain in domains), values=values)).domain


BIT, SIGN = Values((0.0, 1.0)), Values((-1.0, 1.0))


def test_few_values_stay_few() -> None:
    one = Interval(1.0, 1.0)
    assert of(one, BIT, name="sub") == BIT
    assert of(BIT, BIT, name="mul") == BIT
    assert of(BIT, BIT, name="add") == Values((0.0, 1.0, 2.0))
    assert of(BIT, name="neg") == Values((-1.0, 0.0))
    assert of(one, SIGN, name="div") == SIGN
    assert of(Interval(0.0, 3.0), SIGN, name="div") == Interval(-3.0, 3.0)
    assert of(BIT, Values((0.5,)), name="max") == Values((0.5, 1.0))
    assert of(Values(tuple(map(float, range(9)))), Values(tuple(map(float, range(0, 90, 10)))), name="add") == Interval(
        0.0, 88.0
    )


def test_what_clip_cannot_cut_keeps_its_domain() -> None:
    assert of(BIT, Interval(), Interval(), name="clip", values=(None, -1.0, 1.0)) == BIT
    assert of(Interval(0.0, 9.0), Interval(), Interval(), name="clip", values=(None, 1.0, 2.0)) == Interval(1.0, 2.0)
    assert of(Interval(5.0, 9.0), Interval(), Interval(), name="clip", values=(None, 1.0, 2.0)) == Interval(2.0, 2.0)


def test_bounds_settle_comparisons() -> None:
    unit, two = Interval(0.0, 1.0), Interval(2.0, 2.0)
    assert of(unit, two, name="at_most") == of(two, unit, name="at_least") == Values((1.0,))
    assert of(two, unit, name="at_most") == of(unit, two, name="at_least") == Values((0.0,))
    assert of(unit, two, name="equal") == of(SIGN, Values((0.0, 2.0)), name="equal") == Values((0.0,))
    assert of(unit, unit, name="at_most") == of(unit, BIT, name="equal") == BIT


def test_where_joins_what_it_picks_from() -> None:
    assert of(BIT, Interval(2.0, 2.0), SIGN, name="where") == Values((-1.0, 1.0, 2.0))
    assert of(BIT, Interval(2.0, 3.0), SIGN, name="where") == Interval(-1.0, 3.0)
    assert of(Values((1.0,)), Interval(2.0, 3.0), SIGN, name="where") == Interval(2.0, 3.0)
    dist, one = Type((Size.of(BOOL),), Simplex(BOOL)), Type((), BIT)
    assert infer(Given("where", (), (one, dist, dist))).domain == Simplex(BOOL)
    assert infer(Given("where", (), (Type(dist.shape, BIT), dist, dist))).domain == Interval(0.0, 1.0)
    assert infer(Given("where", (), (one, dist, one))).domain == Interval(0.0, 1.0)
