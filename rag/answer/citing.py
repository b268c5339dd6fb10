"""A candidate span as a citation: its quote, its speaker, its place."""

from __future__ import annotations

from rag.answer.attribution import speaker_of
from rag.read.quotes import quote_around
from rag.records import Citation, Quote, Retrieved, Span, Stance


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
