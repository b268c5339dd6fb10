"""Which lines of a text are not the article: what copies of web pages carry along.

Nothing is deleted; the ranges are marked and kept out of passages. A line is marked only for a reason that does not fit
prose, because a lost sentence costs an answer while a stray caption costs little. Each rule below gives its reason.
What the file's own format marks as a heading is never boilerplate.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.ingest.boilerplate_patterns import (
    ADVERT,
    BREADCRUMBS,
    BULLET_LINK,
    BYLINE,
    CAPTION_LABEL,
    CAPTION_PLACE,
    COPYRIGHT,
    COUNTS,
    CREDIT_LABEL,
    CREDIT_LINE,
    CREDIT_TAIL,
    DATE_LINE,
    DATED_LABEL,
    MORE_HEADING,
    NAVIGATION,
    NOT_A_HEADLINE,
    NOT_AN_OFFER,
    OFFER,
    POSITION_MARKS,
    REPORTED_BY,
    TAG_LABEL,
    TEASER,
    TEASER_WITHOUT_STOP,
)
from rag.ingest.consent_patterns import CONSENT, CONSENT_BUTTONS
from rag.language.paragraphs import ends_like_a_sentence, lines_of
from rag.records import Span

_LONGEST_LINE = 1500
"""Longer lines are paragraphs; only a credit at their end is looked for."""
_PROSE = 100
"""Characters from which a line that ends like a sentence counts as a paragraph of the article."""
_LONGEST_CAPTION = 600
_LONGEST_SHORT_LINE = 250
_TEASER_WORDS = range(10, 26)
"""Words of a headline. Sub-headings are shorter; a sentence that lost its full stop may be longer."""


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span
    text: str = field(repr=False)
    complete: bool
    """Whether it ends like a sentence."""

    @property
    def is_prose(self) -> bool:
        return self.complete and len(self.span) >= _PROSE


class _Page:
    """The lines of one text, with what the rules need to know of their surroundings."""

    def __init__(self, text: str, headings: Sequence[Span]) -> None:
        self.text = text
        self.headings = headings
        self.heading_starts = [heading.start for heading in headings]
        self.lines = [self._line(span) for span in lines_of(text)]
        prose = [number for number, line in enumerate(self.lines) if line.is_prose]
        self.first_prose = prose[0] if prose else len(self.lines)
        self.last_prose = prose[-1] if prose else -1
        long_lines = [line for line in self.lines if len(line.span) >= _PROSE]
        self.is_punctuated_prose = len(prose) >= 4 and len(prose) >= 0.8 * len(long_lines)

    def _line(self, span: Span) -> _Line:
        tail = self.text[max(span.start, span.end - 60) : span.end]
        whole = span.of(self.text) if len(span) <= _LONGEST_LINE else tail
        return _Line(span, whole, ends_like_a_sentence(tail))

    def is_heading(self, number: int) -> bool:
        """Whether the format marked the line, or a part of it, as a heading."""
        span = self.lines[number].span
        place = bisect_right(self.heading_starts, span.end - 1)
        return place > 0 and self.headings[place - 1].overlaps(span)

    def neighbour(self, number: int) -> _Line | None:
        """The line at ``number``, or None beyond the ends."""
        return self.lines[number] if 0 <= number < len(self.lines) else None

    def touch(self, number: int) -> bool:
        """Whether no blank line stands between line ``number`` and the next one."""
        gap = self.text[self.lines[number].span.end : self.lines[number + 1].span.start]
        return gap.count("\n") + gap.count("\r") - gap.count("\r\n") <= 1


def find_boilerplate(text: str, headings: Sequence[Span] = ()) -> tuple[Span, ...]:
    """The ranges of ``text`` that are not content: sorted, disjoint, without surrounding white space.

    Args:
        text: an article's text.
        headings: sorted ranges that the file's format marks as headings; they are kept.
    """
    page = _Page(text, headings)
    found: list[Span] = []
    credited = {number for number, line in enumerate(page.lines) if _is_credit(line)}
    below_more_heading = False
    for number, line in enumerate(page.lines):
        if page.is_heading(number):
            below_more_heading = False
            continue
        if MORE_HEADING.fullmatch(line.text):
            below_more_heading = True
        elif line.complete or len(line.span) > _LONGEST_SHORT_LINE:
            below_more_heading = False
        if (
            below_more_heading
            or number in credited
            or _is_consent(line)
            or _is_caption(page, number, credited)
            or _is_furniture(page, number)
        ):
            found.append(line.span)
        elif (tail := _credit_tail(page, line)) is not None:
            found.append(tail)
    return tuple(found)


def _is_furniture(page: _Page, number: int) -> bool:
    line = page.lines[number]
    if len(line.span) > _LONGEST_SHORT_LINE:
        return False
    return (
        _is_navigation(line)
        or _is_offer(line)
        or _is_teaser(page, number)
        or _is_keyword_list(page, number)
        or _is_byline_or_date(page, number)
        or _is_related_headline(page, number)
    )


def _is_navigation(line: _Line) -> bool:
    """Words of a page's controls, alone on a line: menus, sharing, comments, adverts, counts, copyright notes."""
    text = line.text
    return any(pattern.fullmatch(text) is not None for pattern in (NAVIGATION, ADVERT, COUNTS, BREADCRUMBS, COPYRIGHT))


def _is_offer(line: _Line) -> bool:
    """An invitation to the visitor, in the imperative or with "our": subscribe, sign in, allow cookies, follow us.

    Reported speech never begins like this, and a line with a reporting verb is not touched.
    """
    return OFFER.match(line.text) is not None and NOT_AN_OFFER.search(line.text) is None


