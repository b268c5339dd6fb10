"""Figures with intervals, in the form of the results file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.results import rounded
from rag.evaluation.metrics.bootstrap import Estimate, Floats, Statistic, estimates, paired_estimates
from rag.evaluation.metrics.statistics import mean


def with_intervals(statistics: Mapping[str, Statistic], count: int) -> dict[str, Any]:
    """Each figure over ``count`` questions as ``{"value", "low", "high"}``."""
    return {name: as_figure(one) for name, one in estimates(statistics, count).items()}


def as_figure(estimate: Estimate) -> dict[str, float | None]:
    """An estimate for the results file."""
    return {"value": rounded(estimate.value), "low": rounded(estimate.low), "high": rounded(estimate.high)}


def means(values: Mapping[str, Sequence[float] | Floats]) -> dict[str, Any]:
    """The mean of each list (all of one length) with its interval."""
    arrays = {name: np.asarray(column, dtype=np.float64) for name, column in values.items()}
    count = len(next(iter(arrays.values())))
    everyone = np.ones(count, dtype=bool)
    return with_intervals({name: mean(column, everyone) for name, column in arrays.items()}, count)


def change(first: Sequence[float] | Floats, second: Sequence[float] | Floats) -> dict[str, float | None]:
    """Second minus first over the same questions: the difference of means, its interval and the p-value.

    Paired bootstrap; see ``rag.evaluation.metrics.bootstrap``.
    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    everyone = np.ones(len(one), dtype=bool)
    return as_paired(mean(one, everyone), mean(two, everyone), len(one))


def as_paired(first: Statistic, second: Statistic, count: int) -> dict[str, float | None]:
    """The second figure minus the first over the same ``count`` questions, as ``change``."""
    paired = paired_estimates({"change": (first, second)}, count)["change"]
    return {
        "difference": rounded(paired.difference),
        "low": rounded(paired.low),
        "high": rounded(paired.high),
        "p": rounded(paired.p),
    }


def percentiles(milliseconds: Sequence[float]) -> dict[str, float | None]:
    """Median and 95th percentile of times."""
    values = np.asarray(milliseconds, dtype=np.float64)
    if not len(values):
        return {"p50_ms": None, "p95_ms": None}
    return {
        "p50_ms": rounded(float(np.percentile(values, 50)), 2),
        "p95_ms": rounded(float(np.percentile(values, 95)), 2),
    }
