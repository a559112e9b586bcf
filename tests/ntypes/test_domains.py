"""Inclusion of domains is a partial order, and agrees with the numbers in them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmt.ntypes import REALS, UNIT, Dim, Domain, Interval, Simplex, Values
from nmt.ntypes.domains import ENFORCERS, INF, hull, why_not_enforced

V, W = Dim("V", "test"), Dim("W", "test")
ends = st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0])
intervals = st.tuples(ends, ends, st.booleans(), st.booleans()).map(
    lambda it: Interval(-INF if it[2] else min(it[:2]), INF if it[3] else max(it[:2]))
)
values = st.lists(ends, min_size=1, max_size=4).map(lambda it: Values(tuple(sorted(set(it)))))
domains: st.SearchStrategy[Domain] = intervals | values | st.sampled_from([Simplex(V), Simplex(W)])
PROBES = [-INF, -3.0, -2.0, -1.5, -1.0, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, INF]


def holds(domain: Domain, number: float) -> bool:
    match domain:
        case Interval(low, high):
            return low <= number <= high
        case Values(listed):
            return number in listed
    return 0 <= number <= 1  # a number of a distribution


def same(a: Domain, b: Domain) -> bool:
    """Whether two domains hold the same numbers: one number may be written as a range or a list."""
    points = [domain.low for domain in (hull(a), hull(b)) if domain.low == domain.high]
    return a == b or (len(points) == 2 and points[0] == points[1])


@given(domains)
def test_inclusion_is_reflexive(a: Domain) -> None:
    assert a.why_not(a) is None
    assert hull(a).why_not(a) is None


@given(domains, domains, domains)
def test_inclusion_is_transitive(a: Domain, b: Domain, c: Domain) -> None:
    if a.why_not(b) is None and b.why_not(c) is None:
        assert a.why_not(c) is None


@given(domains, domains)
def test_inclusion_both_ways_is_equality(a: Domain, b: Domain) -> None:
    if a.why_not(b) is None and b.why_not(a) is None:
        assert same(a, b)


@given(intervals | values, domains)
def test_inclusion_is_that_of_the_numbers(a: Domain, b: Domain) -> None:
    """The probes lie between and on all ends that are drawn, so that they decide."""
    inside = [number for number in PROBES if holds(b, number)]
    assert (a.why_not(b) is None) == all(holds(a, number) for number in inside)


@given(domains)
def test_only_simplexes_are_known_to_sum_to_one(a: Domain) -> None:
    assert (Simplex(V).why_not(a) is None) == (a == Simplex(V))


@pytest.mark.parametrize(
    ("outer", "inner", "reason"),
    [
        (UNIT, Interval(0, 2), "0..2 can exceed 1"),
        (UNIT, Interval(-1, 1), "-1..1 can fall below 0"),
        (UNIT, REALS, "any real leaves 0..1 at both ends"),
        (Interval(0.0), Interval(high=3.0), "..3 can fall below 0"),
        (UNIT, Interval(2, 2), "2 is not in 0..1"),
        (Values((0, 1)), UNIT, "0..1 holds more than {0, 1}"),
        (Values((0, 1)), Values((0, 2)), "2 is not in {0, 1}"),
        (Simplex(V), UNIT, "0..1 is not known to sum to 1 over V"),
    ],
)
def test_reasons(outer: Domain, inner: Domain, reason: str) -> None:
    assert outer.why_not(inner) == reason


def enforced(name: str, domain: Domain, raw: np.ndarray) -> np.ndarray:
    """What an enforcer makes of raw numbers."""
    with np.errstate(over="ignore"):
        match name:
            case "sigmoid":
                return 1 / (1 + np.exp(-raw))
            case "tanh":
                return np.tanh(raw)
            case "relu":
                return np.maximum(raw, 0)
            case "softplus":
                return np.logaddexp(raw, 0)
            case "step":
                return (raw > 0).astype(float)
            case "softmax":
                shifted = np.exp(raw - raw.max())
                return shifted / shifted.sum()
    assert isinstance(domain, Interval)
    return np.clip(raw, domain.low, domain.high)


@given(st.sampled_from(ENFORCERS), domains, st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=5))
def test_an_enforcer_keeps_any_number_in_its_domain(name: str, domain: Domain, raw: list[float]) -> None:
    if why_not_enforced(name, domain) is None:
        made = enforced(name, domain, np.array(raw))
        assert all(holds(domain, number) for number in made)
        if isinstance(domain, Simplex):
            assert np.isclose(made.sum(), 1)


@given(st.sampled_from(ENFORCERS), domains)
def test_an_enforcer_that_is_refused_can_leave(name: str, domain: Domain) -> None:
    """Some raw number is taken out of the domain, so no enforcer is refused without need."""
    if why_not_enforced(name, domain) is None or (name == "clip" and not isinstance(domain, Interval)):
        return
    if isinstance(domain, Simplex):
        return  # numbers of 0..1 need not sum to 1
    if domain == REALS:
        assert name == "clip"
        return
    raw = np.array([-40.0, -1.2, -0.3, 0.0, 0.3, 1.2, 40.0])
    made = [enforced(name, domain, raw)] if name != "softmax" else [enforced(name, domain, raw[i:]) for i in range(7)]
    assert not all(holds(domain, number) for number in np.concatenate(made))
