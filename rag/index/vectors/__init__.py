"""Vector indexes: one file per engine, chosen by ``settings.index.vectors``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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


def _create_faiss(dimension: int, settings: IndexSettings) -> VectorIndex:
    from rag.index.vectors.faiss import FaissVectors

    return FaissVectors(dimension, settings.exact_up_to)


def _load_faiss(path: Path, settings: IndexSettings) -> VectorIndex:
    from rag.index.vectors.faiss import FaissVectors

    return FaissVectors.load(path, settings.exact_up_to)


# Engines are imported when an index is made or loaded: listing and showing articles needs none.
ENGINES: dict[str, VectorEngine] = {"faiss": VectorEngine(create=_create_faiss, load=_load_faiss)}
"""Every engine by the name that ``settings.index.vectors`` gives it."""
