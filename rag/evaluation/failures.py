"""The questions of an evaluation that went wrong: their kinds, and what is shown of one in page and report."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from rag.errors import ArticleNotFoundError
from rag.evaluation.records import Evaluation, QuestionOutcome, RankedPassage
from rag.presentation.highlight import highlighted
from rag.records import Article, Span

FAILURES = {
    "wrong": ("Wrong answer", "It answered, but not what was expected."),
    "missed": ("Silent, should have answered", "The articles answer it, but it was not sure enough."),
    "invented": ("Answered, should be silent", "The articles do not answer it, but it gave an answer."),
    "lost": ("Not found", "What should be found is not among the first ten passages."),
    "error": ("Could not be asked", "The question itself was refused."),
}
"""Kinds of failure: what each is called, and what that means."""
PASSAGES_SHOWN = 5
ArticleOf = Callable[[str], Article]


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that went wrong and the key of its kind in ``FAILURES``."""

    row: QuestionOutcome
    kind: str


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A retrieved passage with its article's title and its text, in which the expected answers are marked."""

    ranked: RankedPassage
    title: str
    text: Markup


def failures_of(run: Evaluation) -> list[Failure]:
    """The questions that went wrong, in the order in which they were asked."""
    return [Failure(row, failure_kind(row)) for row in run.rows if row.failed]


def failure_kind(row: QuestionOutcome) -> str:
    """The key in ``FAILURES`` of a question that went wrong."""
    if row.error is not None:
        return "error"
    if row.expected is None:
        return "lost"
    if not row.expected:
        return "invented"
    return "wrong" if row.answered else "missed"


def shown_passages(row: QuestionOutcome, article_of: ArticleOf | None = None) -> list[ShownPassage]:
    """The first passages that were retrieved, and the one that should be found where it comes later.

    Args:
        article_of: the article with an id; raises ``ArticleNotFoundError`` when it is no longer in the store. Without
            it, and for such articles, the texts are what the run kept.
    """
    first, rest = row.retrieved[:PASSAGES_SHOWN], row.retrieved[PASSAGES_SHOWN:]
    ranked = (*first, *[passage for passage in rest if passage.hit][:1])
    return [_shown_passage(row, passage, article_of) for passage in ranked]


def _shown_passage(row: QuestionOutcome, passage: RankedPassage, article_of: ArticleOf | None) -> ShownPassage:
    is_cut = passage.text is not None and len(passage.text) < passage.end - passage.start
    title, text = passage.source, f"{passage.text or ''}{'…' if is_cut else ''}"
    if article_of is not None:
        try:
            article = article_of(passage.article_id)
            title, text = article.title, article.text[passage.start : passage.end]
        except ArticleNotFoundError:
            text = text or "This article is no longer in the store."
    marks = {"expected-here": occurrences(text, row.expected or ())}
    return ShownPassage(passage, title, highlighted(text, marks) if text else Markup())


def occurrences(text: str, answers: Sequence[str]) -> list[Span]:
    """Where the acceptable answers stand in a text as whole words, whatever their case; sorted, without overlaps."""
    places = [
        Span(match.start(), match.end())
        for answer in sorted(answers, key=len, reverse=True)
        if answer.strip()
        for match in re.finditer(rf"(?<!\w){re.escape(answer.strip())}(?!\w)", text, re.IGNORECASE)
    ]
    spans: list[Span] = []
    for span in sorted(places, key=lambda place: (place.start, -place.end)):
        if not spans or span.start >= spans[-1].end:
            spans.append(span)
    return spans
