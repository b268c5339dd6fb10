"""How long answers are: a preference among the spans of one passage.

Start and end logits are added as if they were independent, so that a span which runs from a likely start over a whole
clause to a likely end can win. What training questions' answers look like speaks against it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

LOG_SHARES = (
    *(-1.58, -1.63, -1.77, -2.05, -2.48, -2.95, -3.36, -3.71, -4.02, -4.30),
    *(-4.56, -4.74, -4.90, -5.03, -5.18, -5.41, -5.65, -5.76, -5.76, -5.80),
    *(-5.99, -6.31, -6.39, -6.41, -6.53, -6.52, -6.65, -7.20, -6.72, -5.88),
)
"""Log of the share of answers with 1, 2, … tokens (the last: 30 and more), of 12,000 questions drawn from the SQuAD
train articles that are not held out; smoothed with the neighbouring lengths (1/4, 1/2, 1/4)."""
WEIGHT = 0.4
"""Of 0.1, 0.2, 0.4, 0.7 and 1 the best in exact match on held-out train articles (docs/reader-training.md)."""


def length_prior(most_tokens: int, weight: float = WEIGHT) -> npt.NDArray[np.float32]:
    """``float32[most_tokens]``: what to add to the score of a span with 1, 2, … tokens, in logits.

    For choosing among spans of one passage only: a span's reported score and its margin over "no answer" stay without
    it, because the confidence was fitted on those.
    """
    table = np.full(max(most_tokens, len(LOG_SHARES)), LOG_SHARES[-1], dtype=np.float32)
    table[: len(LOG_SHARES)] = LOG_SHARES
    return np.asarray(weight * table[:most_tokens], dtype=np.float32)
