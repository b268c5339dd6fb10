"""A cache of the catalog, kept in step with it: loaded, caught up, rebuilt when unusable, saved."""

from __future__ import annotations

import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Generic

from rag.errors import StoreDamagedError, StoreError
from rag.index.cache_kinds import CacheKind, IndexT
from rag.index.cachefiles import (
    CacheFolder,
    CacheUnusableError,
    Manifest,
    prepare,
    read_manifest,
    swap_in,
    unreferenced_folders,
    verified_folder,
)
from rag.index.catalog import Catalog
from rag.index.damage import REPAIR
from rag.index.history import Moment
from rag.index.snapshot import Snapshot
from rag.records import Finding

Notify = Callable[[str], None]


class Cache(Generic[IndexT]):
    """One index in memory with the moment of the catalog that it reflects. Safe to share between threads."""

    def __init__(self, kind: CacheKind[IndexT], catalog: Catalog, folder: CacheFolder, notify: Notify) -> None:
        self.kind = kind
        self._catalog = catalog
        self._folder = folder
        self._notify = notify
        self._guard = threading.RLock()
        self._index: IndexT | None = None
        self._moment: Moment | None = None
        self._saved: Moment | None = None
        # A store that is new in this process has no cache yet: building the first one is no news.
        self._is_first = catalog.generation == 0

    @contextmanager
    def current(self) -> Iterator[IndexT]:
        """The index, in step with the catalog and held still for as long as the block lasts.

        Raises:
            StoreError: the catalog cannot be read.
        """
        with self._guard:
            if self._index is None or self._moment is None or self._moment.generation != self._catalog.generation:
                with self._catalog.snapshot() as snapshot:
                    self._follow(snapshot)
            assert self._index is not None
            yield self._index

    def rebuild(self) -> None:
        """Build the index from the catalog, whatever its state.

        Raises:
            StoreError: the catalog cannot be read.
        """
        with self._guard, self._catalog.snapshot() as snapshot:
            self._build(snapshot)

    def save(self) -> bool:
        """Write the index in memory to the disk, unless what is there is as good; returns whether it was written.

        Raises:
            OSError: the disk is full or cannot be written, or another process keeps the lock; the old cache stays.
        """
        with self._guard:
            if self._index is None or self._moment is None or self._moment == self._saved:
                return False
            if self._folder.is_read_only:
                return False
            prepared = self._folder.new_path(self.kind.name)
            try:
                removed = self.kind.save(self._index, prepared)
                manifest = Manifest(
                    kind=self.kind.version,
                    store_id=self._catalog.store_id,
                    moment=self._moment,
                    passages=len(self._index),
                    removed=removed,
                    folder=f"{self.kind.name}-{self._moment.generation}-{secrets.token_hex(4)}",
                    files=prepare(prepared),
                )
                with self._folder.lock:
                    is_wanted = not self._is_overtaken(manifest)
                    if is_wanted:
                        swap_in(self._folder.path, self.kind.name, prepared, manifest)
                self._saved = self._moment
                return is_wanted
            finally:
                shutil.rmtree(prepared, ignore_errors=True)

    def delete_saved(self) -> None:
        """Delete the saved index; the one in memory stays."""
        with self._guard, suppress(OSError), self._folder.lock:
            self._folder.manifest(self.kind.name).unlink(missing_ok=True)
            for folder in unreferenced_folders(self._folder.path, [self.kind.name]):
                shutil.rmtree(folder, ignore_errors=True)
            self._saved = None

    def close(self) -> None:
        """Drop the index from memory."""
        with self._guard:
            if self._index is not None:
                self.kind.discard(self._index)
            self._index = self._moment = None

    def load(self, snapshot: Snapshot) -> tuple[IndexT, Manifest]:
        """The saved index, which may be older than the catalog.

        Raises:
            CacheUnusableError: it is missing, damaged, of another version or not of this catalog's history.
        """
        try:
            with self._folder.lock:
                manifest = read_manifest(self._folder.path, self.kind.name)
                self.check(manifest, snapshot)
                index = self.kind.load(verified_folder(self._folder.path, manifest), manifest.removed)
        except (OSError, ValueError) as error:
            raise CacheUnusableError(f"cannot be read ({error})") from error
        if len(index) != manifest.passages:
            self.kind.discard(index)
            raise CacheUnusableError("does not hold what its manifest says")
        return index, manifest

    def finding(self) -> Finding:
        """The state of the saved index, for ``doctor``."""
        try:
            with self._catalog.snapshot() as snapshot, self._folder.lock:
                now = snapshot.moment.generation
                if not snapshot.passages:
                    return Finding("ok", self.kind.subject, "nothing to index yet")
                manifest = read_manifest(self._folder.path, self.kind.name)
                self.check(manifest, snapshot)
                verified_folder(self._folder.path, manifest)
        except CacheUnusableError as error:
            message = f"the {self.kind.subject} {error}; it is rebuilt when it is needed"
            return Finding("warning", self.kind.subject, message, REPAIR)
        except (OSError, StoreError) as error:
            return Finding("error", self.kind.subject, f"the {self.kind.subject} cannot be checked ({error})", REPAIR)
        if manifest.moment.generation < now:
            behind = now - manifest.moment.generation
            message = f"the saved {self.kind.subject} is {behind} changes behind; it catches up when it is needed"
            return Finding("ok", self.kind.subject, message)
        return Finding("ok", self.kind.subject, f"holds {manifest.passages:,} passages, as the catalog does")

    def check(self, manifest: Manifest, snapshot: Snapshot) -> None:
        """Whether a saved index of this manifest can be caught up with the catalog.

        Raises:
            CacheUnusableError: saying why not.
        """
        if manifest.kind != self.kind.version:
            raise CacheUnusableError("was saved by another version")
        if manifest.store_id != self._catalog.store_id:
            raise CacheUnusableError("belongs to another store")
        if snapshot.removed_since(manifest.moment) is None:
            raise CacheUnusableError("does not belong to this state of the catalog")

    def _follow(self, snapshot: Snapshot) -> None:
        try:
            if self._index is None or self._moment is None:
                self.close()
                self._index, manifest = self.load(snapshot)
                self._moment = self._saved = manifest.moment
            self._catch_up(self._index, self._moment, snapshot)
        except CacheUnusableError as error:
            if not self._is_first and snapshot.passages:
                self._notify(
                    f"{self._folder.path}: the {self.kind.subject} {error}; "
                    f"rebuilding it from the catalog ({snapshot.passages:,} passages)"
                )
            self._build(snapshot)
        self._is_first = False

    def _catch_up(self, index: IndexT, moment: Moment, snapshot: Snapshot) -> None:
        if moment == snapshot.moment:
            return
        removed = snapshot.removed_since(moment)
        if removed is None:
            raise CacheUnusableError("does not belong to this state of the catalog")
        if self.kind.prefers_rebuilding(index, len(removed), snapshot):
            self._build(snapshot)
            return
        # Until both steps are done the index reflects no moment at all.
        self._moment = None
        try:
            if len(removed):
                index.remove(removed)
            if snapshot.moment.last_passage > moment.last_passage:
                self.kind.extend(index, snapshot, moment.last_passage)
        except (OSError, ValueError) as error:
            raise CacheUnusableError(f"cannot be brought up to date ({error})") from error
        if len(index) != snapshot.passages:
            raise CacheUnusableError("does not hold what the catalog holds")
        self._moment = snapshot.moment

    def _build(self, snapshot: Snapshot) -> None:
        self.close()
        index = self.kind.build(snapshot)
        if len(index) != snapshot.passages:
            self.kind.discard(index)
            raise StoreDamagedError(
                f"{self._folder.path}: the catalog holds {snapshot.passages:,} passages, but only {len(index):,} can "
                f"be put into the {self.kind.subject}. See what is damaged, and what mends it, with: citespan doctor"
            )
        self._index = index
        self._moment, self._saved = snapshot.moment, None

    def _is_overtaken(self, manifest: Manifest) -> bool:
        """Whether another process saved a later state meanwhile."""
        try:
            saved = read_manifest(self._folder.path, self.kind.name)
            with self._catalog.snapshot() as snapshot:
                self.check(saved, snapshot)
        except CacheUnusableError:
            return False
        return saved.moment.generation > manifest.moment.generation
