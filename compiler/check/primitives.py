"""The types and bounds of primitives: what ops may compute, and what is known of the outcome.

Each rule is given the types of the arguments and proves where the result lies, over the real numbers. To add a
primitive: a rule here, and its torch form in `compiler/backends/primitives.py`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable

from attrs import frozen

from nmt.ntypes import UNKNOWN, Dim, Interval, Simplex, Size, Type, Values
from nmt.ntypes.dims import show
from nmt.ntypes.domains import INF, UNIT, Domain, hull


class Fault(Exception):  # noqa: N818 -- a finding on its way to the report
    """A primitive cannot take what it is given. `arg` is the argument at fault."""

    def __init__(self, code: str, message: str, *, arg: int | None = None, label: str = "", hint: str = "") -> None:
        self.code, self.message, self.arg, self.label, self.hint = code, message, arg, label, hint
        super().__init__(message)


@frozen
class Given:
    """What a primitive is called with. `same`: its arguments are one and the same expression."""

    name: str
    over: tuple[Dim, ...]
    args: tuple[Type, ...]
    same: bool = False
    values: tuple[float | None, ...] = ()  # of arguments that are plain numbers

    @property
    def said(self) -> str:
        """Its name, or the sign that people write."""
        return SIGNS.get(self.name, self.name)


Rule = Callable[[Given], Type]
LARGEST = sys.float_info.max


def infer(given: Given) -> Type:
    """The type of a primitive's result; raises Fault where it has none."""
    for place, arg in enumerate(given.args):
        if arg.words is not None:
            raise Fault("NMT310", f"`{given.said}` takes numbers, not words", arg=place, label=f"this is {arg}")
    if any(arg.unknown for arg in given.args):
        return UNKNOWN
    return PRIMITIVES[given.name].rule(given)


# -- element by element


def _shape(given: Given) -> tuple[Size, ...]:
    shape = next((arg.shape for arg in given.args if arg.shape), ())
    for place, arg in enumerate(given.args):
        if arg.shape and arg.shape != shape:
            message = f"`{given.said}` needs equal shapes, here {show(shape)} and {show(arg.shape)}"
            raise Fault("NMT201", message, arg=place, label=f"this is {show(arg.shape)}")
    return shape


def _bounds(low: float, high: float) -> Interval:
    """A range that was computed: an end beyond all floats opens it, but never empties it."""
    return Interval(min(low, LARGEST), max(high, -LARGEST))


def _product(left: float, right: float) -> float:
    return 0.0 if 0.0 in (left, right) else left * right  # 0 * infinity is 0 for bounds


