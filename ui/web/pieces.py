"""What the cards of several tabs are made of: confidence in words, quotes, places, notices."""

from __future__ import annotations

from markupsafe import Markup

from rag.presentation.highlight import highlighted
from rag.presentation.wording import percent
from rag.records import Answer, Citation, Span
from ui.web.templates import macro

CONFIDENCE_WORDS: tuple[tuple[float, str, str], ...] = (
    (0.9, "Very likely", "strong"),
    (0.7, "Likely", "good"),
    (0.5, "Plausible", "fair"),
    (0.0, "Uncertain", "weak"),
)
"""Lowest probability, the word for it, and the class that colours it."""
UNEXPECTED = "Something unexpected went wrong. The details are in the log of the program that serves this page."
"""What is said of an error that nobody foresaw; its details are for the log only."""
QUOTED_AROUND = 600
"""Code points of a quoted sentence shown on each side of the span; no real sentence is longer."""


def without_answer(answer: Answer) -> str:
    """What is said when nothing is answered: help, which article is meant, or that the articles do not answer."""
    reason = answer.reason or ""
    if answer.shape == "help":
        return reason
    heading = "Which article?" if answer.reason_kind == "ambiguous" else "Not in these articles."
    return f"{heading} {reason}".rstrip()


def confidence_word(confidence: float) -> tuple[str, str]:
    """The word for a calibrated probability and the class that colours it."""
    for lowest, word, tone in CONFIDENCE_WORDS:
        if confidence >= lowest:
            return word, tone
    return CONFIDENCE_WORDS[-1][1:]


def confidence_badge(confidence: float | None) -> Markup:
    """The confidence in a word and a number, with its meaning one hover or key press away; nothing for None."""
    if confidence is None:
        return Markup()
    word, tone = confidence_word(confidence)
    of_ten = (
        f"about {round(confidence * 10)} in 10"
        if 0.05 <= confidence < 0.95
        else ("nearly all" if confidence >= 0.95 else "hardly any")
    )
    meaning = f"Calibrated estimate: of the answers given with this number, {of_ten} are right."
    return macro("page/pieces.html", "confidence", word, tone, percent(confidence), round(confidence * 100), meaning)


def quote(citation: Citation) -> Markup:
    """The whole sentence around a citation with its exact span marked; a sentence beyond all measure is cut short."""
    sentence = citation.quote.text
    start, end = citation.start - citation.quote.start, citation.end - citation.quote.start
    if not 0 <= start < end <= len(sentence):
        start = end = 0
    first, last = max(0, start - QUOTED_AROUND), min(len(sentence), end + QUOTED_AROUND)
    mark = Span(start, end) if end else None
    text = highlighted(sentence, {}, mark, within=Span(first, last)) if sentence else Markup()
    return macro("page/pieces.html", "quote", text, bool(first), last < len(sentence))


def notice(message: str, *, is_error: bool = False) -> Markup:
    """A short message above what it is about."""
    return macro("page/pieces.html", "notice", message, is_error)
