"""Each statistic checked on resamples written out in full: against scikit-learn, numpy or a slow restatement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sklearn.metrics

from rag.evaluation.metrics import statistics
from rag.evaluation.metrics.bootstrap import Floats, Statistic, resampled_weights
from rag.evaluation.metrics.curves import reliability, risk_coverage

TOLERANCE = 1e-9


class Case:
    """Random questions: confidences with ties, outcomes, and which of them count."""

    def __init__(self, seed: int) -> None:
        chance = np.random.default_rng(seed)
        n = int(chance.integers(2, 60))
        self.n = n
        self.confidences: Floats = np.round(chance.random(n), int(chance.integers(1, 4)))
        self.right = chance.random(n) < 0.6
        self.mask = chance.random(n) < 0.8


def check(case: Case, statistic: Statistic, reference: Callable[[Any], float]) -> int:
    """Compare over all questions and over resamples; ``reference`` gets the drawn indices that count."""
    weights = np.concatenate([np.ones((1, case.n)), next(iter(resampled_weights(case.n, 20, seed=case.n)))])
    with np.errstate(invalid="ignore", divide="ignore"):
        values = statistic(weights)
    compared = 0
    for row, value in zip(weights.astype(int), values, strict=True):
        expected = reference(np.repeat(np.arange(case.n), row))
        if np.isnan(expected):
            assert np.isnan(value)
        else:
            assert value == pytest.approx(expected, abs=TOLERANCE)
            compared += 1
    return compared


@pytest.mark.parametrize("seed", range(40))
def test_auroc_is_scikit_learns(seed: int) -> None:
    case = Case(seed)

    def reference(drawn: Any) -> float:
        drawn = drawn[case.mask[drawn]]
        if len(set(case.right[drawn])) < 2:
            return float("nan")
        return float(sklearn.metrics.roc_auc_score(case.right[drawn], case.confidences[drawn]))

    check(case, statistics.auroc(case.confidences, case.right, case.mask), reference)


@pytest.mark.parametrize("seed", range(40))
def test_brier_is_scikit_learns(seed: int) -> None:
    case = Case(seed)

    def reference(drawn: Any) -> float:
        drawn = drawn[case.mask[drawn]]
        if not len(drawn):
            return float("nan")
        return float(sklearn.metrics.brier_score_loss(case.right[drawn], case.confidences[drawn], pos_label=True))

    assert check(case, statistics.brier(case.confidences, case.right, case.mask), reference)


@pytest.mark.parametrize("seed", range(40))
def test_precision_recall_and_f_measure_are_scikit_learns(seed: int) -> None:
    case = Case(seed)
    chosen, right = case.mask, case.right

    def reference(score: Callable[..., float]) -> Callable[[Any], float]:
        return lambda drawn: float(score(right[drawn], chosen[drawn], zero_division=np.nan))

    check(case, statistics.precision(chosen, right), reference(sklearn.metrics.precision_score))
    check(case, statistics.recall(chosen, right), reference(sklearn.metrics.recall_score))
    check(case, statistics.f_measure(chosen, right), reference(sklearn.metrics.f1_score))


@pytest.mark.parametrize("seed", range(40))
def test_percentile_is_numpys(seed: int) -> None:
    case = Case(seed)
    for share in (0.0, 0.5, 0.95, 1.0):

        def reference(drawn: Any, share: float = share) -> float:
            drawn = drawn[case.mask[drawn]]
            return float(np.quantile(case.confidences[drawn], share)) if len(drawn) else float("nan")

        assert check(case, statistics.percentile(case.confidences, share, case.mask), reference)


@pytest.mark.parametrize("seed", range(40))
def test_calibration_error_restated(seed: int) -> None:
    case = Case(seed)

    def reference(drawn: Any) -> float:
        drawn = drawn[case.mask[drawn]]
        total = 0.0
        for number in range(10):
            inside = [i for i in drawn if min(int(case.confidences[i] * 10), 9) == number]
            if inside:
                accuracy = sum(bool(case.right[i]) for i in inside) / len(inside)
                confidence = sum(float(case.confidences[i]) for i in inside) / len(inside)
                total += len(inside) / len(drawn) * abs(accuracy - confidence)
        return total if len(drawn) else float("nan")

    assert check(case, statistics.expected_calibration_error(case.confidences, case.right, case.mask), reference)


@pytest.mark.parametrize("seed", range(40))
def test_risk_area_restated(seed: int) -> None:
    case = Case(seed)

    def reference(drawn: Any) -> float:
        drawn = [i for i in drawn if case.mask[i]]
        risks = []
        for i in drawn:
            at_least = [j for j in drawn if case.confidences[j] >= case.confidences[i]]
            risks.append(sum(not case.right[j] for j in at_least) / len(at_least))
        return sum(risks) / len(risks) if risks else float("nan")

    assert check(case, statistics.risk_area(case.confidences, case.right, case.mask), reference)


def test_figures_without_any_question_are_undefined() -> None:
    nothing = np.zeros(3, dtype=bool)
    values, ones = np.array([0.1, 0.2, 0.3]), np.ones((1, 3))
    with np.errstate(invalid="ignore"):
        for statistic in (
            statistics.mean(values, nothing),
            statistics.auroc(values, nothing, nothing),
            statistics.auroc(values, nothing, ~nothing),
            statistics.risk_area(values, nothing, nothing),
            statistics.expected_calibration_error(values, nothing, nothing),
            statistics.percentile(values, 0.5, nothing),
        ):
            assert np.isnan(statistic(ones)).all()


def test_risk_coverage_points() -> None:
    confidences = np.array([0.9, 0.5, 0.5, 0.1])
    right = np.array([True, False, True, True])
    answered = np.array([True, True, True, False])
    points = risk_coverage(confidences, right, answered)
    assert [(point.confidence, point.coverage, point.risk) for point in points] == [
        (0.9, 0.25, 0.0),
        (0.5, 0.75, pytest.approx(1 / 3)),
    ]


def test_reliability_bins_put_one_into_the_last() -> None:
    confidences = np.array([1.0, 0.95, 0.1, 0.3])
    right = np.array([True, False, True, True])
    bins = reliability(confidences, right, np.array([True, True, True, False]))
    assert [(one.low, one.high, one.count) for one in bins] == [(0.1, 0.2, 1), (0.9, 1.0, 2)]
    assert bins[1].accuracy == 0.5
    assert bins[1].confidence == pytest.approx(0.975)
