"""One question: is what was retrieved and answered what should have been?

A passage is a **hit** when it is from the article that ``source`` names and an acceptable answer's words stand in it.
Without ``source`` any article will do; without acceptable answers, or when the named article does not state one in so
many words, any passage of the article will do. With graded judgements (``relevant``) articles are ranked instead of
passages, each at its best passage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.evaluation.metrics.answers import answer_finder, contains, exact_match, f1
from rag.evaluation.metrics.equivalence import is_right
from rag.evaluation.metrics.ranking import ndcg_at, recall_at, reciprocal_rank
from rag.evaluation.questions import Question, names_source
from rag.evaluation.records import DEPTH, CheckedCitation, QuestionOutcome, RankedPassage
from rag.records import Answer, Article, Citation, Retrieved

SHOWN_PASSAGES = 5
SHOWN_CHARACTERS = 600
"""How much of the retrieved text a run keeps of a question that went wrong."""

ArticleOf = Callable[[str], Article | None]


def judge(
    question: Question,
    answer: Answer,
    retrieved: Sequence[Retrieved],
    milliseconds: float | None,
    *,
    candidate: str | None = None,
    article_of: ArticleOf,
    article_named: ArticleOf,
    error: str | None = None,
) -> QuestionOutcome:
    """The outcome of one question.

    Args:
        retrieved: the ranking for ``answer.searched_for``, best first.
        candidate: what is or would have been answered without a threshold, or None when nothing was found.
        article_of: a stored article by its id, or None; the texts that citations are checked against.
        article_named: a stored article by the name a question calls it, or None.
    """
    expected = question.answers
    is_hit = _hit_test(question, article_named)
    hits = [is_hit is not None and is_hit(passage) for passage in retrieved]
    gains, ideal = _gains(question, retrieved, hits)
    judged = bool(ideal)
    relevant = sum(grade > 0 for grade in ideal)
    quotes = " … ".join(citation.quote.text for citation in answer.citations if citation.stance == "supports")
    right = _is_right(question, answer)
    failed = not right if right is not None else not any(gain > 0 for gain in gains)
    kind = question.extra.get("kind")
    return QuestionOutcome(
        id=question.id,
        question=question.question,
        searched_for=answer.searched_for,
        history=question.history,
        expected=expected,
        source=question.source,
        split=question.split,
        kind=kind if isinstance(kind, str) else None,
        answered=answer.answered,
        answer=answer.answer,
        confidence=float(answer.confidence),
        reason=answer.reason,
        right=right,
        exact_match=None if expected is None else exact_match(answer.answer, expected),
        f1=None if expected is None else f1(answer.answer, expected),
        contains=None if expected is None else contains(answer.answer, expected),
        quote_contains=None if expected is None else contains(quotes if answer.answered else None, expected),
        recall=tuple(recall_at(gains, k, relevant) for k in range(1, DEPTH + 1)) if judged else (),
        reciprocal_rank=reciprocal_rank(gains) if judged else None,
        ndcg=ndcg_at(gains, DEPTH, ideal) if judged else None,
        citations=tuple(_check(citation, article_of) for citation in _all_citations(answer)),
        in_source=_in_source(question, answer, article_of),
        milliseconds=milliseconds,
        retrieved=tuple(
            _ranked(rank, passage, hit, failed)
            for rank, (passage, hit) in enumerate(zip(retrieved[:DEPTH], hits, strict=False), start=1)
        ),
        error=error,
        candidate=candidate,
        candidate_right=None if candidate is None or expected is None else is_right(candidate, expected),
    )


def _is_right(question: Question, answer: Answer) -> bool | None:
    if question.answers is None:
        return None
    return is_right(answer.answer if answer.answered else None, question.answers)


def _hit_test(question: Question, article_named: ArticleOf) -> Callable[[Retrieved], bool] | None:
    """Whether a passage is what should be found; None when the question does not say."""
    source, relevant = question.source, question.relevant
    if relevant:
        return lambda passage: relevant.get(passage.article.source, 0) > 0
    if source is None and not question.answers:
        return None
    holds_answer = answer_finder(question.answers or ())
    named = article_named(source) if source is not None else None
    article_alone = not question.answers or (named is not None and not holds_answer(named.text))

    def is_hit(passage: Retrieved) -> bool:
        if source is not None and not names_source(source, passage.article.source, passage.article.path):
            return False
        return article_alone or holds_answer(passage.text)

    return is_hit


def _gains(
    question: Question, retrieved: Sequence[Retrieved], hits: Sequence[bool]
) -> tuple[list[float], tuple[float, ...]]:
    """The grades down the ranking, and the grades of all that should be found (empty when the question says nothing).

    Without graded judgements one passage is to be found, and the first hit is it: a second passage with the same
    answer is no further gain.
    """
    if question.relevant:
        ranking = dict.fromkeys(passage.article.source for passage in retrieved)
        return [float(question.relevant.get(source, 0)) for source in ranking], tuple(
            float(grade) for grade in question.relevant.values()
        )
    if question.source is None and not question.answers:
        return [], ()
    first = next((rank for rank, hit in enumerate(hits) if hit), None)
    return [float(rank == first) for rank in range(len(hits))], (1.0,)


def _all_citations(answer: Answer) -> list[Citation]:
    return [*answer.citations, *(citation for other in answer.alternatives for citation in other.citations)]


def _check(citation: Citation, article_of: ArticleOf) -> CheckedCitation:
    article, quote = article_of(citation.article_id), citation.quote
    exact = (
        article is not None
        and article.text[citation.start : citation.end] == citation.text
        and article.text[quote.start : quote.end] == quote.text
        and quote.start <= citation.start < citation.end <= quote.end
    )
    return CheckedCitation(
        citation.article_id,
        citation.source,
        citation.page,
        citation.start,
        citation.end,
        citation.text,
        quote.text,
        citation.stance,
        exact,
    )


def _in_source(question: Question, answer: Answer, article_of: ArticleOf) -> bool | None:
    if question.source is None or not question.answers or not answer.answered:
        return None
    for citation in answer.citations:
        article = article_of(citation.article_id)
        path = article.path if article is not None else ""
        if citation.stance == "supports" and names_source(question.source, citation.source, path):
            return True
    return False


def _ranked(rank: int, passage: Retrieved, hit: bool, failed: bool) -> RankedPassage:
    shown = failed and rank <= SHOWN_PASSAGES
    return RankedPassage(
        rank,
        passage.article.article_id,
        passage.article.source,
        passage.passage.start,
        passage.passage.end,
        float(passage.score),
        hit,
        passage.text[:SHOWN_CHARACTERS] if shown else None,
    )