def _is_consent(line: _Line) -> bool:
    """What a consent banner says and its buttons; a paragraph with a reporting verb is not touched."""
    if len(line.span) > _LONGEST_LINE:
        return False
    if CONSENT_BUTTONS.fullmatch(line.text) is not None:
        return True
    return CONSENT.match(line.text) is not None and NOT_AN_OFFER.search(line.text) is None


def _is_credit(line: _Line) -> bool:
    """Only a photographer and an agency ("Name/AFP via Getty Images"), or a labelled credit ("Photo: Name").

    A credit has no verb and no full stop.
    """
    if len(line.span) > 160 or line.text.endswith((".", "?", "!", ":", ",", ";")):
        return False
    return CREDIT_LINE.fullmatch(line.text) is not None or CREDIT_LABEL.fullmatch(line.text) is not None


def _credit_tail(page: _Page, line: _Line) -> Span | None:
    """The credit at the end of a line that is too long to be a caption."""
    if line.complete:
        return None
    tail_start = max(line.span.start, line.span.end - 120)
    match = CREDIT_TAIL.search(page.text, tail_start, line.span.end)
    return Span(match.start("credit"), line.span.end) if match else None


def _is_caption(page: _Page, number: int, credited: set[int]) -> bool:
    """What stands with a photograph: a paragraph that ends in a credit, a line without a full stop right before a
    credit, a labelled caption, or one that says in which order people stand in the picture."""
    line = page.lines[number]
    if len(line.span) > _LONGEST_CAPTION:
        return False
    if not line.complete and CREDIT_TAIL.search(line.text[-120:]):
        return True
    if CAPTION_LABEL.match(line.text) or POSITION_MARKS.search(line.text):
        return True
    if number + 1 not in credited and number - 1 not in credited:
        return False
    if CAPTION_PLACE.match(line.text):
        return True
    unfinished = not line.complete and not line.text.endswith((":", ",", ";")) and line.text.count(". ") <= 1
    return unfinished and number + 1 in credited and len(line.span) <= _LONGEST_SHORT_LINE


def _is_teaser(page: _Page, number: int) -> bool:
    """A link to another page: "Watch: …", "Read more: …", or a lone bullet.

    A list has at least two items or an introduction that ends in a colon; one bullet between paragraphs, without a
    full stop, is a link. (Short lines below a "Related stories" line are links as well, until a sentence returns.)
    """
    line = page.lines[number]
    if TEASER.match(line.text) and line.text.count(". ") == 0:
        return True
    if not line.complete and TEASER_WITHOUT_STOP.match(line.text):
        return True
    if BULLET_LINK.match(line.text) is None:
        return False
    before, after = page.neighbour(number - 1), page.neighbour(number + 1)
    in_list = any(other is not None and BULLET_LINK.match(other.text) is not None for other in (before, after))
    introduced = before is not None and before.text.endswith(":")
    return not in_list and not introduced and not line.text.endswith((".", ";", ","))


def _is_keyword_list(page: _Page, number: int) -> bool:
    """Labels of a picture or a page: four or more items of one to three words with commas only, no full stop.

    A sentence's enumeration has "and" or "or" before its last item. Lines like it above or below make it a table.
    """
    line = page.lines[number]
    if TAG_LABEL.match(line.text) and not line.complete:
        return True
    before, after = page.neighbour(number - 1), page.neighbour(number + 1)
    if not _is_comma_list(line) or (before is not None and before.text.endswith((":", ","))):
        return False
    return not any(
        other is not None and touches and _is_comma_list(other)
        for other, touches in (
            (before, number > 0 and page.touch(number - 1)),
            (after, after is not None and page.touch(number)),
        )
    )


def _is_comma_list(line: _Line) -> bool:
    if line.complete or len(line.span) > _LONGEST_SHORT_LINE:
        return False
    items = [item.split() for item in line.text.split(",")]
    return (
        len(items) >= 4
        and all(1 <= len(item) <= 3 for item in items)
        and sum(len(item) for item in items) <= 1.75 * len(items)
        and not any(character.isdigit() for character in line.text)
        and items[-1][0].lower() not in ("and", "or", "but")
    )


def _is_byline_or_date(page: _Page, number: int) -> bool:
    """Who wrote it and when, as pages print it above or below the article.

    Inside the article a date alone on a line may head a chronicle, so there only labelled dates are marked.
    """
    line = page.lines[number]
    if REPORTED_BY.fullmatch(line.text) or (not line.complete and DATED_LABEL.fullmatch(line.text)):
        return True
    outside = number < page.first_prose or number > page.last_prose
    if not outside or page.last_prose < 0:
        return False
    return DATE_LINE.fullmatch(line.text) is not None or BYLINE.fullmatch(line.text) is not None


def _is_related_headline(page: _Page, number: int) -> bool:
    """Another article's headline between two paragraphs.

    It reads like a sentence in the headline present but has no full stop, on a page whose paragraphs all have theirs.
    A sub-heading is shorter. A line with an auxiliary or a past tense may be a sentence that lost its full stop: kept.
    """
    line = page.lines[number]
    before, after = page.neighbour(number - 1), page.neighbour(number + 1)
    if before is None or after is None or line.complete or not page.is_punctuated_prose:
        return False
    if not (before.is_prose and after.is_prose) or after.text[0].islower() or line.text[0].islower():
        return False
    if line.text.endswith((":", ",", ";", "-", "–", "—")):
        return False
    return len(line.text.split()) in _TEASER_WORDS and NOT_A_HEADLINE.search(line.text) is None
