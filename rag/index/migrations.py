"""The catalog's schema as numbered steps. Steps are only ever appended: a released step is never edited.

Each store carries the table ``schema_steps`` with what was applied and when. All offsets are Unicode code points.
Blobs are little-endian: ``int32`` pairs for ranges, ``int32`` for page starts, four ``int32`` for each place,
``int64`` for passage ids, ``float32`` for embeddings.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime

from rag.errors import StoreMismatchError
from rag.index.checksums import add_checksums
from rag.index.database import Database
from rag.index.removed import add_removed_articles

Step = Callable[[sqlite3.Connection], None]


def _create_catalog(connection: sqlite3.Connection) -> None:
    """Articles, their passages and embeddings, and the log that lets caches catch up."""
    for statement in (
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        # The text stands last, so that lists of articles never read the pages it fills.
        """CREATE TABLE articles (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            article_id TEXT NOT NULL UNIQUE,
            path TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            source TEXT NOT NULL,
            published TEXT,
            author TEXT,
            outlet TEXT,
            about TEXT,
            words INTEGER NOT NULL,
            passages INTEGER NOT NULL,
            added TEXT NOT NULL,
            boilerplate BLOB NOT NULL,
            pages BLOB NOT NULL,
            text TEXT NOT NULL
        )""",
        # AUTOINCREMENT: the id of a removed passage is never given to another one.
        """CREATE TABLE passages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
            start INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            sentences BLOB NOT NULL
        )""",
        "CREATE INDEX passages_by_article ON passages(article)",
        """CREATE TABLE embeddings (
            passage INTEGER PRIMARY KEY REFERENCES passages(id) ON DELETE CASCADE,
            vector BLOB NOT NULL
        )""",
        # One row per committed change; the stamp tells two histories with the same numbers apart.
        """CREATE TABLE changes (
            generation INTEGER PRIMARY KEY,
            stamp TEXT NOT NULL,
            removed BLOB NOT NULL
        )""",
    ):
        connection.execute(statement)
    connection.execute("INSERT INTO meta VALUES ('store_id', ?)", (secrets.token_hex(16),))
    connection.execute("INSERT INTO changes VALUES (0, ?, x'')", (secrets.token_hex(8),))


def _add_collections(connection: sqlite3.Connection) -> None:
    """Named groups of articles; ``key`` is the name as it is compared, so that no two look alike."""
    for statement in (
        """CREATE TABLE collections (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            key TEXT NOT NULL UNIQUE,
            created TEXT NOT NULL
        )""",
        """CREATE TABLE memberships (
            collection INTEGER NOT NULL REFERENCES collections(id) ON DELETE CASCADE,
            article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
            PRIMARY KEY (collection, article)
        ) WITHOUT ROWID""",
        "CREATE INDEX memberships_by_article ON memberships(article)",
    ):
        connection.execute(statement)


def _keep_originals(connection: sqlite3.Connection) -> None:
    """The files whose pages can be shown, with where the characters of each text stand on them."""
    connection.execute(
        """CREATE TABLE originals (
            article INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
            places BLOB NOT NULL,
            data BLOB NOT NULL
        )"""
    )


def _add_paths(connection: sqlite3.Connection) -> None:
    """Every file that holds an article's text, not only the one that gave it its metadata."""
    connection.execute(
        """CREATE TABLE paths (
            path TEXT PRIMARY KEY,
            article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE
        ) WITHOUT ROWID"""
    )
    connection.execute("CREATE INDEX paths_by_article ON paths(article)")
    connection.execute("INSERT INTO paths SELECT path, id FROM articles")


STEPS: tuple[tuple[str, Step], ...] = (
    ("create the catalog", _create_catalog),
    ("add collections", _add_collections),
    ("keep originals", _keep_originals),
    ("add paths", _add_paths),
    ("add checksums", add_checksums),
    ("keep removed articles", add_removed_articles),
)


def migrate(database: Database) -> None:
    """Bring the catalog to the newest schema; does nothing, and takes no lock, when it is there already.

    Raises:
        StoreMismatchError: the store was made by a newer version of CiteSpan.
        StoreError: or another subclass, when the catalog cannot be read or written.
    """
    with database.reading() as connection:
        if _applied(connection, database) == len(STEPS):
            return
    with database.writing() as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_steps "
            "(step INTEGER PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL)"
        )
        # Counted again under the write lock: another process may have applied them in between.
        for number in range(_applied(connection, database) + 1, len(STEPS) + 1):
            name, step = STEPS[number - 1]
            step(connection)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            connection.execute("INSERT INTO schema_steps VALUES (?, ?, ?)", (number, name, now))


def schema_version(connection: sqlite3.Connection) -> int:
    """How many steps the catalog behind ``connection`` has had; 0 for a new file."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_steps'").fetchone() is None:
        return 0
    return int(connection.execute("SELECT coalesce(max(step), 0) FROM schema_steps").fetchone()[0])


def _applied(connection: sqlite3.Connection, database: Database) -> int:
    version = schema_version(connection)
    if version > len(STEPS):
        raise StoreMismatchError(
            f"{database.path.parent}: this store was made by a newer version of CiteSpan (schema {version}; this "
            f"version knows up to {len(STEPS)}). Upgrade with: pip install --upgrade citespan"
        )
    return version
