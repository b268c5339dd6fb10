"""The small pieces that cards are made of: badges, quotes, citation chips, dates and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.records import Answer, Citation, Span
from ui.labels import shown
from ui.web.chat.conversation import Source
from ui.web.escaping import attributes, label
from ui.web.highlight import highlighted

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


def percent(share: float) -> str:
    """A share of 0 to 1 as a whole percentage; only certainty itself is written as 0 or 100."""
    rounded = round(share * 100)
    if 0 < share < 1:
        rounded = min(99, max(1, rounded))
    return f"{rounded}\u202f%"


def counted(number: int, noun: str) -> str:
    """``1 article``, ``1,204 articles``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def date_text(published: str | None) -> str:
    """``16 Aug 2025`` for ``2025-08-16``; other values as they are, nothing for None."""
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    parts = (published or "").split("-")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts) and 1 <= int(parts[1]) <= 12:
        return f"{int(parts[2])} {months[int(parts[1]) - 1]} {parts[0]}"
    return published or ""


def source_line(source: Source, page: int | None = None) -> str:
    """The outlet (or the file's name), the date and the page of an article, separated by dots."""
    parts = [source.outlet or source.source, date_text(source.published), f"page {page}" if page else ""]
    return '<span class="dot" aria-hidden="true"> · </span>'.join(label(part) for part in parts if part)


def confidence_badge(confidence: float) -> str:
    """The confidence in a word and a number, with its meaning one hover or key press away."""
    word, tone = confidence_word(confidence)
    of_ten = (
        f"about {round(confidence * 10)} in 10"
        if 0.05 <= confidence < 0.95
        else ("nearly all" if confidence >= 0.95 else "hardly any")
    )
    meaning = f"Calibrated estimate: of the answers given with this number, {of_ten} are right."
    return (
        f'<span class="confidence {tone}" tabindex="0" role="note"'
        f"{attributes(aria_label=f'Confidence: {word}, {percent(confidence)}. {meaning}', data_tip=meaning)}>"
        f'<span class="meter" aria-hidden="true"><span style="width:{round(confidence * 100)}%"></span></span>'
        f"<b>{word}</b> {percent(confidence)}</span>"
    )


def quote(citation: Citation) -> str:
    """The whole sentence around a citation with its exact span marked; a sentence beyond all measure is cut short."""
    sentence = citation.quote.text
    start, end = citation.start - citation.quote.start, citation.end - citation.quote.start
    if not 0 <= start < end <= len(sentence):
        start = end = 0
    first, last = max(0, start - QUOTED_AROUND), min(len(sentence), end + QUOTED_AROUND)
    mark = Span(start, end) if end else None
    text = highlighted(sentence, {}, mark, within=Span(first, last)) if sentence else ""
    before, after = "… " if first else "", " …" if last < len(sentence) else ""
    return f'<blockquote class="quote" dir="auto">{before}{text}{after}</blockquote>'


def place(article_id: str, start: int, end: int, citation: Citation | None = None) -> str:
    """The attributes by which a click finds a place in an article."""
    return attributes(
        data_open="citation" if citation else "passage",
        data_article=article_id,
        data_start=start,
        data_end=end,
        data_quote_start=citation.quote.start if citation else None,
        data_quote_end=citation.quote.end if citation else None,
    )


def chip(number: int, citation: Citation, sources: Mapping[str, Source]) -> str:
    """A numbered button that opens a citation in its article."""
    source = sources.get(citation.article_id) or Source(citation.title, citation.source)
    name = f"Open citation {number}: {shown(source.title)}" + (f", page {citation.page}" if citation.page else "")
    return (
        f'<li><button type="button" class="chip"{place(citation.article_id, citation.start, citation.end, citation)}'
        f'{attributes(data_number=number, aria_label=name)}><span class="number">{number}</span>'
        f'<span class="chip-text"><span class="chip-title">{label(source.title)}</span>'
        f'<span class="chip-source">{source_line(source, citation.page)}</span></span></button></li>'
    )


def chips(first: int, citations: Sequence[Citation], sources: Mapping[str, Source]) -> str:
    """The chips of some citations, numbered from ``first``."""
    items = "".join(chip(first + position, citation, sources) for position, citation in enumerate(citations))
    return f'<ol class="chips" start="{first}">{items}</ol>'
