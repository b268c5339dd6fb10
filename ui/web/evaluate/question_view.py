"""The questions of an evaluation that went wrong, and one of them in full: expected, answered, retrieved."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.errors import ArticleNotFoundError
from rag.evaluation.records import CheckedCitation, Evaluation, QuestionOutcome, RankedPassage
from rag.records import Article, Span
from ui.web.escaping import attributes, escape, label
from ui.web.highlight import highlighted
from ui.web.pieces import percent, place

FAILURES = {
    "wrong": ("Wrong answer", "It answered, but not what was expected."),
    "missed": ("Silent, should have answered", "The articles answer it, but it was not sure enough."),
    "invented": ("Answered, should be silent", "The articles do not answer it, but it gave an answer."),
    "lost": ("Not found", "What should be found is not among the first ten passages."),
    "error": ("Could not be asked", "The question itself was refused."),
}
"""Kinds of failure: the class, what it is called, what that means."""
LISTED_AT_MOST = 500
PASSAGES_SHOWN = 5
ArticleOf = Callable[[str], Article]


def failure_kind(row: QuestionOutcome) -> str:
    """The key in ``FAILURES`` of a question that went wrong."""
    if row.error is not None:
        return "error"
    if row.expected is None:
        return "lost"
    if not row.expected:
        return "invented"
    return "wrong" if row.answered else "missed"


def failed_questions(run: Evaluation) -> str:
    """The list of questions that went wrong, to be narrowed down by kind and opened one by one."""
    failed = [row for row in run.rows if row.failed]
    if not failed:
        told = "<h3>Nothing went wrong</h3><p class='note'>Every question ended well.</p>"
        return f'<section class="failures">{told}</section>'
    counts = {kind: sum(failure_kind(row) == kind for row in failed) for kind in FAILURES}
    filters = "".join(
        f'<button type="button" class="filter" data-filter="{kind}" aria-pressed="false"'
        f"{attributes(title=FAILURES[kind][1])}>{escape(FAILURES[kind][0])} <b>{count:,}</b></button>"
        for kind, count in counts.items()
        if count
    )
    every = (
        f'<button type="button" class="filter" data-filter="" aria-pressed="true">All <b>{len(failed):,}</b></button>'
    )
    items = "".join(_listed(row) for row in failed[:LISTED_AT_MOST])
    more = (
        f'<p class="note">The first {LISTED_AT_MOST:,} of {len(failed):,} are listed; the report has them all.</p>'
        if len(failed) > LISTED_AT_MOST
        else ""
    )
    return (
        f'<section class="failures"{attributes(data_run=run.run)}><h3>What went wrong</h3>'
        f'<p class="note">{len(failed):,} of {len(run.rows):,} questions. Open one to see what was expected, answered '
        f'and found.</p><div class="filters" role="group" aria-label="Kind of failure">{every}{filters}</div>'
        f'<ul class="failed">{items}</ul>{more}</section>'
    )


def _listed(row: QuestionOutcome) -> str:
    kind = failure_kind(row)
    return (
        f'<li data-kind="{kind}"><details class="asked-one"{attributes(data_question=row.id)}><summary>'
        f'<span class="asked-question" dir="auto">{label(row.question)}</span>'
        f'<span class="kind {kind}">{escape(FAILURES[kind][0])}</span></summary>'
        '<div class="question-detail" aria-live="polite"></div></details></li>'
    )


def question_detail(row: QuestionOutcome, article_of: ArticleOf) -> str:
    """One question in full.

    Args:
        article_of: the article with an id; raises ``ArticleNotFoundError`` when it is no longer in the store.
    """
    asked = "".join(f'<li dir="auto">{label(turn)}</li>' for turn in row.history)
    before = f'<p class="note">Asked before in this conversation:</p><ol class="note">{asked}</ol>' if asked else ""
    searched = (
        f'<p class="note">Searched for: <q dir="auto">{label(row.searched_for)}</q></p>'
        if row.searched_for != row.question
        else ""
    )
    passages = "".join(_passage(row, passage, article_of) for passage in row.retrieved[:PASSAGES_SHOWN])
    later = next((one for one in row.retrieved[PASSAGES_SHOWN:] if one.hit), None)
    rest = f'<ol class="passages" start="{later.rank}">{_passage(row, later, article_of)}</ol>' if later else ""
    nothing = '<p class="note">Nothing was retrieved.</p>' if not row.retrieved else ""
    return (
        f'{before}{searched}<div class="sides"><section><h5>Expected</h5>{_expected(row)}</section>'
        f"<section><h5>Answered</h5>{_answered(row)}</section></div>"
        f'<h5>Retrieved</h5>{_found(row)}{nothing}<ol class="passages">{passages}</ol>{rest}'
    )


def _expected(row: QuestionOutcome) -> str:
    source = f'<p class="note">in {label(row.source)}</p>' if row.source else ""
    if row.expected is None:
        return f"<p>Only the search is judged.</p>{source}"
    if not row.expected:
        return "<p>No answer: the articles do not say.</p>"
    first, *others = row.expected
    also = f'<p class="note">or {" / ".join(label(other) for other in others)}</p>' if others else ""
    return f'<p class="side-answer" dir="auto">{label(first)}</p>{also}{source}'


def _answered(row: QuestionOutcome) -> str:
    if row.error is not None:
        return f'<p class="note" dir="auto">{escape(row.error)}</p>'
    if not row.answered:
        held = (
            f'<p class="note">Held back, at {percent(row.confidence)} confidence: “{label(row.candidate)}”</p>'
            if row.candidate
            else ""
        )
        reason = f'<p class="note" dir="auto">{escape(row.reason)}</p>' if row.reason else ""
        return f"<p>It stayed silent.</p>{held}{reason}"
    own = [one for one in row.citations if one.text == row.answer]
    quotes = "".join(_quote(citation) for citation in {one.quote: one for one in own}.values())
    others = dict.fromkeys(label(one.text) for one in row.citations if one.text != row.answer)
    considered = f'<p class="note">Also considered: {" · ".join(others)}</p>' if others else ""
    return (
        f'<p class="side-answer" dir="auto">{label(row.answer or "")}</p>'
        f'<p class="note">{percent(row.confidence)} confidence</p>{quotes}{considered}'
    )


def _quote(citation: CheckedCitation) -> str:
    return (
        f'<blockquote class="quote" dir="auto">{escape(" ".join(citation.quote.split()))}</blockquote>'
        f'<button type="button" class="quiet" {place(citation.article_id, citation.start, citation.end).strip()}>'
        f"{label(citation.source)}</button>"
    )


def _found(row: QuestionOutcome) -> str:
    """Where in the ranking the passage stands that should be found."""
    if not row.recall:
        return ""
    rank = next((one.rank for one in row.retrieved if one.hit), None)
    if rank is None:
        return '<p class="note">What should be found is not among the first ten: the search missed it.</p>'
    where = "comes first" if rank == 1 else f"is number {rank}"
    return f'<p class="note">The passage that should be found {where}.</p>'


def _passage(row: QuestionOutcome, passage: RankedPassage, article_of: ArticleOf) -> str:
    try:
        article = article_of(passage.article_id)
        title, text = article.title, article.text[passage.start : passage.end]
    except ArticleNotFoundError:
        title, text = passage.source, passage.text or "This article is no longer in the store."
    flag = '<span class="hit">should be found</span>' if passage.hit else ""
    marks = occurrences(text, row.expected or ())
    body = highlighted(text, {"expected-here": marks}) if text else ""
    opens = place(passage.article_id, passage.start, passage.end)
    return (
        f'<li class="{"is-hit" if passage.hit else ""}"><div class="passage-head">'
        f'<button type="button" class="quiet"{opens}>{label(title)}</button>{flag}</div>'
        f'<p class="passage-body" dir="auto">{body}</p></li>'
    )


def occurrences(text: str, answers: Sequence[str]) -> list[Span]:
    """Where the acceptable answers stand in a text as whole words, whatever their case; sorted, without overlaps."""
    found = [
        Span(match.start(), match.end())
        for answer in sorted(answers, key=len, reverse=True)
        if answer.strip()
        for match in re.finditer(rf"(?<!\w){re.escape(answer.strip())}(?!\w)", text, re.IGNORECASE)
    ]
    kept: list[Span] = []
    for span in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
