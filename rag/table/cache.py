"""Answers of cells on the disk, by what they were answered from; a cache: it may be deleted at any time."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from types import TracebackType

from pydantic import TypeAdapter, ValidationError

from rag.records import Answer

CACHE_FILE = "table-cache.sqlite3"
MOST_CELLS = 200_000
"""Cells that are remembered, those used last; a cell takes about 2 kB."""
_SCHEMA = "CREATE TABLE IF NOT EXISTS cells (key TEXT PRIMARY KEY, answer TEXT NOT NULL, used INTEGER NOT NULL)"
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
_logger = logging.getLogger(__name__)


def cell_key(articles: Iterable[tuple[str, str, str]], question: str, fingerprint: str) -> str:
    """What an answer depends on, as 40 hex digits.

    Args:
        articles: id, title and source of each article of the row; the id is the hash of the text.
        fingerprint: of the models and settings.
    """
    parts = [sorted(articles), " ".join(question.split()), fingerprint]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()[:40]


class CellCache:
    """Remembers answers in one SQLite file; safe to share between threads, and a context manager.

    A file that is damaged is made anew; one that cannot be written is done without. Neither stops a table.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / CACHE_FILE
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._connection = self._open()

    def __enter__(self) -> CellCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(self, key: str) -> Answer | None:
        """The answer that was put for ``key``; None when there is none that can be read."""
        with self._lock:
            if self._connection is None:
                return None
            try:
                row = self._connection.execute("SELECT answer FROM cells WHERE key = ?", (key,)).fetchone()
            except sqlite3.Error as error:
                self._give_up(error)
                return None
        if row is None:
            return None
        try:
            return _ANSWER.validate_json(row[0])
        except ValidationError:
            return None

    def put(self, key: str, answer: Answer) -> None:
        """Remember ``answer``; the oldest are forgotten when there are more than ``MOST_CELLS``."""
        with self._lock:
            if self._connection is None:
                return
            try:
                with self._connection:
                    (newest,) = self._connection.execute("SELECT coalesce(max(used), 0) FROM cells").fetchone()
                    values = (key, _ANSWER.dump_json(answer).decode(), newest + 1)
                    self._connection.execute("INSERT OR REPLACE INTO cells VALUES (?, ?, ?)", values)
                    self._connection.execute("DELETE FROM cells WHERE used <= ?", (newest + 1 - MOST_CELLS,))
            except sqlite3.Error as error:
                self._give_up(error)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _open(self) -> sqlite3.Connection | None:
        try:
            return self._connected()
        except sqlite3.Error as error:
            if (getattr(error, "sqlite_errorcode", 0) & 0xFF) not in _DAMAGED:
                self._give_up(error)
                return None
            for name in (self._path.name, f"{self._path.name}-wal", f"{self._path.name}-shm"):
                with suppress(OSError):
                    self._path.with_name(name).unlink(missing_ok=True)
        try:
            return self._connected()
        except sqlite3.Error as error:
            self._give_up(error)
            return None

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=5.0, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(_SCHEMA)
            connection.execute("CREATE INDEX IF NOT EXISTS cells_used ON cells (used)")
            connection.commit()
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _give_up(self, error: sqlite3.Error) -> None:
        """Go on without remembering."""
        _logger.warning("%s cannot be used (%s); the cells of this table are not remembered", self._path, error)
        if self._connection is not None:
            self._connection.close()
        self._connection = None
