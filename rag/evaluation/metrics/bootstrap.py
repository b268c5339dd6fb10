"""Uncertainty: percentile bootstrap intervals and the paired bootstrap (Efron and Tibshirani 1993, chapters 13 and 16).

A share of yes-or-no outcomes has Wilson's interval instead, and so has a mean of values between 0 and 1 that are all
alike: no resample of them differs, which says nothing about how sure the figure is.

A resample of n questions is written as how often each question was drawn: a row of whole numbers that sum to n. A
figure is then a ``Statistic``: ``float64[r, n]`` weights in, ``float64[r]`` values out, NaN where it is undefined (no
question of the kind it needs was drawn). With all weights 1 it gives the figure itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from rag.evaluation.metrics.proportions import Ratio, wilson_interval

Floats: TypeAlias = npt.NDArray[np.float64]
Statistic: TypeAlias = Callable[[Floats], Floats]

_Key = TypeVar("_Key", bound=Hashable)

RESAMPLES = 1000
SEED = 20_250_816
_CELLS_AT_ONCE = 2_000_000
"""Weights held in memory at a time: 16 MB."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; every value is None where it is undefined."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class PairedEstimate:
    """How much a figure changed from one run to another over the same questions.

    Attributes:
        difference: second minus first; ``low`` and ``high`` are its 95 % interval.
        p: two-sided p-value of "no difference": twice the smaller share of resamples on either side of 0, counting the
            figure itself as one more resample, at most 1.
    """

    first: float | None
    second: float | None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None


def evaluate_once(statistic: Statistic, n: int) -> float | None:
    """The figure itself, over ``n`` questions; None where it is undefined."""
    if n == 0:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        return _defined(float(statistic(np.ones((1, n)))[0]))


def estimates(
    statistics: Mapping[str, Statistic], n: int, *, resamples: int = RESAMPLES, seed: int = SEED
) -> dict[str, Estimate]:
    """Each figure over ``n`` questions with its 95 % interval; the same seed gives the same interval."""
    resampled = {name: statistic for name, statistic in statistics.items() if not _is_binary(statistic)}
    sampled = _sampled(resampled, n, resamples, seed)
    return {
        name: Estimate(evaluate_once(statistic, n), *_bounds(statistic, sampled.get(name)))
        for name, statistic in statistics.items()
    }


def paired_estimates(
    pairs: Mapping[str, tuple[Statistic, Statistic]], n: int, *, resamples: int = RESAMPLES, seed: int = SEED
) -> dict[str, PairedEstimate]:
    """Each figure's change between two runs over the same ``n`` questions, resampled together."""
    flat = {(name, side): pair[side] for name, pair in pairs.items() for side in (0, 1)}
    sampled = _sampled(flat, n, resamples, seed)
    result: dict[str, PairedEstimate] = {}
    for name, (one, two) in pairs.items():
        first, second = evaluate_once(one, n), evaluate_once(two, n)
        if first is None or second is None:
            result[name] = PairedEstimate(first, second)
            continue
        differences = sampled[name, 1] - sampled[name, 0]
        differences = differences[~np.isnan(differences)]
        below = (np.sum(differences <= 0) + 1) / (differences.size + 1)
        above = (np.sum(differences >= 0) + 1) / (differences.size + 1)
        result[name] = PairedEstimate(
            first, second, second - first, *_interval(differences), p=float(min(1.0, 2 * min(below, above)))
        )
    return result


def resampled_weights(n: int, resamples: int, seed: int) -> Iterator[Floats]:
    """``resamples`` rows of draw counts over ``n`` questions, in blocks that fit into memory."""
    generator = np.random.default_rng(seed)
    at_once = max(1, min(resamples, _CELLS_AT_ONCE // max(n, 1)))
    for first in range(0, resamples, at_once):
        rows = min(at_once, resamples - first)
        drawn = generator.integers(0, n, size=(rows, n)) + np.arange(rows)[:, None] * n
        yield np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n).astype(np.float64)


def _sampled(statistics: Mapping[_Key, Statistic], n: int, resamples: int, seed: int) -> dict[_Key, Floats]:
    blocks: dict[_Key, list[Floats]] = {name: [] for name in statistics}
    if n:
        with np.errstate(invalid="ignore", divide="ignore"):
            for weights in resampled_weights(n, resamples, seed):
                for name, statistic in statistics.items():
                    blocks[name].append(statistic(weights))
    return {name: np.concatenate(parts) if parts else np.empty(0) for name, parts in blocks.items()}


def _is_binary(statistic: Statistic) -> bool:
    return isinstance(statistic, Ratio) and statistic.is_binary


def _bounds(statistic: Statistic, sampled: Floats | None) -> tuple[float | None, float | None]:
    """The 95 % interval of one figure; ``sampled`` is None where it is not resampled."""
    low, high = (None, None) if sampled is None else _interval(sampled)
    if isinstance(statistic, Ratio) and (sampled is None or (statistic.is_share and low is not None and low == high)):
        trials = float(statistic.denominator.sum())
        return wilson_interval(float(statistic.numerator.sum()), trials) if trials else (None, None)
    return low, high


def _interval(sampled: Floats) -> tuple[float | None, float | None]:
    values = sampled[~np.isnan(sampled)]
    if values.size == 0:
        return None, None
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def _defined(value: float) -> float | None:
    return None if np.isnan(value) else value
