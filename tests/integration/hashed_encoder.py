"""An encoder without weights, for tests that are not about what texts mean."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rag.language.english.terms import content_terms


class HashedEncoder:
    """Vectors that count hashed stems: texts are alike when they share words."""

    name = "hashed"
    fingerprint = "hashed-1"
    dimension = 128
    max_tokens = 256

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for term in content_terms(text):
                vectors[row, zlib.crc32(term.encode()) % self.dimension] += 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]
