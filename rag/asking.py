"""A message to its answer: greetings, several questions at once, and questions about an article as a whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answer.compose.overviews import (
    CANDIDATES_OFFERED,
    ambiguous,
    articles_meant,
    lead,
    may_ask_for_overview,
    overview,
    title_asked,
)
from rag.index.store import Store
from rag.question.messages import HELP, is_small_talk, split_questions
from rag.question.shapes import is_overview, without_opening
from rag.records import Answer, ArticleSummary, Filters, Related, Span

History = Sequence[Answer | str]
AskOne = Callable[[str, History], Answer]
"""Answers one question within its conversation."""


def ask_message(message: str, history: History, filters: Filters | None, store: Store, ask_one: AskOne) -> Answer:
    """The answer to a message: help for a greeting, one answer with its parts for several questions, else one answer.

    Args:
        history: the conversation's earlier answers; those with parts count as their parts, help counts for nothing.
        ask_one: searches and reads; it is not called for greetings and for questions about an article as a whole.
    """
    if is_small_talk(message):
        return Answer(message, message, False, None, 0.0, reason=HELP, timings_ms={"total": 0.0}, shape="help")
    earlier = _flat(history)
    questions = split_questions(message)
    parts: list[Answer] = []
    for question in questions:
        said: History = [*earlier, *parts]
        parts.append(_about_an_article(question, said, filters, store) or ask_one(question, said))
    return parts[0] if len(parts) == 1 else _joined(message, parts)


def _flat(history: History) -> list[Answer | str]:
    said: list[Answer | str] = []
    for item in history:
        if isinstance(item, str) or item.shape not in ("parts", "help"):
            said.append(item)
        else:
            said.extend(item.parts)
    return said


def _about_an_article(question: str, history: History, filters: Filters | None, store: Store) -> Answer | None:
    """The beginning of the article that the question is about as a whole; None when it asks something else."""
    if not may_ask_for_overview(question):
        return None
    started = time.perf_counter()
    articles = sorted(store.articles(filters), key=lambda one: (one.title, one.article_id))
    if not is_overview(without_opening(question)) and not title_asked(question, articles):
        return None
    meant = articles_meant(question, articles, history)
    if not meant:
        return None
    if len(meant) > 1:
        offered = [found for one in meant[:CANDIDATES_OFFERED] if (found := _beginning(one, store)) is not None]
        answer: Answer | None = ambiguous(question, meant, offered)
    else:
        identity = meant[0].article_id
        answer = overview(question, store.article(identity), store.passages_of(identity))
    spent = round(1000 * (time.perf_counter() - started), 2)
    return replace(answer, timings_ms={"retrieve": spent, "read": 0.0, "total": spent}) if answer else None


def _beginning(article: ArticleSummary, store: Store) -> Related | None:
    spans = lead(store.article(article.article_id), store.passages_of(article.article_id))
    if not spans:
        return None
    first = Span(spans[0].start, spans[0].end)
    return Related(article.article_id, first.start, first.end, first.of(store.article(article.article_id).text))


def _joined(message: str, parts: Sequence[Answer]) -> Answer:
    """One answer that holds those to several questions; it counts as answered when one of them is."""
    answered = [part for part in parts if part.answered]
    unanswered = [part for part in parts if not part.answered]
    related = {(one.article_id, one.start, one.end): one for part in unanswered for one in part.related}
    steps = dict.fromkeys(step for part in parts for step in part.timings_ms)
    reasons = [f"{part.question} {part.reason}" for part in unanswered if part.reason]
    return Answer(
        question=message,
        searched_for=message,
        answered=bool(answered),
        answer="\n".join(part.answer or "" for part in answered) if answered else None,
        confidence=min((part.confidence for part in answered), default=max(part.confidence for part in parts)),
        citations=tuple(citation for part in answered for citation in part.citations),
        related=tuple(related.values()),
        reason=None if answered else " ".join(reasons) or None,
        timings_ms={step: round(sum(part.timings_ms.get(step, 0.0) for part in parts), 2) for step in steps},
        shape="parts",
        parts=tuple(parts),
        reason_kind=None if answered else unanswered[0].reason_kind,
    )
