"""Several things asked for: the items of the enumeration in which an answer stands, each cited."""

from __future__ import annotations

from rag.answer.candidates import Candidates
from rag.answer.citing import cite
from rag.answer.compose.bullets import led_lists
from rag.answer.compose.enumerations import join_items, list_items, people_in
from rag.answer.compose.strategy import Composed
from rag.language.english.negation import is_negated
from rag.language.english.terms import content_terms
from rag.question.answer_types import AnswerType
from rag.read.quotes import quote_of
from rag.records import Span

LISTS_TRIED = 6
"""Groups whose surroundings are looked at for an enumeration when a question asks for several things."""
NEARLY_AS_PROBABLE = 0.5
"""Share of the best answer's probability from which a later group's enumeration goes before its single span."""


def compose_list(candidates: Candidates) -> Composed | None:
    """The items around the best group that stands in an enumeration; None when none does."""
    if (led := _led_list(candidates)) is not None:
        return led
    if not candidates.groups or candidates.confidence(0) < candidates.threshold:
        return None
    index, items = _best_list(candidates)
    return _composed(candidates, index, items) if len(items) > 1 else None


def _led_list(candidates: Candidates) -> Composed | None:
    """The bulleted list whose leading line bears on the question better than any other sentence does."""
    if not candidates.bearing:
        return None
    best = candidates.bearing[0]
    if is_negated(candidates.asked.question) != is_negated(best.text):
        return None
    for line, items in led_lists(best.retrieved.article.text, best.retrieved.passage.span):
        if line.overlaps(best.span) and best.probability >= candidates.passages_from:
            citations = tuple(cite(best.retrieved, item, best.probability) for item in items)
            text = join_items(best.retrieved.article.text, items)
            return Composed("list", text, best.probability, citations)
    return None


def compose_people(candidates: Candidates) -> Composed | None:
    """The people that the best span names side by side, for "who" questions; None when it names none or one."""
    if not candidates.groups or candidates.asked.answer_type is not AnswerType.PERSON or len(candidates.groups[0]) > 1:
        return None
    best = candidates.groups[0][0].candidate
    items = people_in(best.retrieved.article.text, best.span)
    return _composed(candidates, 0, items) if len(items) > 1 else None


def _composed(candidates: Candidates, index: int, items: tuple[Span, ...]) -> Composed:
    passage = candidates.groups[index][0].candidate.retrieved
    confidence = candidates.confidence(index)
    citations = tuple(cite(passage, item, confidence) for item in items)
    return Composed("list", join_items(passage.article.text, items), confidence, citations, chosen=index)


def _best_list(candidates: Candidates) -> tuple[int, tuple[Span, ...]]:
    """The best group whose span stands in an enumeration, with its items; no items when none does.

    A later group counts only if it would be answer enough by itself and is nearly as probable as the first; one with as
    many items as the question says goes before one with another number.
    """
    named = set(content_terms(candidates.asked.question))
    best = candidates.confidence(0)
    lists: list[tuple[int, tuple[Span, ...]]] = []
    for index, group in enumerate(candidates.groups[:LISTS_TRIED]):
        if index:
            own = candidates.confidence(index)
            if own < candidates.threshold or own < NEARLY_AS_PROBABLE * best:
                continue
        candidate = group[0].candidate
        text, quote = candidate.retrieved.article.text, quote_of(candidate)
        items = list_items(text, Span(quote.start, quote.end), candidate.span)
        items = tuple(item for item in items if not set(content_terms(item.of(text))) <= named)
        if len(items) > 1:
            lists.append((index, items))
    fitting = [pair for pair in lists if len(pair[1]) == candidates.wanted.count]
    return (fitting or lists or [(0, ())])[0]
