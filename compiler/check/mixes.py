"""Mixes: sums whose weights are 0 or more and add to 1, whatever the numbers are. They stay among what is mixed.

`p * a + (1 - p) * b` of two distributions is a distribution, and of two masks it lies in 0..1, though as a sum of
products it could be 0..2. So does `a + (1 - a) * b`, where a is the weight of 1. Weights are told by their form: they
are polynomials over their parts, and those of a mix come to 1 when added, for any values of the parts.
"""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Iterator
from functools import reduce
from typing import TypeAlias

from attrs import evolve, frozen

from nmt.ntypes import Interval, Simplex, Type
from nmt.ntypes.domains import Domain, hull

from .. import typed

ONE = typed.Const(1.0, Type((), Interval(1.0, 1.0)))
Atoms: TypeAlias = dict[typed.Expr, int]  # what is not taken apart, numbered
Polynomial: TypeAlias = dict[tuple[int, ...], float]  # products of atoms, in order, with their factors

MIXING = frozenset(["add", "mul", "div"])
MOST_TERMS = 8  # of a sum that is looked at
MOST_READINGS = 256  # of a sum: which factor of each product is the weight
MOST_PRODUCTS = 64  # of a weight, multiplied out
CLOSE = 8 * sys.float_info.epsilon  # numbers such as 0.3 and 0.7 add to 1 but for rounding


@frozen
class Part:
    """A reading of one term: a value by a weight. `whole`: the weight is one number for all places."""

    weight: Polynomial
    value: typed.Expr
    whole: bool = True

    def times(self, weight: Polynomial, *, whole: bool) -> Part:
        """The same by one more factor."""
        return Part(_times(self.weight, weight), self.value, self.whole and whole)


def refined(expr: typed.Prim) -> typed.Prim:
    """The expression, with the narrower domain that it has as a mix."""
    if expr.name not in MIXING or expr.type.unknown:
        return expr
    terms = list(itertools.islice(_terms(expr, 1.0), MOST_TERMS + 1))
    if not 1 < len(terms) <= MOST_TERMS or any(scale < 0.0 for scale, _ in terms):
        return expr
    domain = expr.type.domain
    atoms: Atoms = {}
    readings = [[part.times({(): scale}, whole=True) for part in _parts(term, atoms)] for scale, term in terms]
    # Weights at one point tell most readings that are no mix, at a fraction of the cost.
    at_a_point = [[(_at_a_point(part.weight), part) for part in parts] for parts in readings]
    for reading in itertools.islice(itertools.product(*at_a_point), MOST_READINGS):
        parts = tuple(part for _, part in reading)
        if abs(sum(weight for weight, _ in reading) - 1.0) < 1e-9 and _one(part.weight for part in parts):
            domain = _mixed(parts, expr.type, domain)
    return expr if domain == expr.type.domain else evolve(expr, type=evolve(expr.type, domain=domain))


def _terms(expr: typed.Expr, scale: float) -> Iterator[tuple[float, typed.Expr]]:
    """What is added, each with the plain number before it."""
    match expr:
        case typed.Prim("add", _, (left, right)):
            yield from _terms(left, scale)
            yield from _terms(right, scale)
        case typed.Prim("mul", _, (typed.Const(factor), value) | (value, typed.Const(factor))):
            yield from _terms(value, scale * factor)
        case typed.Prim("div", _, (value, typed.Const(divisor))):
            yield from _terms(value, scale / divisor)
        case _:
            yield scale, expr


def _parts(expr: typed.Expr, atoms: Atoms) -> list[Part]:
    """The readings of a term: a value, a weight of 1, or either factor the weight of the other; distributions first."""
    found = [Part({(): 1.0}, expr)]
    if hull(expr.type.domain).low >= 0.0:
        found.append(Part(_polynomial(expr, atoms), ONE))
    if isinstance(expr, typed.Prim) and expr.name == "mul":
        for weight, value in (expr.args, expr.args[::-1]):
            if hull(weight.type.domain).low >= 0.0:
                factor = _polynomial(weight, atoms)
                found += [part.times(factor, whole=weight.type.scalar) for part in _parts(value, atoms)]
    found.sort(key=lambda part: not isinstance(part.value.type.domain, Simplex))
    return found[:8]


def _mixed(reading: tuple[Part, ...], type_: Type, known: Domain) -> Domain:
    values = [part.value.type for part in reading]
    first = values[0].domain
    if isinstance(first, Simplex) and all(
        part.whole and part.value.type.domain == first and part.value.type.shape == type_.shape for part in reading
    ):
        return first
    if isinstance(known, Simplex):
        return known
    bounds, before = [hull(value.domain) for value in values], hull(known)
    low = max(before.low, min(bound.low for bound in bounds))
    high = min(before.high, max(bound.high for bound in bounds))
    narrower = low <= high and (low, high) != (before.low, before.high)
    return Interval(low, high) if narrower else known


# -- weights


def _polynomial(expr: typed.Expr, atoms: Atoms) -> Polynomial:
    match expr:
        case typed.Const(value) | typed.Convert("scalar", typed.Const(value)):
            return {(): value}
        case typed.Prim("add", _, (left, right)):
            return _plus(_polynomial(left, atoms), _polynomial(right, atoms))
        case typed.Prim("sub", _, (left, right)):
            return _plus(_polynomial(left, atoms), _polynomial(right, atoms), -1.0)
        case typed.Prim("neg", _, (only,)):
            return _times({(): -1.0}, _polynomial(only, atoms))
        case typed.Prim("div", _, (left, typed.Const(divisor))):
            return _times({(): 1.0 / divisor}, _polynomial(left, atoms))
        case typed.Prim("mul", _, (left, right)):
            factors = _polynomial(left, atoms), _polynomial(right, atoms)
            if len(factors[0]) * len(factors[1]) <= MOST_PRODUCTS:
                return _times(*factors)
    return {(atoms.setdefault(expr, len(atoms)),): 1.0}


def _plus(left: Polynomial, right: Polynomial, sign: float = 1.0) -> Polynomial:
    made = dict(left)
    for atoms, factor in right.items():
        made[atoms] = made.get(atoms, 0.0) + sign * factor
    return made


def _times(left: Polynomial, right: Polynomial) -> Polynomial:
    made: Polynomial = {}
    for (some, factor), (others, other) in itertools.product(left.items(), right.items()):
        atoms = tuple(sorted(some + others))
        made[atoms] = made.get(atoms, 0.0) + factor * other
    return made


def _at_a_point(weight: Polynomial) -> float:
    """A weight where each atom has some number of its own, in 0.1..1.1."""
    return sum(
        factor * math.prod(0.1 + (0.754877666 * (atom + 1)) % 1.0 for atom in atoms) for atoms, factor in weight.items()
    )


def _one(weights: Iterator[Polynomial]) -> bool:
    """Whether weights add to 1."""
    total = reduce(_plus, weights)
    return (
        all(math.isclose(factor, float(atoms == ()), abs_tol=CLOSE) for atoms, factor in total.items()) and () in total
    )
