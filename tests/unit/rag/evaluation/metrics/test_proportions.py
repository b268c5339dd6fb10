"""Wilson's interval and the exact binomial bound, against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rag.evaluation.metrics import statistics
from rag.evaluation.metrics.bootstrap import estimates
from rag.evaluation.metrics.proportions import binomial_upper_bound, wilson_interval

COUNTS = st.integers(1, 400).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


@given(COUNTS)
def test_wilson_agrees_with_scipy(counts: tuple[int, int]) -> None:
    successes, trials = counts
    expected = stats.binomtest(successes, trials).proportion_ci(method="wilson")
    assert wilson_interval(successes, trials) == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(COUNTS)
def test_the_exact_bound_agrees_with_scipy(counts: tuple[int, int]) -> None:
    successes, trials = counts
    expected = stats.binomtest(successes, trials, alternative="less").proportion_ci(0.95, method="exact").high
    assert binomial_upper_bound(successes, trials) == pytest.approx(expected, abs=1e-7)


def test_nothing_tried_bounds_nothing() -> None:
    assert binomial_upper_bound(0, 0) == 1.0
    with pytest.raises(ValueError, match="no trials"):
        wilson_interval(0, 0)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_one_question_is_never_certain(value: float) -> None:
    share = statistics.mean(np.array([value]), np.array([True]))
    estimate = estimates({"share": share}, 1)["share"]
    assert estimate.value == value
    assert estimate.low is not None
    assert estimate.high is not None
    assert estimate.high - estimate.low > 0.7


def test_values_all_alike_between_0_and_1_are_no_more_certain() -> None:
    estimate = estimates({"f1": statistics.mean(np.full(3, 0.4), np.ones(3, dtype=bool))}, 3)["f1"]
    assert estimate.low is not None
    assert estimate.high is not None
    assert estimate.low < 0.2
    assert estimate.high > 0.6


def test_a_share_of_nothing_has_no_interval() -> None:
    estimate = estimates({"share": statistics.mean(np.array([1.0]), np.array([False]))}, 1)["share"]
    assert (estimate.value, estimate.low, estimate.high) == (None, None, None)


def test_values_in_between_are_resampled() -> None:
    values = np.linspace(0, 1, 40)
    estimate = estimates({"f1": statistics.mean(values, np.ones(40, dtype=bool))}, 40)["f1"]
    low, high = wilson_interval(float(values.sum()), 40)
    assert estimate.low is not None
    assert estimate.high is not None
    assert low < estimate.low < 0.5 < estimate.high < high
