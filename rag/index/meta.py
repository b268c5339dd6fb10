"""The catalog's table of facts about itself: which store it is, and what made its embeddings."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from rag.errors import StoreDamagedError
from rag.index.checksums import checksum
from rag.index.damage import REPAIR


def read(connection: sqlite3.Connection, key: str) -> str | None:
    """The value of ``key``, or None where it was never written.

    Raises:
        StoreDamagedError: it is not what was written.
    """
    row = connection.execute("SELECT value, checksum FROM meta WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    value, stored = row
    if not isinstance(value, str) or checksum(key, value) != stored:
        folder = Path(connection.execute("PRAGMA database_list").fetchone()[2]).parent
        raise StoreDamagedError(f"{folder}: the catalog's record {key!r} is damaged. Mend it with: {REPAIR}")
    return value


def write(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Set ``key`` to ``value``."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", (key, value, checksum(key, value)))
