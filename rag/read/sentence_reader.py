"""A reader that needs no trained weights: it answers with the whole sentence that fits the question best."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from rag.language.english.terms import content_terms
from rag.models.encoder import Encoder
from rag.question.answer_types import expected_type, mentions
from rag.records import Candidate, Retrieved, Span

SIMILARITY_WEIGHT = 0.55
OVERLAP_WEIGHT = 0.30
TYPE_WEIGHT = 0.15
"""Shares of a sentence's score; chosen on the dev split of the sample question set."""


class SentenceReader:
    """Scores each sentence of the passages by meaning, shared rare words and the kind of answer asked for.

    A sentence is encoded with its article's title, which supplies the subject that news sentences leave out; its words
    and those of the sentence before it count as overlap, the latter half. Scores lie in about 0 to 1; ``null_score``
    is 0, for this reader has no opinion on "no answer": the calibration does.
    """

    name = "sentences"

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def read(self, question: str, passages: Sequence[Retrieved]) -> list[Candidate]:
        """One candidate for each sentence of the passages, best first; a sentence two passages share counts once."""
        places = _sentences(passages)
        if not places:
            return []
        texts = [span.of(found.article.text) for found, span in places]
        titled = [f"{found.article.title}. {text}" for (found, _), text in zip(places, texts, strict=True)]
        vectors = self._encoder.encode([question, *titled])
        similarities = (vectors[1:] @ vectors[0]).tolist()
        overlaps = _overlaps(question, places, texts)
        asked = expected_type(question)
        candidates = [
            Candidate(
                retrieved=found,
                span=span,
                score=SIMILARITY_WEIGHT * similarity
                + OVERLAP_WEIGHT * overlap
                + TYPE_WEIGHT * mentions(asked, text, question),
            )
            for (found, span), text, similarity, overlap in zip(places, texts, similarities, overlaps, strict=True)
        ]
        return sorted(candidates, key=lambda one: (-one.score, one.retrieved.article.article_id, one.span))


def _sentences(passages: Sequence[Retrieved]) -> list[tuple[Retrieved, Span]]:
    """The distinct sentences of the passages, each with the best passage that holds it."""
    seen: set[tuple[str, Span]] = set()
    places: list[tuple[Retrieved, Span]] = []
    for found in passages:
        for span in found.passage.sentences:
            key = (found.article.article_id, span)
            if key not in seen:
                seen.add(key)
                places.append((found, span))
    return places


def _overlaps(question: str, places: Sequence[tuple[Retrieved, Span]], texts: Sequence[str]) -> list[float]:
    """For each sentence, the share of the question's terms it holds, weighted by their rarity in these sentences."""
    term_sets = [frozenset(content_terms(text)) for text in texts]
    frequency = Counter(term for terms in term_sets for term in terms)
    rarity = {term: math.log(1.0 + len(texts) / (1.0 + frequency[term])) for term in set(content_terms(question))}
    total = sum(rarity.values())
    if total == 0:
        return [0.0] * len(texts)
    shares: list[float] = []
    for index, (found, _) in enumerate(places):
        follows = index > 0 and places[index - 1][0].article.article_id == found.article.article_id
        before = term_sets[index - 1] if follows else frozenset[str]()
        held = sum(
            weight if term in term_sets[index] else weight / 2 if term in before else 0.0
            for term, weight in rarity.items()
        )
        shares.append(held / total)
    return shares
