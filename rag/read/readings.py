"""What a reader makes of a question's passages in one look."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.records import Candidate, Retrieved, Span


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence of a passage that was read, with what the reader makes of it.

    Attributes:
        retrieved: the passage it was read in.
        span: the sentence's range in the article's text.
        logit: whether it bears on the question: above 0 it is likelier than not. Not calibrated.
    """

    retrieved: Retrieved
    span: Span
    logit: float

    @property
    def probability(self) -> float:
        """The logit as a share, 0 to 1: comparable between passages and questions, not a calibrated confidence."""
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, self.logit))))

    @property
    def text(self) -> str:
        """The sentence's text."""
        return self.span.of(self.retrieved.article.text)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a reader makes of a question's passages in one look.

    Attributes:
        candidates: the best spans of every passage, best first.
        sentences: every sentence of the passages, in their order; one that two passages share stands twice. Empty when
            the reader does not judge sentences.
    """

    candidates: Sequence[Candidate]
    sentences: Sequence[ScoredSentence] = ()
