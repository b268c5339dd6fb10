"""Connections to the store's SQLite file: shared between threads, with every failure turned into a StoreError."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.errors import StoreDamagedError, StoreError, StoreFullError, StoreLockedError

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_FORBIDDEN = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH}


def store_error(error: sqlite3.Error, path: Path) -> StoreError:
    """The StoreError that says what ``error`` means for the catalog at ``path``, and what to do about it."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary in _BUSY:
        return StoreLockedError(
            f"{path.parent}: another process is writing to this store. Wait until it has finished and try again, "
            "or wait longer with: CITESPAN_INDEX__LOCK_SECONDS=60"
        )
    if primary == sqlite3.SQLITE_FULL:
        return StoreFullError(
            f"{path.parent}: the disk is full, nothing was changed and what was stored before stays stored. "
            "Free some space and try again"
        )
    if primary in _DAMAGED:
        return StoreDamagedError(
            f"{path}: the catalog is damaged ({error}). Save what can be read of it with: citespan doctor --repair — "
            "or bring it back from a backup with: citespan restore FILE"
        )
    if primary in _FORBIDDEN:
        return StoreError(
            f"{path}: the catalog cannot be opened for reading and writing ({error}). Make the file and its folder "
            "writable for you, or name another store with: --store DIR"
        )
    if primary == sqlite3.SQLITE_IOERR:
        return StoreError(
            f"{path}: the disk failed while the catalog was read or written ({error}). Copy {path.parent} to another "
            "disk before anything else, check the disk, then look for damage with: citespan doctor --store COPY"
        )
    return StoreError(
        f"{path}: the catalog cannot be used ({error}). Check the disk, then look for damage with: citespan doctor"
    )


def is_read_only(path: Path) -> bool:
    """Whether a catalog is there that this process may read and not write: another user's, or on such a medium."""
    effective = os.access in os.supports_effective_ids
    if not path.is_file() or not os.access(path, os.R_OK, effective_ids=effective):
        return False
    return not all(os.access(each, os.W_OK, effective_ids=effective) for each in (path, path.parent))


def _state_of(file: Path) -> tuple[int, int]:
    """When a file was changed last, and its size; zeros where there is none."""
    try:
        status = file.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


def as_text(data: bytes) -> str:
    """Text of the catalog, where bytes that are no UTF-8 become U+FFFD."""
    return data.decode("utf-8", "replace")


class Database:
    """A small pool of connections to one SQLite file (WAL, foreign keys, full synchronisation).

    Safe to share between threads: each ``reading()`` or ``writing()`` block has a connection to itself.
    """

    def __init__(self, path: Path, lock_seconds: float) -> None:
        self.path = path
        self._lock_seconds = lock_seconds
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._closed = False
        self.is_read_only = is_read_only(path)
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._seen: tuple[tuple[int, int], ...] | None = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a read transaction: every query in the block sees the same state.

        Raises:
            StoreError: or the subclass that says what is wrong.
        """
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a write transaction, committed at the end of the block or undone by an exception.

        Raises:
            StoreLockedError: when another writer holds the store for longer than ``lock_seconds``.
            StoreFullError: when the disk is full; nothing was changed.
            StoreError: or another subclass that says what is wrong.
        """
        if self.is_read_only:
            raise StoreError(
                f"{self.path.parent}: this store can only be read. To change it, make the folder and the files in it "
                "writable for you, or copy it and name the copy with: --store DIR"
            )
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self.connection() as connection:
            connection.execute(begin)
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection without a transaction, for pragmas; a transaction left open by an exception is undone."""
        connection: sqlite3.Connection | None = None
        try:
            connection = self._borrow()
            yield connection
        except sqlite3.Error as error:
            raise store_error(error, self.path) from error
        finally:
            if connection is not None:
                self._give_back(connection)

    def checkpoint(self) -> None:
        """Move what the write-ahead log holds into the file, and empty the log; as far as others leave room for it."""
        if self.is_read_only:
            return
        with suppress(StoreError), self.connection() as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            try:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.execute(f"PRAGMA busy_timeout = {int(1000 * self._lock_seconds)}")

    def close(self) -> None:
        """Close every connection; later use raises a StoreError."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        if self._copy is not None:
            self._copy.cleanup()

    def _borrow(self) -> sqlite3.Connection:
        with self._guard:
            if self._closed:
                raise StoreError(f"{self.path.parent}: this store was closed. Open it again")
            if self.is_read_only:
                self._forget_what_changed()
            if self._idle:
                return self._idle.pop()
        return self._connect_to_read() if self.is_read_only else self._connect()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        with self._guard:
            if not self._closed and not connection.in_transaction:
                self._idle.append(connection)
                return
        connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self._lock_seconds, isolation_level=None, check_same_thread=False
        )
        try:
            # Damaged bytes become U+FFFD, which no checksum passes, instead of an error that names no article.
            connection.text_factory = as_text
            connection.execute("PRAGMA foreign_keys = ON")
            self._write_ahead(connection)
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect_to_read(self) -> sqlite3.Connection:
        """A connection to a file that cannot be written.

        SQLite reads such a file with its write-ahead log only where somebody else has it open; else a log that still
        holds something is read in a copy, and a file without one as it is.
        """
        log = self.path.with_name(f"{self.path.name}-wal")
        if self._copy is not None or (log.exists() and log.stat().st_size):
            with suppress(sqlite3.Error):
                return self._opened(f"{self.path.absolute().as_uri()}?mode=ro")
            if self._copy is None:
                self._copy = tempfile.TemporaryDirectory(prefix="citespan-")
                for file in (self.path, log):
                    shutil.copyfile(file, Path(self._copy.name) / file.name)
            return self._opened((Path(self._copy.name) / self.path.name).as_uri())
        return self._opened(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1")

    def _opened(self, address: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, timeout=self._lock_seconds, isolation_level=None, check_same_thread=False
        )
        try:
            connection.text_factory = as_text
            connection.execute("SELECT count(*) FROM sqlite_master")
        except BaseException:
            connection.close()
            raise
        return connection

    def _forget_what_changed(self) -> None:
        """Close the connections to a file that its owner has changed since: they would mix two states of it."""
        seen = tuple(_state_of(self.path.with_name(self.path.name + ending)) for ending in ("", "-wal"))
        if self._seen not in (None, seen):
            for connection in self._idle:
                connection.close()
            self._idle = []
            if self._copy is not None:
                self._copy.cleanup()
                self._copy = None
        self._seen = seen

    def _write_ahead(self, connection: sqlite3.Connection) -> None:
        """Turn the write-ahead log on. SQLite does not wait by itself when another process is doing the same."""
        deadline = time.monotonic() + self._lock_seconds
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in _BUSY or time.monotonic() > deadline:
                    raise
            time.sleep(0.01)
