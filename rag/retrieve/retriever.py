"""A question to its ranked passages."""

from __future__ import annotations

import numpy as np

from rag.index.store import Store
from rag.models.encoder import Encoder
from rag.records import Filters, Retrieved
from rag.retrieve.fusion import fuse
from rag.settings import RetrieveSettings


class Retriever:
    """Finds passages by words and by meaning, and fuses the two rankings."""

    def __init__(self, store: Store, encoder: Encoder, settings: RetrieveSettings) -> None:
        self._store = store
        self._encoder = encoder
        self._settings = settings

    def retrieve(self, question: str, k: int, filters: Filters | None = None) -> list[Retrieved]:
        """The at most ``k`` best passages, best first; ties by the older passage.

        Every candidate of either index gets its exact cosine similarity, so that a passage only the words found is
        compared fairly. What was removed meanwhile is left out.

        Raises:
            FilterError: ``filters`` names an unknown article or a date that is not one.
        """
        settings = self._settings
        allowed = None if filters is None or filters.is_empty else self._store.allowed(filters)
        if allowed is not None and not len(allowed):
            return []
        vector = self._encoder.encode([question])[0]
        wanted = max(k, settings.candidates)
        words = dict(self._store.search_words(question, wanted, allowed, settings.title_weight))
        similarities = dict(self._store.search_vectors(vector, wanted, allowed))
        only_words = [passage_id for passage_id in words if passage_id not in similarities]
        if only_words:
            products = self._store.vectors(only_words) @ vector
            similarities.update(zip(only_words, np.asarray(products, dtype=float).tolist(), strict=True))
        floor = min(words.values()) if len(words) >= wanted else 0.0
        return self._join(fuse(words, similarities, settings.word_weight, floor), words, similarities, k)

    def _join(
        self,
        ranking: list[tuple[int, float]],
        words: dict[int, float],
        similarities: dict[int, float],
        k: int,
    ) -> list[Retrieved]:
        found: list[Retrieved] = []
        for first in range(0, len(ranking), max(1, k)):
            page = ranking[first : first + k]
            stored = self._store.fetch([passage_id for passage_id, _ in page])
            for passage_id, score in page:
                if passage_id not in stored:
                    continue
                passage, article = stored[passage_id]
                found.append(
                    Retrieved(
                        passage=passage,
                        score=score,
                        article=article,
                        word_score=words.get(passage_id),
                        vector_score=similarities[passage_id],
                    )
                )
            if len(found) >= k:
                break
        return found[:k]
