"""Near copies among the passages that were found: one story told over and over must not crowd out the others."""

from __future__ import annotations

from collections.abc import Sequence

from rag.language.english.terms import content_terms
from rag.records import Retrieved

COPY_FROM = 0.8
"""Share of their content terms (Jaccard similarity) from which two passages are copies: a wire story with another
headline or update mark keeps more, two reports of one event share less than half."""
FEWEST_TERMS = 8
"""Terms of a passage that can be told to be a copy; shorter ones are alike by chance."""


def without_copies(passages: Sequence[Retrieved], most: int) -> list[Retrieved]:
    """The first ``most`` passages that are no near copies of a better one from another article."""
    distinct: list[tuple[Retrieved, frozenset[str]]] = []
    for passage in passages:
        if len(distinct) == most:
            break
        terms = frozenset(content_terms(passage.text))
        if not any(_is_copy(passage, terms, other, held) for other, held in distinct):
            distinct.append((passage, terms))
    return [passage for passage, _ in distinct]


def _is_copy(passage: Retrieved, terms: frozenset[str], other: Retrieved, held: frozenset[str]) -> bool:
    if passage.article.article_id == other.article.article_id or min(len(terms), len(held)) < FEWEST_TERMS:
        return False
    return len(terms & held) >= COPY_FROM * len(terms | held)
