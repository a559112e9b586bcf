"""Domains: the sets of values that types allow. Each says why another does not lie inside it."""

from __future__ import annotations

import math
from typing import TypeAlias

from attrs import frozen

from .dims import Dim

INF = math.inf


def number(value: float) -> str:
    """A number as people write it."""
    return f"{value:g}"


@frozen
class Interval:
    """Numbers between two ends, both included."""

    low: float = -INF
    high: float = INF

    def __str__(self) -> str:
        if self == REALS:
            return "any real"
        low = "" if self.low == -INF else number(self.low)
        high = "" if self.high == INF else number(self.high)
        return f"{low}..{high}"

    def why_not(self, other: Domain) -> str | None:
        """Say why `other` does not lie inside, or None where it does."""
        inner = hull(other)
        if inner.low == inner.high:
            return None if self.low <= inner.low <= self.high else f"{number(inner.low)} is not in {self}"
        if inner.low < self.low and inner.high > self.high:
            return f"{other} leaves {self} at both ends"
        if inner.low < self.low:
            return f"{other} can fall below {number(self.low)}"
        if inner.high > self.high:
            return f"{other} can exceed {number(self.high)}"
        return None


@frozen
class Values:
    """A few numbers and nothing between."""

    values: tuple[float, ...]

    def __str__(self) -> str:
        return f"{{{', '.join(map(number, self.values))}}}"

    def why_not(self, other: Domain) -> str | None:
        """Say why `other` does not lie inside, or None where it does."""
        if isinstance(other, Values):
            rest = [value for value in other.values if value not in self.values]
            return f"{number(rest[0])} is not in {self}" if rest else None
        if isinstance(other, Interval) and other.low == other.high:
            return None if other.low in self.values else f"{number(other.low)} is not in {self}"
        return f"{other} holds more than {self}"


@frozen
class Simplex:
    """Numbers of 0 or more whose sum over a dim is 1."""

    over: Dim

    def __str__(self) -> str:
        return f"simplex[{self.over}]"

    def why_not(self, other: Domain) -> str | None:
        """Say why `other` does not lie inside, or None where it does."""
        return None if other == self else f"{other} is not known to sum to 1 over {self.over}"


Domain: TypeAlias = Interval | Values | Simplex

REALS = Interval()
UNIT = Interval(0.0, 1.0)


def hull(domain: Domain) -> Interval:
    """The smallest interval around a domain."""
    match domain:
        case Values(values):
            return Interval(min(values), max(values))
        case Simplex():
            return UNIT
    return domain


# What each enforcer can give, given any real number. `softmax` and `clip` depend on the domain that they serve.
RANGES: dict[str, Domain] = {
    "sigmoid": UNIT,
    "tanh": Interval(-1.0, 1.0),
    "relu": Interval(0.0, INF),
    "softplus": Interval(0.0, INF),
    "step": Values((0.0, 1.0)),
}
ENFORCERS = (*RANGES, "softmax", "clip")


def why_not_enforced(enforcer: str, domain: Domain) -> str | None:
    """Say why an enforcer does not keep values in a domain, or None where it does."""
    if enforcer == "softmax":
        return None if isinstance(domain, Simplex) else domain.why_not(UNIT)
    if enforcer == "clip":
        if isinstance(domain, Interval):
            return "nothing ends there" if domain == REALS else None
        return "it cuts at the ends of a range, and keeps all between"
    return domain.why_not(RANGES[enforcer])
