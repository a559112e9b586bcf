"""What a rule is given, how it says no, and the arithmetic of bounds that the rules share."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable
from typing import TypeAlias

from attrs import frozen

from nmt.ntypes import Dim, Interval, Size, Type, Values
from nmt.ntypes.dims import show
from nmt.ntypes.domains import hull

LARGEST = sys.float_info.max
MOST_VALUES = 16  # of a result whose values are listed one by one; more become a range

# Written with signs, never by name.
SIGNS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "neg": "-",
    "at_most": "<=",
    "at_least": ">=",
    "equal": "==",
}


class Fault(Exception):  # noqa: N818 -- a finding on its way to the report
    """A primitive cannot take what it is given. `arg` is the argument at fault.

    In the `hint`, `{0}` and `{1}` stand for the first two arguments as they are written.
    """

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

    @property
    def bounds(self) -> list[Interval]:
        """The smallest range around each argument."""
        return [hull(arg.domain) for arg in self.args]


Rule: TypeAlias = Callable[[Given], Type]


def common(given: Given) -> tuple[Size, ...]:
    """The shape of all arguments, over which scalars are spread."""
    shape = next((arg.shape for arg in given.args if arg.shape), ())
    for place, arg in enumerate(given.args):
        if arg.shape and arg.shape != shape:
            message = f"`{given.said}` needs equal shapes, here {show(shape)} and {show(arg.shape)}"
            raise Fault("NMT201", message, arg=place, label=f"this is {show(arg.shape)}")
    return shape


def without(given: Given, arg: Type, place: int = 0) -> tuple[Size, ...]:
    """The shape less the dims of the brackets, each of which must stand in it once."""
    for dim in given.over:
        count = sum(size.dim == dim for size in arg.shape)
        if count != 1:
            where = f"{dim} {'stands twice' if count else 'is not'} in the shape {show(arg.shape)}"
            message = where if arg.shape else f"`{given.said}` runs over {dim}, and a scalar has no dims"
            raise Fault("NMT202", message, arg=place, label=f"this is {arg}")
    return tuple(size for size in arg.shape if size.dim not in given.over)


def plain(given: Given, place: int, what: str) -> float:
    """The number that an argument is, which must be written as one."""
    value = given.values[place]
    if value is None:
        raise Fault("NMT311", f"{what} is a plain number", arg=place, label=f"this is {given.args[place]}")
    return value


# -- bounds


def between(low: float, high: float) -> Interval:
    """A range that was computed: an end beyond all floats opens it, but never empties it."""
    return Interval(min(low, LARGEST), max(high, -LARGEST))


def product(left: float, right: float) -> float:
    """Of two ends: 0 times infinity is 0, since no number in a range is infinite."""
    return 0.0 if 0.0 in (left, right) else left * right


def quotient(left: float, right: float) -> float:
    """Of two ends, the divisor not 0: whatever is divided by an infinite end comes to 0."""
    return 0.0 if left == 0.0 or math.isinf(right) else left / right


def corners(compute: Callable[[float, float], float], left: Interval, right: Interval) -> Interval:
    """The range of what is monotonic in each of its two arguments."""
    ends = [compute(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    return between(min(ends), max(ends))


def listed(arg: Type) -> tuple[float, ...] | None:
    """The numbers that an argument may be, where it is no range."""
    match arg.domain:
        case Values(values):
            return values
        case Interval(low, high) if low == high:
            return (low,)
    return None


def each(args: tuple[Type, ...], compute: Callable[..., float]) -> Values | None:
    """Every outcome, where all arguments are of a few values; None where ranges say more, or too many come out."""
    if not any(isinstance(arg.domain, Values) for arg in args):
        return None
    options = [values for arg in args if (values := listed(arg)) is not None]
    if len(options) < len(args) or math.prod(map(len, options)) > MOST_VALUES**2:
        return None
    try:
        made = {compute(*chosen) + 0.0 for chosen in itertools.product(*options)}  # 0 has no sign
    except OverflowError:
        return None
    if len(made) > MOST_VALUES or not all(map(math.isfinite, made)):
        return None
    return Values(tuple(sorted(made)))
