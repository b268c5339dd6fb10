"""The word index and the vector index of a store, looked after together."""

from __future__ import annotations

import logging
from typing import Any

from rag.errors import StoreFullError
from rag.index.cache import Cache, Notify
from rag.index.cache_kinds import VectorKind, WordKind
from rag.index.cachefiles import CacheFolder
from rag.index.catalog import Catalog
from rag.index.checks import check_folder
from rag.index.vectors.protocol import VectorIndex
from rag.index.words import WordIndex
from rag.records import Finding
from rag.settings import IndexSettings

_logger = logging.getLogger(__name__)


class Caches:
    """Both caches of a catalog in their folder."""

    def __init__(self, catalog: Catalog, settings: IndexSettings, notify: Notify) -> None:
        self._folder = CacheFolder(
            catalog.database.path.parent, settings.lock_seconds, is_read_only=catalog.database.is_read_only
        )
        self._notify = notify
        self.words: Cache[WordIndex] = Cache(WordKind(self._folder.new_path), catalog, self._folder, notify)
        self.vectors: Cache[VectorIndex] = Cache(VectorKind(settings), catalog, self._folder, notify)
        self._both: tuple[Cache[Any], ...] = (self.words, self.vectors)
        self._names = [cache.kind.name for cache in self._both]

    def catch_up(self) -> None:
        """Bring both in step with the catalog.

        Raises:
            StoreError: the catalog cannot be read.
        """
        for cache in self._both:
            with cache.current():
                pass

    def save(self) -> None:
        """Save what is newer in memory than on the disk; what cannot be saved is reported, nothing is lost by it."""
        saved = []
        for cache in self._both:
            try:
                saved.append(cache.save())
            except OSError as error:
                self._notify(self._not_saved(cache, error))
        if any(saved):
            self._sweep()

    def rebuild(self) -> None:
        """Build both from the catalog, save them and delete what crashes left behind.

        Raises:
            StoreFullError: the disk has no room for them; nothing stored is lost.
            StoreError: the catalog cannot be read.
        """
        for cache in self._both:
            cache.rebuild()
            try:
                cache.save()
            except OSError as error:
                raise StoreFullError(self._not_saved(cache, error)) from error
        self._sweep()

    def delete_saved(self) -> None:
        """Delete both from the disk to make room; they are built again from the catalog when they are needed."""
        for cache in self._both:
            cache.delete_saved()

    def findings(self) -> list[Finding]:
        """The state of both on the disk, and what crashes left there."""
        return [cache.finding() for cache in self._both] + check_folder(self._folder, self._names)

    def close(self) -> None:
        """Drop both from memory, and their unfinished files from the disk."""
        for cache in self._both:
            cache.close()
        self._folder.close()

    def _sweep(self) -> None:
        try:
            self._folder.sweep(self._names)
        except OSError as error:
            _logger.info("%s: leftovers stay for now: %s", self._folder.path, error)

    def _not_saved(self, cache: Cache[Any], error: OSError) -> str:
        return (
            f"{self._folder.path}: the {cache.kind.subject} could not be saved ({error.strerror or error}). Nothing "
            "stored is lost, but the next start takes longer. Free some space and run: citespan doctor --repair"
        )