def _times(left: Interval, right: Interval) -> Interval:
    ends = [_product(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    return _bounds(min(ends), max(ends))


def _add(given: Given) -> Type:
    shape, (left, right) = _shape(given), map(_hull, given.args)
    return Type(shape, _bounds(left.low + right.low, left.high + right.high))


def _sub(given: Given) -> Type:
    shape, (left, right) = _shape(given), map(_hull, given.args)
    if given.same:
        return Type(shape, Interval(0.0, 0.0))
    return Type(shape, _bounds(left.low - right.high, left.high - right.low))


def _mul(given: Given) -> Type:
    shape, (left, right) = _shape(given), map(_hull, given.args)
    if given.same:
        return Type(shape, _power(left, 2))
    return Type(shape, _times(left, right))


def _div(given: Given) -> Type:
    shape, (left, right) = _shape(given), map(_hull, given.args)
    if right.low <= 0.0 <= right.high:
        raise Fault(
            "NMT304",
            "the divisor can be 0",
            arg=1,
            label=f"this is {given.args[1].domain}",
            hint="normalize[V](x) and average[D](x, w) are safe divisions",
        )
    return Type(shape, _times(left, Interval(1.0 / right.high, 1.0 / right.low)))


def _neg(given: Given) -> Type:
    (only,) = map(_hull, given.args)
    return Type(given.args[0].shape, Interval(-only.high, -only.low))


def _abs(given: Given) -> Type:
    (only,) = map(_hull, given.args)
    low = 0.0 if only.low <= 0.0 <= only.high else min(abs(only.low), abs(only.high))
    return Type(given.args[0].shape, Interval(low, max(abs(only.low), abs(only.high))))


def _exp(given: Given) -> Type:
    (only,) = map(_hull, given.args)

    def end(value: float) -> float:
        return math.exp(value) if value < 700 else INF

    return Type(given.args[0].shape, _bounds(end(only.low), end(only.high)))


def _log(given: Given) -> Type:
    (only,) = map(_hull, given.args)
    if only.low <= 0.0:
        raise Fault("NMT304", "`log` needs numbers above 0", arg=0, label=f"this is {given.args[0].domain}")
    return Type(given.args[0].shape, Interval(math.log(only.low), math.log(only.high) if only.high < INF else INF))


def _sqrt(given: Given) -> Type:
    (only,) = map(_hull, given.args)
    if only.low < 0.0:
        raise Fault("NMT304", "`sqrt` needs numbers of 0 or more", arg=0, label=f"this is {given.args[0].domain}")
    return Type(given.args[0].shape, Interval(math.sqrt(only.low), math.sqrt(only.high)))


def _power(base: Interval, exponent: float) -> Interval:
    def end(value: float) -> float:
        try:
            return float(value**exponent)
        except OverflowError:
            return -INF if value < 0.0 and exponent % 2 == 1 else INF

    ends = [end(base.low), end(base.high)]
    if base.low < 0.0 < base.high:
        ends.append(0.0)
    return _bounds(min(ends), max(ends))


def _pow(given: Given) -> Type:
    base, exponent = _hull(given.args[0]), given.values[1]
    if exponent is None:
        raise Fault("NMT311", "the exponent of `pow` is a plain number", arg=1)
    if base.low < 0.0 and exponent != int(exponent):
        raise Fault(
            "NMT304",
            "`pow` with a broken exponent needs numbers of 0 or more",
            arg=0,
            label=f"this is {given.args[0].domain}",
        )
    if base.low <= 0.0 <= base.high and exponent < 0:
        raise Fault(
            "NMT304",
            "`pow` with an exponent below 0 divides: its base can be 0",
            arg=0,
            label=f"this is {given.args[0].domain}",
        )
    return Type(given.args[0].shape, _power(base, exponent))


def _min(given: Given) -> Type:
    return _extreme(given, min)


def _max(given: Given) -> Type:
    return _extreme(given, max)


def _extreme(given: Given, pick: Callable[..., float]) -> Type:
    if given.over:
        arg = given.args[0]
        return Type(_without(given, arg), arg.domain if isinstance(arg.domain, Values) else hull(arg.domain))
    shape, bounds = _shape(given), [hull(arg.domain) for arg in given.args]
    if all(isinstance(arg.domain, Values) for arg in given.args):
        values = {value for arg in given.args if isinstance(arg.domain, Values) for value in arg.domain.values}
        return Type(shape, Values(tuple(sorted(values))))
    return Type(shape, Interval(pick(bound.low for bound in bounds), pick(bound.high for bound in bounds)))


# -- over dims


def _without(given: Given, arg: Type, place: int = 0) -> tuple[Size, ...]:
    """The shape less the dims of the brackets, each of which must stand in it once."""
    for dim in given.over:
        count = sum(size.dim == dim for size in arg.shape)
        if count != 1:
            why = "is not in" if count == 0 else "stands twice in"
            raise Fault("NMT202", f"{dim} {why} the shape {show(arg.shape)}", arg=place, label=f"this is {arg}")
    return tuple(size for size in arg.shape if size.dim not in given.over)


def _total(domain: Domain, over: tuple[Dim, ...]) -> Interval:
    """Bounds of a sum over dims, of at least one number each."""
    if isinstance(domain, Simplex) and over == (domain.over,):
        return Interval(1.0, 1.0)
    each, count = hull(domain), 1.0
    for dim in over:
        if dim.size is None:
            return Interval(each.low if each.low >= 0 else -INF, each.high if each.high <= 0 else INF)
        count *= dim.size
    return _bounds(_product(count, each.low), _product(count, each.high))


def _sum(given: Given) -> Type:
    return Type(_without(given, given.args[0]), _total(given.args[0].domain, given.over))


def _mean(given: Given) -> Type:
    return Type(_without(given, given.args[0]), hull(given.args[0].domain))


def _average(given: Given) -> Type:
    value, weights = given.args
    shape = _without(given, value)
    wanted = tuple(Size.of(dim) for dim in given.over)
    if weights.shape != wanted:
        raise Fault(
            "NMT201",
            f"the weights of `average` have the shape {show(wanted)}",
            arg=1,
            label=f"this is {show(weights.shape)}",
        )
    if hull(weights.domain).low < 0.0:
        raise Fault("NMT309", "the weights of `average` are 0 or more", arg=1, label=f"this is {weights.domain}")
    bound = hull(value.domain)
    # Weights that are all 0 give 0, so 0 belongs to the outcome.
    return Type(shape, Interval(min(bound.low, 0.0), max(bound.high, 0.0)))


def _dot(given: Given) -> Type:
    (dim,) = given.over
    weights, value = given.args
    if weights.shape != (Size.of(dim),):
        raise Fault(
            "NMT201",
            f"the first argument of `dot` has the shape [{dim}]",
            arg=0,
            label=f"this is {show(weights.shape)}",
        )
    shape = _without(given, value, 1)
    if isinstance(weights.domain, Simplex):
        return Type(shape, hull(value.domain))
    if isinstance(value.domain, Simplex) and not shape:
        return Type(shape, hull(weights.domain))
    return Type(shape, _total(_times(hull(weights.domain), hull(value.domain)), (dim,)))


def _below(given: Given) -> Type:
    (dim,) = given.over
    _without(given, given.args[0])
    if given.args[0].domain != Simplex(dim):
        raise Fault("NMT309", f"`below` takes a distribution over {dim}", arg=0, label=f"this is {given.args[0]}")
    return Type(given.args[0].shape, UNIT)


def _normalize(given: Given) -> Type:
    (dim,) = given.over
    _without(given, given.args[0])
    if hull(given.args[0].domain).low < 0.0:
        raise Fault("NMT309", "`normalize` takes numbers of 0 or more", arg=0, label=f"this is {given.args[0].domain}")
    return Type(given.args[0].shape, Simplex(dim))


def _softmax(given: Given) -> Type:
    _without(given, given.args[0])
    return Type(given.args[0].shape, Simplex(given.over[0]) if len(given.over) == 1 else UNIT)


def _bernoulli(given: Given) -> Type:
    (dim,) = given.over
    if dim.words is None or len(dim.words) != 2:
        known = "is none" if dim.words is None else f"has {len(dim.words)}"
        raise Fault("NMT204", f"`bernoulli` needs a vocabulary of two words, {dim} {known}")
    if given.args[0].shape or UNIT.why_not(given.args[0].domain):
        raise Fault("NMT309", "`bernoulli` takes a chance, one number in 0..1", arg=0, label=f"this is {given.args[0]}")
    return Type((Size.of(dim),), Simplex(dim))


def _hull(arg: Type) -> Interval:
    return hull(arg.domain)


@frozen
class Primitive:
    """How a primitive is called: how many arguments, and how many dims in brackets (None: one or more)."""

    rule: Rule
    args: tuple[int, int]
    dims: tuple[int, int] = (0, 0)


MANY = 10_000
PRIMITIVES: dict[str, Primitive] = {
    "add": Primitive(_add, (2, 2)),
    "sub": Primitive(_sub, (2, 2)),
    "mul": Primitive(_mul, (2, 2)),
    "div": Primitive(_div, (2, 2)),
    "neg": Primitive(_neg, (1, 1)),
    "abs": Primitive(_abs, (1, 1)),
    "exp": Primitive(_exp, (1, 1)),
    "log": Primitive(_log, (1, 1)),
    "sqrt": Primitive(_sqrt, (1, 1)),
    "pow": Primitive(_pow, (2, 2)),
    "min": Primitive(_min, (1, MANY), (0, MANY)),
    "max": Primitive(_max, (1, MANY), (0, MANY)),
    "sum": Primitive(_sum, (1, 1), (1, MANY)),
    "mean": Primitive(_mean, (1, 1), (1, MANY)),
    "average": Primitive(_average, (2, 2), (1, MANY)),
    "dot": Primitive(_dot, (2, 2), (1, 1)),
    "below": Primitive(_below, (1, 1), (1, 1)),
    "normalize": Primitive(_normalize, (1, 1), (1, 1)),
    "softmax": Primitive(_softmax, (1, 1), (1, MANY)),
    "bernoulli": Primitive(_bernoulli, (1, 1), (1, 1)),
}
# Written with signs, never by name.
SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "neg": "-"}
NAMED = frozenset(PRIMITIVES) - frozenset(SIGNS)


def arity(name: str, over: tuple[Dim, ...], count: int) -> None:
    """Check numbers of arguments and dims; raises Fault."""
    primitive = PRIMITIVES[name]
    least, most = primitive.args
    if name in {"min", "max"}:
        least, most = (1, 1) if over else (2, MANY)
    if not least <= count <= most:
        wanted = str(least) if least == most else f"{least} or more"
        raise Fault("NMT308", f"`{name}` takes {wanted} argument{'s' if wanted != '1' else ''}, not {count}")
    low, high = primitive.dims
    if not low <= len(over) <= high:
        form = "no dims" if high == 0 else "one dim" if high == 1 else "one or more dims"
        raise Fault("NMT204", f"`{name}` takes {form} in brackets, not {len(over)}")
    twice = next((dim for place, dim in enumerate(over) if dim in over[:place]), None)
    if twice is not None:
        raise Fault("NMT202", f"{twice} stands twice in the brackets of `{name}`")
