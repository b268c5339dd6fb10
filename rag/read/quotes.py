"""The sentences that a span stands in: what is shown around an answer and what it is judged by."""

from __future__ import annotations

from rag.records import Candidate, Quote, Retrieved, Span


def quote_of(candidate: Candidate) -> Quote:
    """The whole sentences of the passage that the candidate's span touches; the span itself where there are none."""
    return quote_around(candidate.retrieved, candidate.span)


def quote_around(found: Retrieved, span: Span) -> Quote:
    """The whole sentences of the passage that ``span`` touches; the span itself where there are none."""
    touched = [one for one in found.passage.sentences if one.overlaps(span)]
    start = min([span.start, *(one.start for one in touched)])
    end = max([span.end, *(one.end for one in touched)])
    return Quote(start, end, Span(start, end).of(found.article.text))
