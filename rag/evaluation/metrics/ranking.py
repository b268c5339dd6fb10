"""How well one ranking finds what is relevant; the means over questions are taken elsewhere.

``gains`` is the grade of each retrieved item, best rank first (0 is not relevant); ``ideal`` holds the grade of every
relevant item there is, found or not. Definitions as in trec_eval: nDCG with the grade itself as the gain and
log2(rank + 1) as the discount (Järvelin and Kekäläinen 2002), recall over all relevant items.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def recall_at(gains: Sequence[float], k: int, relevant: int) -> float:
    """The share (0 to 1) of the ``relevant`` items that is among the first ``k``; 0.0 when nothing is relevant."""
    return sum(gain > 0 for gain in gains[:k]) / relevant if relevant else 0.0


def reciprocal_rank(gains: Sequence[float]) -> float:
    """1 / rank of the first relevant item, 0.0 when none was retrieved."""
    return next((1 / rank for rank, gain in enumerate(gains, start=1) if gain > 0), 0.0)


def ndcg_at(gains: Sequence[float], k: int, ideal: Sequence[float]) -> float:
    """The discounted gain of the first ``k`` over the best possible one, 0 to 1; 0.0 without relevant items."""
    best = _discounted(sorted(ideal, reverse=True)[:k])
    return _discounted(gains[:k]) / best if best > 0 else 0.0


def _discounted(gains: Sequence[float]) -> float:
    return sum(max(gain, 0.0) / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
