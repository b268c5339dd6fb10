"""Which articles hold a passage near a question: the others are not read (passage pruning, over a table's column).

A question is encoded and searched once for many rows. Reading costs twenty times what searching does, and in a table
most cells are "not in this article".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.records import Answer, Filters, Related, Retrieved

LEAST_SIMILARITY = 0.25
"""Cosine similarity of question and passage below which a row's best passage is not read. Of 300 cells (12 questions
of the samples' dev split over 25 articles) 70 % lay below it, and none of the 13 answers; the lowest had 0.28."""
NOT_NEAR = "No passage of this article is close to the question."
NOT_NEAR_GROUP = "No passage of these articles is close to the question."
_MOST_PASSAGES = 20_000


class Retrieves(Protocol):
    """What finds passages, as ``Assistant.retrieve``."""

    def retrieve(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Retrieved]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Nearness:
    """A question's passages in some articles, by article, best first."""

    passages: dict[str, list[Retrieved]]

    @classmethod
    def of(cls, source: Retrieves, question: str, article_ids: Sequence[str]) -> Nearness:
        """Search ``article_ids`` for ``question``, once."""
        by_article: dict[str, list[Retrieved]] = {}
        for found in source.retrieve(question, _MOST_PASSAGES, Filters(article_ids=tuple(article_ids))):
            by_article.setdefault(found.article.article_id, []).append(found)
        return cls(by_article)


def not_near(question: str, near: Nearness, article_ids: Sequence[str], related: int) -> Answer | None:
    """The abstention of a row none of whose passages is near ``question``; None when one is, or has no similarity."""
    passages = [found for article_id in article_ids for found in near.passages.get(article_id, ())]
    if any(found.vector_score is None or found.vector_score >= LEAST_SIMILARITY for found in passages):
        return None
    closest = sorted(passages, key=lambda found: -found.score)[:related]
    return Answer(
        question=question,
        searched_for=question,
        answered=False,
        answer=None,
        confidence=0.0,
        related=tuple(
            Related(found.article.article_id, found.passage.start, found.passage.end, found.text) for found in closest
        ),
        reason=NOT_NEAR if len(article_ids) == 1 else NOT_NEAR_GROUP,
        reason_kind="unclear",
    )
