"""The best span as the answer, cited wherever it is given again."""

from __future__ import annotations

from rag.answer.candidates import Candidates
from rag.answer.citing import cite
from rag.answer.compose.respective import respective_item
from rag.answer.compose.strategy import Composed
from rag.language.english.terms import asked_terms
from rag.records import Span


def compose_span(candidates: Candidates) -> Composed | None:
    """The best candidate's span; None when the reader proposes nothing."""
    if not candidates.groups:
        return None
    citations = candidates.citations(0)
    best = candidates.groups[0][0].candidate
    quote = Span(citations[0].quote.start, citations[0].quote.end)
    named = asked_terms(candidates.asked.question)
    item = respective_item(best.retrieved.article.text, quote, best.span, named)
    if item is not None:
        citations = (cite(best.retrieved, item, citations[0].confidence), *citations[1:])
    return Composed("span", citations[0].text, candidates.confidence(0), citations, chosen=0)
