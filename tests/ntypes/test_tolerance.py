"""What rounding is allowed for: enough for any sum, and far less than a wrong bound would need."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nmt.ntypes import REALS, UNIT, Dim, Interval, Simplex, Values
from nmt.ntypes.tolerance import magnitude, rounding

EPS = {dtype: torch.finfo(dtype).eps for dtype in (torch.float32, torch.float64)}


def test_a_chance_in_float32_may_be_a_hundred_thousandth_off() -> None:
    assert rounding(EPS[torch.float32]) == pytest.approx(7.7e-6, rel=0.01)


@pytest.mark.parametrize("dtype", EPS)
@pytest.mark.parametrize("each", [0.1, 0.3, 1 / 3, 0.7])
@pytest.mark.parametrize("count", [1, 10, 196, 10_000, 1_000_000])
def test_sums_stay_within_it(dtype: torch.dtype, each: float, count: int) -> None:
    """Equal numbers are the worst case: each addition rounds in the same direction."""
    value = torch.full((count,), each, dtype=dtype)
    allowed = rounding(EPS[dtype], count, count * each)
    assert abs(value.sum().item() - count * each) <= allowed
    assert abs(value.cumsum(0)[-1].item() - count * each) <= allowed
    assert abs((value @ torch.ones_like(value)).item() - count * each) <= allowed
    product = value.expand(4, -1) @ torch.ones(count, 3, dtype=dtype)
    assert (product - count * each).abs().max() <= allowed
    assert abs(value.mean().item() - each) <= rounding(EPS[dtype], count, each)
    assert abs((value / value.sum()).sum().item() - 1) <= rounding(EPS[dtype], count)


@given(st.integers(1, 10**9), st.floats(0, 1e30), st.floats(0, 1e30))
def test_it_grows_with_the_terms_and_with_their_size(count: int, some: float, more: float) -> None:
    eps = EPS[torch.float32]
    assert 0 < rounding(eps, count, some) <= rounding(eps, count + 1, max(some, more))


def test_magnitude_is_that_of_the_finite_ends() -> None:
    assert magnitude(UNIT) == magnitude(Simplex(Dim("V", "test"))) == 1.0
    assert magnitude(Interval(-3.0, 2.0)) == magnitude(Values((-3.0, 0.5))) == magnitude(Interval(high=-3.0)) == 3.0
    assert magnitude(REALS) == 0.0
