"""The role of a vocabulary: how common words are in the store."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from rag.language.english.terms import content_words, stem
from rag.records import Article, Span


class Vocabulary(Protocol):
    """How common words are in the store."""

    def document_frequencies(self, words: Sequence[str]) -> list[int]:
        """For each word, how many passages hold it or its inflections, titles included."""
        ...

    def outside_passages(self, name: str) -> list[tuple[Article, Span]]:
        """Lines that hold all words of ``name`` and are no part of a passage: captions, credits, by-lines."""
        ...

    def count_passages(self) -> int:
        """How many passages there are."""
        ...


def rarities(question: str, vocabulary: Vocabulary) -> dict[str, float]:
    """The question's content terms, each with its inverse document frequency (as in BM25, never negative)."""
    asked = {stem(word): word for word in content_words(question)}
    passages = vocabulary.count_passages()
    counts = vocabulary.document_frequencies(list(asked.values()))
    return {
        term: math.log(1.0 + (max(passages, count) - count + 0.5) / (count + 0.5))
        for term, count in zip(asked, counts, strict=True)
    }
