"""Checksums of the catalog's rows, so that what the disk changed is never taken for what was stored.

SQLite itself notices damage to its own structure, never to what a row holds. Texts need none: an article's id is the
hash of its text.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable

ARTICLE_VALUES = "article_id, title, source, path, published, author, outlet, about, boilerplate, pages"
"""The columns of an article that its checksum covers, in their order."""


class RowDamagedError(Exception):
    """A row does not hold what was stored; ``str(error)`` completes "the article is damaged: "."""


def checksum(*values: object) -> int:
    """CRC-32 of column values with their types and lengths; any value is fit, also one of a wrong type."""
    crc = 0
    for value in values:
        if isinstance(value, bytes):
            data = value
        elif isinstance(value, str):
            data = value.encode("utf-8", "surrogatepass")
        else:
            data = repr(value).encode()
        crc = zlib.crc32(data, zlib.crc32(f"{type(value).__name__} {len(data)} ".encode(), crc))
    return crc


def embedding_checksum(passage_id: int, vector: object) -> int:
    """CRC-32 of an embedding's bytes, started with the id of its passage."""
    return zlib.crc32(vector, passage_id & 0xFFFFFFFF) if isinstance(vector, bytes) else -1


def note_article(connection: sqlite3.Connection, number: int) -> None:
    """Write the checksum of an article's row as it now is."""
    row = connection.execute(f"SELECT {ARTICLE_VALUES} FROM articles WHERE id = ?", (number,)).fetchone()
    connection.execute("INSERT OR REPLACE INTO article_checksums VALUES (?, ?)", (number, checksum(*row)))


def add_checksums(connection: sqlite3.Connection) -> None:
    """Give every row that is stored already its checksum; the step of the schema that brings them."""
    for table in ("passages", "embeddings", "originals", "meta", "changes"):
        connection.execute(f"ALTER TABLE {table} ADD COLUMN checksum INTEGER")
    connection.execute(
        """CREATE TABLE article_checksums (
            article INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
            checksum INTEGER NOT NULL
        )"""
    )
    rows = connection.execute(f"SELECT id, {ARTICLE_VALUES} FROM articles")
    _update(connection, "INSERT INTO article_checksums (checksum, article) VALUES (?, ?)", _keyed(rows))
    rows = connection.execute('SELECT id, id, article, start, "end", sentences FROM passages')
    _update(connection, "UPDATE passages SET checksum = ? WHERE id = ?", _keyed(rows))
    rows = connection.execute("SELECT passage, vector FROM embeddings")
    _update(
        connection,
        "UPDATE embeddings SET checksum = ? WHERE passage = ?",
        ((embedding_checksum(number, vector), number) for number, vector in rows),
    )
    rows = connection.execute("SELECT article, places, data FROM originals")
    _update(connection, "UPDATE originals SET checksum = ? WHERE article = ?", _keyed(rows))
    rows = connection.execute("SELECT key, key, value FROM meta")
    _update(connection, "UPDATE meta SET checksum = ? WHERE key = ?", _keyed(rows))
    rows = connection.execute("SELECT generation, generation, stamp, removed FROM changes")
    _update(connection, "UPDATE changes SET checksum = ? WHERE generation = ?", _keyed(rows))


def _keyed(rows: Iterable[tuple[object, ...]]) -> Iterable[tuple[int, object]]:
    """The checksum of all but the first value of each row, with that."""
    return ((checksum(*values), key) for key, *values in rows)


def _update(connection: sqlite3.Connection, statement: str, values: Iterable[tuple[int, object]]) -> None:
    """Run ``statement`` for all values; they are read completely first, for they come from the table that changes."""
    connection.executemany(statement, list(values))
