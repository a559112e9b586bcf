"""Arithmetic, number by number. Division, `log`, `sqrt` and `pow` must be given what they are defined for."""

from __future__ import annotations

import math
import operator

from nmt.ntypes import Interval, Type
from nmt.ntypes.domains import INF

from .given import Fault, Given, between, common, corners, each, listed, plain, product, quotient


def add(given: Given) -> Type:
    """`a + b`."""
    left, right = given.bounds
    return Type(common(given), each(given.args, operator.add) or between(left.low + right.low, left.high + right.high))


def sub(given: Given) -> Type:
    """`a - b`; `a - a` is 0."""
    shape, (left, right) = common(given), given.bounds
    if given.same:
        return Type(shape, Interval(0.0, 0.0))
    return Type(shape, each(given.args, operator.sub) or between(left.low - right.high, left.high - right.low))


def mul(given: Given) -> Type:
    """`a * b`; `a * a` is a square."""
    shape, (left, right) = common(given), given.bounds
    if given.same:
        return Type(shape, each(given.args[:1], lambda value: value * value) or _power(left, 2))
    return Type(shape, each(given.args, operator.mul) or corners(product, left, right))


def div(given: Given) -> Type:
    """`a / b`, where b is never 0."""
    shape, (left, right) = common(given), given.bounds
    values = listed(given.args[1])
    if 0.0 in values if values is not None else right.low <= 0.0 <= right.high:
        hint = "normalize[V](x) and average[D](x, w) are safe divisions"
        if given.args[1].scalar:
            hint = "write `{0} / ({1} + 0.01)`" if right.low >= 0.0 else ""
        raise Fault("NMT304", "the divisor can be 0", arg=1, label=f"this is {given.args[1].domain}", hint=hint)
    exact = each(given.args, operator.truediv)
    if exact is not None or right.low > 0.0 or right.high < 0.0:
        return Type(shape, exact or corners(quotient, left, right))
    # Values on both sides of 0, as in {-1, 1}.
    parts = [corners(quotient, left, Interval(value, value)) for value in values or ()]
    return Type(shape, between(min(part.low for part in parts), max(part.high for part in parts)))


def neg(given: Given) -> Type:
    """`-a`."""
    (only,) = given.bounds
    return Type(given.args[0].shape, each(given.args, operator.neg) or Interval(0.0 - only.high, 0.0 - only.low))


def absolute(given: Given) -> Type:
    """`abs(a)`."""
    (only,) = given.bounds
    low = 0.0 if only.low <= 0.0 <= only.high else min(abs(only.low), abs(only.high))
    bound = Interval(low, max(abs(only.low), abs(only.high)))
    return Type(given.args[0].shape, each(given.args, abs) or bound)


def exp(given: Given) -> Type:
    """`exp(a)`."""
    (only,) = given.bounds

    def end(value: float) -> float:
        return math.exp(value) if value < 700 else INF

    return Type(given.args[0].shape, between(end(only.low), end(only.high)))


def log(given: Given) -> Type:
    """`log(a)`, where a is above 0."""
    (only,) = given.bounds
    if only.low <= 0.0:
        raise Fault("NMT304", "`log` needs numbers above 0", arg=0, label=f"this is {given.args[0].domain}")
    return Type(given.args[0].shape, Interval(math.log(only.low), math.log(only.high) if only.high < INF else INF))


def sqrt(given: Given) -> Type:
    """`sqrt(a)`, where a is 0 or more."""
    (only,) = given.bounds
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
        ends.append(end(0.0))
    return between(min(ends), max(ends))


def power(given: Given) -> Type:
    """`pow(a, n)`, n a plain number: a broken one needs a of 0 or more, one below 0 an a that is never 0."""
    base, exponent = given.bounds[0], plain(given, 1, "the exponent of `pow`")
    values = listed(given.args[0])
    at_zero = 0.0 in values if values is not None else base.low <= 0.0 <= base.high
    label = f"this is {given.args[0].domain}"
    if base.low < 0.0 and exponent != int(exponent):
        message = "`pow` with a broken exponent needs numbers of 0 or more"
        raise Fault("NMT304", message, arg=0, label=label)
    if at_zero and exponent < 0:
        message = "`pow` with an exponent below 0 divides: its base can be 0"
        raise Fault("NMT304", message, arg=0, label=label)
    exact = each(given.args, lambda value, _: value**exponent)
    if exact is None and exponent < 0 and base.low < 0.0 < base.high:  # many values on both sides of 0
        parts = [_power(Interval(value, value), exponent) for value in values or ()]
        return Type(given.args[0].shape, between(min(part.low for part in parts), max(part.high for part in parts)))
    return Type(given.args[0].shape, exact or _power(base, exponent))
