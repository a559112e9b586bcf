"""Shares and their intervals, and how a split is broken down."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmt.trainer.end_to_end import hold_out, rate
from nmt.trainer.evaluation import share
from nmt.trainer.settings import Settings


def test_independent_questions_have_wilsons_interval():
    right = np.array([True] * 80 + [False] * 20)
    made = share(right, np.arange(100))
    assert (made.right, made.count, made.accuracy) == (80, 100, 0.8)
    # Wilson's interval of 80 in 100, as tables give it; the design effect of single questions is 100 / 99.
    assert made.low == pytest.approx(0.7112, abs=2e-3)
    assert made.high == pytest.approx(0.8666, abs=2e-3)


def test_questions_that_fail_together_widen_it():
    right = np.repeat([True] * 8 + [False] * 2, 10)
    together, apart = share(right, np.repeat(np.arange(10), 10)), share(right, np.arange(100))
    assert together.high - together.low > 2 * (apart.high - apart.low)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=60))
def test_a_share_lies_in_its_interval(drawn):
    right = np.array([hit for hit, _ in drawn], dtype=bool)
    made = share(right, np.array([cluster for _, cluster in drawn], dtype=np.int64))
    assert 0 <= made.low <= made.high <= 1
    assert made.count == len(drawn)
    if drawn:
        assert made.low - 1e-9 <= made.accuracy <= made.high + 1e-9


@given(st.integers(2, 200), st.integers(0, 5), st.floats(0.01, 0.5))
def test_held_out_pictures_are_never_trained_on(count, seed, part):
    images = np.arange(count) * 3
    train, select = hold_out(images, Settings(seed=seed, hold_out=part))
    assert len(select) >= 1
    assert sorted([*train, *select]) == images.tolist()


@given(st.integers(1, 5000), st.integers(0, 200))
def test_the_learning_rate_stays_in_bounds_and_ends_low(steps, warmup):
    settings = Settings(warmup=warmup)
    rates = [rate(step, steps, settings) for step in range(0, steps, max(1, steps // 50))]
    assert all(0 < one <= 1 for one in rates)
    assert rate(steps + warmup, steps, settings) <= 1
    assert rate(steps, steps, Settings(warmup=0)) == pytest.approx(settings.last)
