"""How well probabilities tell right answers from wrong ones, and the threshold for abstaining."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


def choose_threshold(probabilities: Floats, right: Booleans) -> float:
    """The threshold that a calibrated probability implies, one half, or the nearest that is not clearly worse.

    A question ends well when it is answered rightly, or not answered where the answer would be wrong. Of the thresholds
    whose share of such questions lies within one standard error of the best share, the one nearest to one half is
    taken: what a few questions gain elsewhere is noise.
    """
    grid = np.round(np.arange(0.05, 0.951, 0.01), 2)
    ends_well = np.array([float(((probabilities >= threshold) == right).mean()) for threshold in grid])
    best = float(ends_well.max())
    error = float(np.sqrt(best * (1 - best) / len(right)))
    good = grid[ends_well >= best - error - 1e-9]
    return float(good[np.argmin(np.abs(good - 0.5))])


def figures_at(threshold: float, probabilities: Floats, right: Booleans) -> dict[str, Any]:
    """How well ``probabilities`` tell right answers from wrong ones, rates rounded to four digits.

    What cannot be told (the AUROC when all or none are right, shares of nothing) is None.
    """
    refused = probabilities < threshold
    return {
        "questions": len(right),
        "right when always answered": round(float(right.mean()), 4),
        "auroc": round(float(roc_auc_score(right, probabilities)), 4) if right.any() and not right.all() else None,
        "brier": round(float(((probabilities - right) ** 2).mean()), 4),
        "ends well at the threshold": round(float(((probabilities >= threshold) == right).mean()), 4),
        "refusals that avoid a wrong answer": round(float((~right[refused]).mean()), 4) if refused.any() else None,
        "wrong answers that are avoided": round(float(refused[~right].mean()), 4) if not right.all() else None,
    }
