"""The role of a strategy: candidates in, one shape of answer out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from rag.answer.candidates import Candidates
from rag.records import Citation, Shape


@dataclass(frozen=True, slots=True)
class Composed:
    """What a strategy made.

    Attributes:
        text: as ``Answer.answer``.
        chosen: which group of the candidates it answers with; None when it does not answer with the reader's spans.
    """

    shape: Shape
    text: str
    confidence: float
    citations: tuple[Citation, ...]
    chosen: int | None = None


class Strategy(Protocol):
    """Composes one shape of answer."""

    def __call__(self, candidates: Candidates) -> Composed | None:
        """The answer in this strategy's shape; None when the candidates hold none."""
        ...
