"""Intervals of a share of yes-or-no outcomes, honest also at 0 and 1, where resampling knows no doubt."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_Z = 1.959963984540054
"""The standard normal's 97.5th percentile."""
_HALVINGS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Ratio:
    """A statistic: the weighted sum of ``numerator`` over that of ``denominator``, both ``float64[n]``."""

    numerator: Floats
    denominator: Floats

    def __call__(self, weights: Floats) -> Floats:
        """``float64[r]`` of ``float64[r, n]`` weights; NaN where the denominator is 0."""
        value: Floats = (weights @ self.numerator) / (weights @ self.denominator)
        return value

    @property
    def is_share(self) -> bool:
        """Whether it is a mean of values between 0 and 1."""
        return bool(
            np.all((self.denominator == 0) | (self.denominator == 1))
            and np.all((self.numerator >= 0) & (self.numerator <= self.denominator))
        )

    @property
    def is_binary(self) -> bool:
        """Whether it is the share of outcomes that are either 0 or 1."""
        return self.is_share and bool(np.all((self.numerator == 0) | (self.numerator == 1)))


def wilson_interval(successes: float, trials: float) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927): never empty, also when all outcomes are alike.

    Raises:
        ValueError: there are no trials.
    """
    if trials <= 0:
        raise ValueError("a share of no trials has no interval")
    share = successes / trials
    middle = (share + _Z**2 / (2 * trials)) / (1 + _Z**2 / trials)
    spread = _Z / (1 + _Z**2 / trials) * math.sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))
    return max(0.0, middle - spread), min(1.0, middle + spread)


def binomial_upper_bound(successes: int, trials: int, confidence: float = 0.95) -> float:
    """The exact one-sided upper bound of a share (Clopper and Pearson 1934); 1 without trials.

    The largest share under which so few successes, or fewer, still have probability ``1 - confidence``.
    """
    if successes >= trials:
        return 1.0
    low, high = successes / trials, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _at_most(successes, trials, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(successes: int, trials: int, share: float) -> float:
    """The probability of at most so many successes in so many trials."""
    if share <= 0.0 or share >= 1.0:
        return float(share <= 0.0)
    terms = (
        math.lgamma(trials + 1)
        - math.lgamma(count + 1)
        - math.lgamma(trials - count + 1)
        + count * math.log(share)
        + (trials - count) * math.log1p(-share)
        for count in range(successes + 1)
    )
    return math.fsum(map(math.exp, terms))
