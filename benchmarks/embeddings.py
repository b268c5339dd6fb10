"""An encoder that remembers on disk what it embedded, so that a benchmark that is run again is short."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from rag.models.encoder import Encoder, Vectors

_STEP = 256
"""Texts embedded between two commits: what a cut run loses at most."""


class RememberingEncoder:
    """An encoder whose vectors are kept in a SQLite file, by the SHA-256 of the text; a context manager.

    The file belongs to one encoder: its name holds the fingerprint of the weights and the precision they compute in.
    """

    def __init__(
        self, encoder: Encoder, folder: Path, precision: str, progress: Callable[[int, int], None] | None = None
    ) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.fingerprint = encoder.fingerprint
        self.dimension = encoder.dimension
        self.max_tokens = encoder.max_tokens
        self._progress = progress or (lambda done, total: None)
        self._file = sqlite3.connect(folder / f"{encoder.fingerprint[:12]}-{precision}.sqlite3")
        self._file.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB NOT NULL)")

    def __enter__(self) -> RememberingEncoder:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As the encoder's own ``encode``."""
        keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        found = {key: vector for key in set(keys) if (vector := self._find(key)) is not None}
        missing = list({key: text for key, text in zip(keys, texts, strict=True) if key not in found}.items())
        missing.sort(key=lambda pair: len(pair[1]))
        for first in range(0, len(missing), _STEP):
            step = missing[first : first + _STEP]
            vectors = self._encoder.encode([text for _, text in step])
            rows = [(key, vector.tobytes()) for (key, _), vector in zip(step, vectors, strict=True)]
            self._file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            self._file.commit()
            found.update((key, vector) for (key, _), vector in zip(step, vectors, strict=True))
            self._progress(first + len(step), len(missing))
        return np.stack([found[key] for key in keys]) if keys else np.empty((0, self.dimension), dtype=np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As the encoder's own ``count_tokens``."""
        return self._encoder.count_tokens(texts)

    def _find(self, key: bytes) -> Vectors | None:
        row = self._file.execute("SELECT vector FROM vectors WHERE text = ?", (key,)).fetchone()
        return None if row is None else np.frombuffer(row[0], dtype=np.float32)
