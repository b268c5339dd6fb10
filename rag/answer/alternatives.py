"""Which other answers are worth showing beside the answer."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.candidates import Candidates
from rag.answer.compose.strategy import Composed
from rag.answer.equivalence import contradicts
from rag.language.english.names import proper_names
from rag.language.english.normal_form import normal_form
from rag.language.english.terms import content_terms
from rag.question.answer_types import AnswerType, mentions
from rag.records import Alternative, Candidate, Citation, Stance

AT_LEAST = 1 / 3
"""An alternative is shown when it is at least this share as probable as the answer; what is less so is noise."""


DIFFERS_WITHIN = 0.5
"""A contradicting answer counts as another account when its confidence is at least this share of the answer's."""
MOST_SHOWN = 3


def alternatives(candidates: Candidates, composed: Composed) -> tuple[Alternative, ...]:
    """The next answers; one that contradicts the best from another article and is nearly as strong "differs"."""
    if composed.chosen is None:
        return ()
    asked, best = candidates.asked, candidates.groups[composed.chosen]
    best_articles = {member.candidate.retrieved.article.article_id for member in best}
    differing: list[Alternative] = []
    weaker: list[Alternative] = []
    for index, group in enumerate(candidates.groups):
        if index == composed.chosen or not is_worth_showing(
            group[0].candidate, asked.question, asked.answer_type, composed.text, composed.citations
        ):
            continue
        own = candidates.confidence(index)
        if own < AT_LEAST * composed.confidence:
            continue
        differs = (
            group[0].candidate.retrieved.article.article_id not in best_articles
            and own >= DIFFERS_WITHIN * composed.confidence
            and contradicts(best[0].text, group[0].text, asked.answer_type)
        )
        stance: Stance = "differs" if differs else "supports"
        citations = candidates.citations(index, stance)
        alternative = Alternative(group[0].text, min(own, composed.confidence), citations)
        (differing if differs else weaker).append(alternative)
        if len(differing) + len(weaker) >= 2 * MOST_SHOWN:
            break
    return tuple((differing + weaker)[:MOST_SHOWN])


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
