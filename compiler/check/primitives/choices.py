"""What picks among numbers: `min`, `max`, `clip`, comparisons and `where`."""

from __future__ import annotations

from collections.abc import Callable

from nmt.ntypes import Interval, Simplex, Size, Type, Values
from nmt.ntypes.domains import Domain, hull, number

from .given import Fault, Given, common, each, listed, plain, without

BIT = Values((0.0, 1.0))


def least(given: Given) -> Type:
    """`min(a, b, ...)` or `min[D](a)`."""
    return _extreme(given, min)


def most(given: Given) -> Type:
    """`max(a, b, ...)` or `max[D](a)`."""
    return _extreme(given, max)


def _extreme(given: Given, pick: Callable[..., float]) -> Type:
    if given.over:
        arg = given.args[0]
        return Type(without(given, arg), arg.domain if isinstance(arg.domain, Values) else hull(arg.domain))
    shape, bounds = common(given), given.bounds
    ends = Interval(pick(bound.low for bound in bounds), pick(bound.high for bound in bounds))
    return Type(shape, each(given.args, pick) or ends)


def clip(given: Given) -> Type:
    """`clip(a, low, high)`, the ends plain numbers. What lies inside already keeps its domain.

    The gradient is that of a between the ends, and 0 beyond them.
    """
    arg, low, high = given.args[0], plain(given, 1, "an end of `clip`"), plain(given, 2, "an end of `clip`")
    if low > high:
        message = "`clip` runs from its lower to its upper end"
        raise Fault("NMT312", message, arg=2, label=f"this is below {number(low)}")
    if Interval(low, high).why_not(arg.domain) is None:
        return Type(arg.shape, arg.domain)

    def cut(value: float) -> float:
        return min(max(value, low), high)

    bound = hull(arg.domain)
    return Type(arg.shape, each(given.args, lambda value, *_: cut(value)) or Interval(cut(bound.low), cut(bound.high)))


# -- comparisons


def at_most(given: Given) -> Type:
    """`a <= b`, 1 where it holds and 0 where not. The gradient of a comparison is 0."""
    left, right = given.bounds
    return _compared(given, always=left.high <= right.low, never=left.low > right.high)


def at_least(given: Given) -> Type:
    """`a >= b`, 1 where it holds and 0 where not. The gradient of a comparison is 0."""
    left, right = given.bounds
    return _compared(given, always=left.low >= right.high, never=left.high < right.low)


def equal(given: Given) -> Type:
    """`a == b`, 1 where it holds and 0 where not: exact, so of use for few values rather than for ranges."""
    left, right = given.bounds
    some, others = map(listed, given.args)
    apart = left.high < right.low or right.high < left.low
    apart = apart or (some is not None and others is not None and not {*some} & {*others})
    return _compared(given, always=left.low == left.high == right.low == right.high, never=apart)


def _compared(given: Given, *, always: bool, never: bool) -> Type:
    """The outcome is known where the bounds settle it; then nothing is computed, so that rounding cannot refute it."""
    shape = common(given)
    if always or given.same:
        return Type(shape, Values((1.0,)))
    return Type(shape, Values((0.0,)) if never else BIT)


def where(given: Given) -> Type:
    """`where(c, a, b)`: a where c is 1, b where it is 0. The gradient flows to the one that is taken."""
    condition, *sides = given.args
    if BIT.why_not(condition.domain):
        raise Fault(
            "NMT309",
            "the condition of `where` is 0 or 1",
            arg=0,
            label=f"this is {condition.domain}",
            hint="a comparison gives 0 or 1, as in `where(x >= 0.5, a, b)`",
        )
    shape = common(given)
    chosen = listed(condition)
    if chosen is not None and len(chosen) == 1:
        sides = [sides[0] if chosen[0] else sides[1]]
    return Type(shape, _joined(sides, shape, whole=condition.scalar))


def _joined(sides: list[Type], shape: tuple[Size, ...], *, whole: bool) -> Domain:
    """A domain around those of all sides. With `whole`, one side is taken for all places alike, or there is but one."""
    domains = [side.domain for side in sides]
    if isinstance(domains[0], Simplex):
        alike = all(side.domain == domains[0] and side.shape == shape for side in sides)
        if alike and (whole or len(sides) == 1):
            return domains[0]
    values = [known for side in sides if (known := listed(side)) is not None]
    if len(values) == len(sides):
        return Values(tuple(sorted({value for known in values for value in known})))
    bounds = list(map(hull, domains))
    return Interval(min(bound.low for bound in bounds), max(bound.high for bound in bounds))
