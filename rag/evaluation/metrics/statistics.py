"""Figures over many questions as weighted statistics (see ``bootstrap.py``), so that each has an interval.

Every function here takes one value per question (``[n]``) and returns a ``Statistic``. A mask says which questions
count; a figure is NaN while none of them is drawn.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rag.evaluation.metrics.bootstrap import Floats, Statistic
from rag.evaluation.metrics.proportions import Ratio

Flags = npt.NDArray[np.bool_]

BINS = 10
"""Equal bins of confidence for calibration, as in Guo et al. 2017 (who use 15; fewer suit small question sets)."""


def mean(values: Floats, mask: Flags) -> Statistic:
    """The mean of ``values`` where ``mask``."""
    return ratio(np.where(mask, values, 0.0), mask.astype(np.float64))


def ratio(numerator: Floats, denominator: Floats) -> Statistic:
    """The sum of ``numerator`` over the sum of ``denominator``."""
    return Ratio(numerator, denominator)


def precision(chosen: Flags, right: Flags) -> Statistic:
    """The share of the ``chosen`` that are ``right``."""
    return ratio((chosen & right).astype(np.float64), chosen.astype(np.float64))


def recall(chosen: Flags, right: Flags) -> Statistic:
    """The share of the ``right`` that are ``chosen``."""
    return precision(right, chosen)


def f_measure(chosen: Flags, right: Flags) -> Statistic:
    """The harmonic mean of precision and recall: 2 TP / (chosen + right)."""
    return ratio(2.0 * (chosen & right).astype(np.float64), chosen.astype(np.float64) + right.astype(np.float64))


def auroc(scores: Floats, positive: Flags, mask: Flags) -> Statistic:
    """The chance that a random positive question scores above a random negative one; ties count half.

    Mann and Whitney's U over all pairs, by ranking the groups of equal scores.
    """
    chosen = np.flatnonzero(mask)
    order = chosen[np.argsort(scores[chosen], kind="stable")]
    starts = _group_starts(scores[order])
    is_positive = positive[order]

    def statistic(weights: Floats) -> Floats:
        if order.size == 0:
            return np.full(len(weights), np.nan)
        drawn = weights[:, order]
        positives = np.add.reduceat(np.where(is_positive, drawn, 0.0), starts, axis=1)
        negatives = np.add.reduceat(np.where(is_positive, 0.0, drawn), starts, axis=1)
        below = np.cumsum(negatives, axis=1) - negatives
        wins = np.sum(positives * (below + 0.5 * negatives), axis=1)
        value: Floats = wins / (positives.sum(axis=1) * negatives.sum(axis=1))
        return value

    return statistic


def risk_area(confidences: Floats, right: Flags, answered: Flags) -> Statistic:
    """The area under the risk–coverage curve per unit of coverage: 0 is best, lower is better.

    The mean, over the answered questions, of the share of wrong answers among those at least as confident (Geifman and
    El-Yaniv 2017). Questions without an answer are never on the curve.
    """
    chosen = np.flatnonzero(answered)
    order = chosen[np.argsort(-confidences[chosen], kind="stable")]
    starts = _group_starts(confidences[order])
    wrong = ~right[order]

    def statistic(weights: Floats) -> Floats:
        if order.size == 0:
            return np.full(len(weights), np.nan)
        drawn = weights[:, order]
        counts = np.add.reduceat(drawn, starts, axis=1)
        answered_so_far = np.cumsum(counts, axis=1)
        wrong_so_far = np.cumsum(np.add.reduceat(np.where(wrong, drawn, 0.0), starts, axis=1), axis=1)
        risk = np.divide(wrong_so_far, answered_so_far, out=np.zeros_like(counts), where=answered_so_far > 0)
        value: Floats = np.sum(counts * risk, axis=1) / answered_so_far[:, -1]
        return value

    return statistic


def expected_calibration_error(confidences: Floats, right: Flags, mask: Flags) -> Statistic:
    """The mean distance of confidence and share right, over ``BINS`` bins weighted by size (Naeini et al. 2015)."""
    bins = bin_numbers(confidences)
    gaps = np.where(mask, right - confidences, 0.0)
    membership = (bins[:, None] == np.arange(BINS)) & mask[:, None]
    per_bin = np.where(membership, gaps[:, None], 0.0)
    counted = mask.astype(np.float64)
    return lambda weights: np.abs(weights @ per_bin).sum(axis=1) / (weights @ counted)


def brier(confidences: Floats, right: Flags, mask: Flags) -> Statistic:
    """The mean squared distance between confidence and outcome (Brier 1950)."""
    return mean((confidences - right) ** 2, mask)


def percentile(values: Floats, share: float, mask: Flags) -> Statistic:
    """The ``share`` quantile (0 to 1), linear between neighbours, as ``numpy.quantile``."""
    chosen = np.flatnonzero(mask)
    order = chosen[np.argsort(values[chosen], kind="stable")]
    ranked = values[order]

    def statistic(weights: Floats) -> Floats:
        if order.size == 0:
            return np.full(len(weights), np.nan)
        reached = np.cumsum(weights[:, order], axis=1)
        position = share * (reached[:, -1] - 1)
        low, high = np.floor(position), np.ceil(position)
        last = len(ranked) - 1
        lower = ranked[np.minimum((reached <= low[:, None]).sum(axis=1), last)]
        upper = ranked[np.minimum((reached <= high[:, None]).sum(axis=1), last)]
        value: Floats = lower + (upper - lower) * (position - low)
        return np.where(reached[:, -1] > 0, value, np.nan)

    return statistic


def bin_numbers(confidences: Floats) -> npt.NDArray[np.int64]:
    """Each confidence's bin, ``[0, 0.1)`` being 0 and ``[0.9, 1]`` the last."""
    return np.clip((confidences * BINS).astype(np.int64), 0, BINS - 1)


def _group_starts(ordered: Floats) -> npt.NDArray[np.int64]:
    """Where each run of equal values begins."""
    if ordered.size == 0:
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
