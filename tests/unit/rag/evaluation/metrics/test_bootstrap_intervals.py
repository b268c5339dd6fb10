from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from rag.evaluation.metrics import bootstrap
from rag.evaluation.metrics.bootstrap import estimates, paired_estimates, resampled_weights
from rag.evaluation.metrics.statistics import f_measure, mean, precision

ALL = np.ones(200, dtype=bool)


def test_every_resample_draws_as_many_questions_as_there_are() -> None:
    weights = np.concatenate(list(resampled_weights(7, 50, seed=1)))
    assert weights.shape == (50, 7)
    assert (weights.sum(axis=1) == 7).all()
    assert (weights >= 0).all()
    assert len({tuple(row) for row in weights}) > 40


def test_blocks_do_not_change_how_many_resamples_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_CELLS_AT_ONCE", 20)
    assert [len(block) for block in resampled_weights(7, 5, seed=1)] == [2, 2, 1]
    assert [len(block) for block in resampled_weights(70, 2, seed=1)] == [1, 1]


def test_interval_of_a_mean_is_near_scipys() -> None:
    values = np.random.default_rng(3).random(200)
    ours = estimates({"mean": mean(values, ALL)}, 200, resamples=4000)["mean"]
    theirs = scipy.stats.bootstrap((values,), np.mean, n_resamples=4000, method="percentile", rng=5).confidence_interval
    assert ours.value == pytest.approx(values.mean())
    assert ours.low == pytest.approx(theirs.low, abs=0.004)
    assert ours.high == pytest.approx(theirs.high, abs=0.004)


def test_intervals_repeat_and_follow_the_seed() -> None:
    statistic = {"mean": mean(np.arange(200.0), ALL)}
    assert estimates(statistic, 200) == estimates(statistic, 200)
    assert estimates(statistic, 200, seed=1) != estimates(statistic, 200, seed=2)


def test_undefined_figures_have_no_value_and_no_interval() -> None:
    none = np.zeros(3, dtype=bool)
    estimate = estimates({"p": precision(none, ~none)}, 3)["p"]
    assert (estimate.value, estimate.low, estimate.high) == (None, None, None)
    assert estimates({"p": precision(none, none)}, 0)["p"].value is None


def test_resamples_in_which_a_figure_is_undefined_are_left_out() -> None:
    rare = np.array([True, False, False])
    score = estimates({"f": f_measure(rare, rare)}, 3)["f"]
    assert (score.value, score.low, score.high) == (1.0, 1.0, 1.0)


def test_the_same_answers_do_not_differ() -> None:
    statistic = mean(np.random.default_rng(3).random(200), ALL)
    change = paired_estimates({"mean": (statistic, statistic)}, 200)["mean"]
    assert (change.difference, change.low, change.high, change.p) == (0.0, 0.0, 0.0, 1.0)


def test_pairing_finds_a_small_but_steady_gain() -> None:
    chance = np.random.default_rng(3)
    before = chance.random(200)
    after = before + 0.02 + 0.02 * chance.random(200)
    change = paired_estimates({"mean": (mean(before, ALL), mean(after, ALL))}, 200)["mean"]
    assert change.difference == pytest.approx(0.03, abs=0.005)
    assert change.low is not None
    assert change.low > 0.02
    assert change.p == pytest.approx(2 / 1001)
    reverse = paired_estimates({"mean": (mean(after, ALL), mean(before, ALL))}, 200)["mean"]
    assert reverse.difference == pytest.approx(-(change.difference or 0))
    assert reverse.p == change.p


def test_p_values_are_about_uniform_when_nothing_changed() -> None:
    chance = np.random.default_rng(11)
    significant = 0
    for _ in range(200):
        before, after = chance.random(40), chance.random(40)
        pair = {"mean": (mean(before, ALL[:40]), mean(after, ALL[:40]))}
        p = paired_estimates(pair, 40, resamples=200)["mean"].p
        assert p is not None
        significant += p < 0.05
    assert 3 <= significant <= 22
