"""Curves for plots: risk against coverage, and confidence against accuracy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rag.evaluation.metrics.bootstrap import Floats
from rag.evaluation.metrics.statistics import BINS, Flags, bin_numbers


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What happens when only answers with at least ``confidence`` are given.

    Attributes:
        coverage: the share of all questions that get an answer.
        risk: the share of those answers that are wrong.
    """

    confidence: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The answers whose confidence lies in ``[low, high)`` (the last bin includes 1)."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def risk_coverage(confidences: Floats, right: Flags, answered: Flags) -> list[RiskPoint]:
    """One point for each distinct confidence of an answered question, most confident first.

    Args:
        confidences: ``float64[n]``, 0 to 1. ``right`` and ``answered``: ``bool[n]``.
    """
    points: list[RiskPoint] = []
    total, given, wrong = len(confidences), 0, 0
    for confidence in sorted(set(confidences[answered].tolist()), reverse=True):
        here = answered & (confidences == confidence)
        given += int(here.sum())
        wrong += int((here & ~right).sum())
        points.append(RiskPoint(confidence, given / total, wrong / given))
    return points


def reliability(confidences: Floats, right: Flags, mask: Flags) -> list[ReliabilityBin]:
    """The bins that hold an answer, lowest first; a calibrated reader's accuracy equals its confidence in each."""
    numbers = bin_numbers(confidences)
    bins: list[ReliabilityBin] = []
    for number in range(BINS):
        here = mask & (numbers == number)
        if here.any():
            bins.append(
                ReliabilityBin(
                    number / BINS,
                    (number + 1) / BINS,
                    int(here.sum()),
                    float(np.mean(confidences[here])),
                    float(np.mean(right[here])),
                )
            )
    return bins
