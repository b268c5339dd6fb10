"""What differs between the two caches: how each index is made from the catalog and from its files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from rag.index.snapshot import Snapshot
from rag.index.vectors import ENGINES
from rag.index.vectors.protocol import Ids, VectorIndex
from rag.index.words import VERSION, WordIndex
from rag.settings import IndexSettings

_VECTOR_FILE = "index"


class CachedIndex(Protocol):
    """What both indexes can do."""

    def __len__(self) -> int: ...

    def remove(self, ids: Ids) -> None:
        """Forget these passages."""
        ...


IndexT = TypeVar("IndexT", bound=CachedIndex)


class CacheKind(Protocol[IndexT]):
    """One kind of index that can be rebuilt from the catalog.

    Attributes:
        name: its manifest is ``<name>.json``.
        subject: what messages call it.
        version: what a saved index must say to be read; two indexes of one version hold the same for the same catalog.
    """

    name: str
    subject: str
    version: str

    def build(self, snapshot: Snapshot) -> IndexT:
        """The index of everything that the catalog holds."""
        ...

    def extend(self, index: IndexT, snapshot: Snapshot, after: int) -> None:
        """Add the catalog's passages whose ids are larger than ``after``."""
        ...

    def prefers_rebuilding(self, index: IndexT, removed: int, snapshot: Snapshot) -> bool:
        """Whether building it from nothing beats taking ``removed`` passages out of it."""
        ...

    def load(self, folder: Path, removed: int) -> IndexT:
        """The index that ``save`` wrote; ValueError or OSError when it cannot be read."""
        ...

    def save(self, index: IndexT, folder: Path) -> int:
        """Write the index's files to the new folder; returns how many passages were removed since it was built."""
        ...

    def discard(self, index: IndexT) -> None:
        """Free what the index holds on to."""
        ...


class WordKind:
    """The word index, which works on files of its own."""

    name = "words"
    subject = "word index"
    version = VERSION

    def __init__(self, new_path: Callable[[str], Path]) -> None:
        """``new_path`` gives an unused path for files that are deleted with the process; OSError when it cannot."""
        self._new_path = new_path

    def build(self, snapshot: Snapshot) -> WordIndex:
        """The whole index; in memory when the disk has no room for its files."""
        index = None
        try:
            folder = self._new_path(self.name)
            folder.mkdir()
            index = WordIndex(folder)
            index.add(snapshot.texts_after(0))
        except (OSError, ValueError):
            if index is not None:
                index.close()
            index = WordIndex()
            index.add(snapshot.texts_after(0))
        return index

    def extend(self, index: WordIndex, snapshot: Snapshot, after: int) -> None:
        """Add the passages after ``after``."""
        index.add(snapshot.texts_after(after))

    def prefers_rebuilding(self, index: WordIndex, removed: int, snapshot: Snapshot) -> bool:
        """Whether its term statistics would count too much that is gone."""
        return index.prefers_rebuilding(removed)

    def load(self, folder: Path, removed: int) -> WordIndex:
        """A copy of a saved index, to work on."""
        return WordIndex.load(folder, self._new_path(self.name), removed)

    def save(self, index: WordIndex, folder: Path) -> int:
        """Write a copy of the index."""
        index.save(folder)
        return index.removed

    def discard(self, index: WordIndex) -> None:
        """Delete the files it worked on."""
        index.close()


class VectorKind:
    """The vector index of the engine that the settings name."""

    name = "vectors"
    subject = "vector index"

    def __init__(self, settings: IndexSettings) -> None:
        self._settings = settings
        self._engine = ENGINES[settings.vectors]
        self.version = f"{settings.vectors} 1"

    def build(self, snapshot: Snapshot) -> VectorIndex:
        """The whole index."""
        index = self._engine.create(snapshot.dimension or 1, self._settings)
        self.extend(index, snapshot, 0)
        return index

    def extend(self, index: VectorIndex, snapshot: Snapshot, after: int) -> None:
        """Add the embeddings after ``after``."""
        for ids, vectors in snapshot.vectors_after(after):
            index.add(ids, vectors)

    def prefers_rebuilding(self, index: VectorIndex, removed: int, snapshot: Snapshot) -> bool:
        """Whether the store's embeddings have another length now (it was empty and met another encoder)."""
        return snapshot.dimension not in (None, index.dimension)

    def load(self, folder: Path, removed: int) -> VectorIndex:
        """The saved index."""
        return self._engine.load(folder / _VECTOR_FILE, self._settings)

    def save(self, index: VectorIndex, folder: Path) -> int:
        """Write the index as one file."""
        folder.mkdir()
        try:
            index.save(folder / _VECTOR_FILE)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return 0

    def discard(self, index: VectorIndex) -> None:
        """Nothing is held on to."""
