"""The best span as the answer, cited wherever it is given again."""

from __future__ import annotations

from rag.answer.candidates import Candidates
from rag.answer.compose.strategy import Composed


def compose_span(candidates: Candidates) -> Composed | None:
    """The best candidate's span; None when the reader proposes nothing."""
    if not candidates.groups:
        return None
    citations = candidates.citations(0)
    return Composed("span", citations[0].text, candidates.confidence(0), citations, chosen=0)
