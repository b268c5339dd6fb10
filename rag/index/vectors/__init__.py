"""Vector indexes: one file per engine, chosen by ``settings.index.vectors``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rag.index.vectors.faiss import FaissVectors
from rag.index.vectors.protocol import VectorIndex
from rag.settings import IndexSettings


@dataclass(frozen=True, slots=True)
class VectorEngine:
    """How an engine's indexes come to be.

    Attributes:
        create: an empty index for vectors of a length.
        load: the index that its ``save`` wrote to a file; ValueError when the file is something else.
    """

    create: Callable[[int, IndexSettings], VectorIndex]
    load: Callable[[Path, IndexSettings], VectorIndex]


ENGINES: dict[str, VectorEngine] = {
    "faiss": VectorEngine(
        create=lambda dimension, settings: FaissVectors(dimension, settings.exact_up_to),
        load=lambda path, settings: FaissVectors.load(path, settings.exact_up_to),
    ),
}
"""Every engine by the name that ``settings.index.vectors`` gives it."""
