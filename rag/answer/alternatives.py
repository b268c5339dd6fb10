"""Which other answers are worth showing beside the answer."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.equivalence import normal_form
from rag.language.english.terms import content_terms
from rag.question.answer_types import AnswerType, mentions, proper_names
from rag.records import Candidate, Citation

AT_LEAST = 1 / 3
"""An alternative is shown when it is at least this share as probable as the answer; what is less so is noise."""


def is_worth_showing(
    candidate: Candidate, question: str, asked: AnswerType, answer: str, cited: Sequence[Citation]
) -> bool:
    """Whether the candidate says something else than the answer and the question, and of the kind asked for."""
    terms = set(content_terms(candidate.text))
    if not terms or terms <= set(content_terms(question)):
        return False
    if f" {normal_form(candidate.text)} " in f" {normal_form(answer)} ":
        return False
    article = candidate.retrieved.article.article_id
    if any(
        one.article_id == article and candidate.span.start < one.end and one.start < candidate.span.end for one in cited
    ):
        return False
    if sum(one.overlaps(candidate.span) for one in candidate.retrieved.passage.sentences) > 1:
        return False
    if len(cited) > 1 and cited[0].article_id == cited[1].article_id and bool(proper_names(cited[0].text)):
        return bool(proper_names(candidate.text))
    if asked in (AnswerType.NUMBER, AnswerType.TIME):
        return mentions(asked, candidate.text, question)
    return asked is not AnswerType.PERSON or bool(proper_names(candidate.text))
