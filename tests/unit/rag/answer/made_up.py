"""Small articles and passages for the tests of this folder."""

from __future__ import annotations

from collections.abc import Sequence

from rag.language.english.terms import content_terms
from rag.records import Article, Passage, Retrieved, Span


def article(text: str, article_id: str = "a" * 16, title: str = "Mill Bridge") -> Article:
    return Article(article_id=article_id, title=title, source=f"{article_id[:3]}.txt", path=f"/{article_id}", text=text)


def sentence_spans(text: str) -> tuple[Span, ...]:
    """Sentences of texts whose only full stops end sentences."""
    spans: list[Span] = []
    start = 0
    for part in text.split(". "):
        end = start + len(part) + (1 if start + len(part) < len(text) else 0)
        spans.append(Span(start, end))
        start = end + 1
    return tuple(spans)


def retrieved(
    text: str,
    *,
    article_id: str = "a" * 16,
    title: str = "Mill Bridge",
    passage_id: int = 1,
    score: float = 1.0,
    similarity: float = 0.5,
) -> Retrieved:
    sentences = sentence_spans(text)
    passage = Passage(article_id, sentences[0].start, sentences[-1].end, sentences, passage_id)
    return Retrieved(passage, score, article(text, article_id, title), word_score=1.0, vector_score=similarity)


class CountedWords:
    """A vocabulary over a few texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [set(content_terms(text)) for text in texts]

    def outside_passages(self, name: str) -> list[tuple[Article, Span]]:
        return []

    def document_frequencies(self, words: Sequence[str]) -> list[int]:
        stems = [content_terms(word) for word in words]
        return [sum(bool(held.intersection(terms)) for held in self._texts) for terms in stems]

    def count_passages(self) -> int:
        return len(self._texts)
