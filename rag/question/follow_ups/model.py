"""The fitted weights of the follow-up models, and how a linear model reads them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

COEFFICIENTS = Path(__file__).with_name("coefficients.json")


@cache
def coefficients() -> Mapping[str, Mapping[str, float]]:
    """The fitted weights by model and feature name; "threshold" by model; "fitted" says how they were made."""
    fitted: dict[str, dict[str, float]] = json.loads(COEFFICIENTS.read_text(encoding="utf-8"))
    return fitted


def score(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """``w · f``."""
    return sum(value * weights.get(name, 0.0) for name, value in values.items())


def chance(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The logistic function of ``w · f``, 0 to 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score(values, weights)))))
