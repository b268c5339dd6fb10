"""A candidate span as a citation: its quote, its speaker, its place."""

from __future__ import annotations

from rag.answer.attribution import speaker_of
from rag.records import Candidate, Citation, Quote, Retrieved, Span, Stance


def quote_of(candidate: Candidate) -> Quote:
    """The whole sentences of the passage that the candidate's span touches; the span itself where there are none."""
    return quote_around(candidate.retrieved, candidate.span)


def quote_around(found: Retrieved, span: Span) -> Quote:
    """The whole sentences of the passage that ``span`` touches; the span itself where there are none."""
    touched = [one for one in found.passage.sentences if one.overlaps(span)]
    start = min([span.start, *(one.start for one in touched)])
    end = max([span.end, *(one.end for one in touched)])
    return Quote(start, end, Span(start, end).of(found.article.text))


def cite(
    found: Retrieved, span: Span, confidence: float, stance: Stance = "supports", quote: Quote | None = None
) -> Citation:
    """The citation of ``span``, with its whole sentences as the quote unless another is given."""
    article = found.article
    quote = quote or quote_around(found, span)
    return Citation(
        article_id=article.article_id,
        title=article.title,
        source=article.source,
        page=article.page_of(span.start),
        start=span.start,
        end=span.end,
        text=span.of(article.text),
        quote=quote,
        confidence=confidence,
        stance=stance,
        speaker=speaker_of(article.text, Span(quote.start, quote.end), span),
    )
