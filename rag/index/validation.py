"""What an article must be before the catalog takes it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.article_ids import article_id_of
from rag.index.vectors.protocol import Vectors
from rag.records import Article, Passage


def check_article(article: Article, passages: Sequence[Passage], embeddings: Vectors) -> None:
    """Check that the passages are ranges of the article, and that each has an embedding.

    Raises:
        ValueError: naming the first thing that is wrong. It is a mistake of the calling code, not of its input.
    """
    if article.article_id != article_id_of(article.text):
        raise ValueError(f"{article.article_id!r} is not the id of the article's text")
    length = len(article.text)
    for span in article.boilerplate:
        if span.end > length:
            raise ValueError(f"boilerplate {span} lies outside the article's {length} characters")
    for passage in passages:
        problem = passage_problem(passage, length)
        if passage.article_id != article.article_id:
            problem = f"belongs to article {passage.article_id}, not to {article.article_id}"
        if problem:
            raise ValueError(f"passage [{passage.start}, {passage.end}) {problem}")
    if embeddings.ndim != 2 or len(embeddings) != len(passages) or (len(passages) and not embeddings.shape[1]):
        raise ValueError(f"expected float32[{len(passages)}, dimension], got shape {embeddings.shape}")
    if embeddings.dtype != np.float32:
        raise ValueError(f"expected float32 embeddings, got {embeddings.dtype}")
    if not np.isfinite(embeddings).all():
        raise ValueError("an embedding holds a number that is not finite")


def passage_problem(passage: Passage, length: int) -> str | None:
    """What is wrong with a passage of a text of ``length`` code points, or None."""
    if not 0 <= passage.start < passage.end <= length:
        return f"lies outside the article's {length} characters"
    previous = passage.start
    for sentence in passage.sentences:
        if sentence.start < previous or sentence.end > passage.end:
            return f"has a sentence [{sentence.start}, {sentence.end}) outside it or out of order"
        previous = sentence.end
    return None
