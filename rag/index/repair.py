"""Mending a catalog: its indexes and records where it can be read, else a new one of every article that is whole."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from rag.errors import StoreDamagedError, StoreError
from rag.index import changing, meta
from rag.index.articles import article_problem, read_article, read_embeddings, read_original, read_passages
from rag.index.cachefiles import flush
from rag.index.catalog import CATALOG_FILE, Catalog
from rag.index.catalog_collections import join_collections
from rag.index.checks import integrity_problems, record_problems
from rag.index.checksums import RowDamagedError
from rag.index.counter import Counter, emptied, read_counter, write_counter
from rag.index.database import Database, as_text
from rag.index.history import current_moment, restart_log
from rag.index.migrations import migrate
from rag.index.paths import attach, paths_of

_UNREADABLE = (sqlite3.Error, RowDamagedError, StoreError, ValueError, TypeError, OverflowError)
"""What reading a damaged file can end in."""


def repair_catalog(folder: Path, lock_seconds: float) -> list[str]:
    """Mend the catalog in ``folder``; returns what was done, a sentence each, nothing when it was sound.

    Nothing is deleted: a catalog that cannot be mended in place is kept beside the new one.

    Raises:
        StoreLockedError: another process is writing to it.
        StoreFullError: the disk is full.
        StoreError: or another subclass, when the folder cannot be written.
    """
    file = folder / CATALOG_FILE
    if not file.is_file() and emptied(file) is None:
        return []  # there is no store
    try:
        if emptied(file) is None:
            return list(_mend_in_place(file, lock_seconds))
    except StoreDamagedError:
        pass
    return _salvage(file, lock_seconds)


def _mend_in_place(file: Path, lock_seconds: float) -> Iterator[str]:
    database = Database(file, lock_seconds)
    try:
        migrate(database)
        with database.writing() as connection:
            if list(integrity_problems(connection)):
                _delete_orphans(connection)
                connection.execute("REINDEX")
                if problems := list(integrity_problems(connection)):
                    raise StoreDamagedError(problems[0])
                yield f"{file}: its indexes were built again"
            if list(record_problems(connection)):
                _mend_records(connection, read_counter(file.parent))
                yield f"{file}: its records of itself were mended"
            _accept(connection, file.parent)
    finally:
        database.close()


def _delete_orphans(connection: sqlite3.Connection) -> None:
    for table, parent, column in (
        ("passages", "articles", "article"),
        ("embeddings", "passages", "passage"),
        ("originals", "articles", "article"),
        ("article_checksums", "articles", "article"),
        ("paths", "articles", "article"),
        ("memberships", "articles", "article"),
        ("memberships", "collections", "collection"),
    ):
        connection.execute(f"DELETE FROM {table} WHERE {column} NOT IN (SELECT id FROM {parent})")


def _mend_records(connection: sqlite3.Connection, counter: Counter | None) -> None:
    """Take what the catalog says of itself from its counter, or leave it to be said anew."""
    for key, copy in (
        ("store_id", counter.store_id if counter else secrets.token_hex(16)),
        ("identity", counter.identity if counter else None),
    ):
        try:
            if meta.read(connection, key) is not None:
                continue
        except StoreDamagedError:
            connection.execute("DELETE FROM meta WHERE key = ?", (key,))
        if copy is not None:
            meta.write(connection, key, copy)
    if list(record_problems(connection)):
        restart_log(connection, counter.generation if counter else 0)


def _accept(connection: sqlite3.Connection, folder: Path) -> None:
    """Let the catalog as it is be what the counter counts."""
    counter, moment = read_counter(folder), current_moment(connection)
    if counter is not None and counter.generation > moment.generation:
        restart_log(connection, counter.generation)
        moment = current_moment(connection)
    store_id = meta.read(connection, "store_id") or ""
    write_counter(folder, Counter(store_id, moment.generation, meta.read(connection, "identity")))


def _salvage(file: Path, lock_seconds: float) -> list[str]:
    """Make a new catalog of every article that can be read and is whole; the old one stays beside it."""
    folder = file.parent
    source = file if file.is_file() and file.stat().st_size else next(iter(_earlier(folder)), None)
    beside = folder / f"salvage-{secrets.token_hex(4)}"
    try:
        beside.mkdir()
        with closing(Catalog(beside / CATALOG_FILE, lock_seconds)) as catalog:
            saved, lost = _copy_articles(source, catalog, read_counter(folder)) if source else (0, 0)
        aside = set_aside(file)
        _rename(beside / CATALOG_FILE, file)
        flush(folder)
    except OSError as error:
        raise StoreError(f"{folder}: the catalog cannot be mended ({error}). Free some space and try again") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    with closing(Database(file, lock_seconds)) as database, database.writing() as connection:
        _accept(connection, folder)
    kept = f" The damaged one was kept as {aside.name}." if aside else ""
    return [
        f"{file}: a new catalog was made, with {saved:,} articles that are whole; {lost:,} could not be read.{kept} "
        "Add what is missing again with: citespan add PATH — or bring back a backup with: citespan restore FILE"
    ]


def _earlier(folder: Path) -> list[Path]:
    """Catalogs that an earlier repair set aside, newest first."""
    return sorted(folder.glob("catalog.damaged-*.sqlite3"), reverse=True)


def set_aside(catalog: Path) -> Path | None:
    """Keep a catalog that cannot be used under another name, which is returned; None where there was none.

    Its write-ahead log goes with it, also one that it left alone: SQLite would take it for that of the next catalog.
    """
    existed = catalog.exists()
    aside = catalog.with_name(f"catalog.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}.sqlite3")
    _rename(catalog, aside)
    return aside if existed else None


def _rename(catalog: Path, target: Path) -> None:
    """Rename a catalog together with its write-ahead log."""
    for ending in ("-wal", ""):
        log = catalog.with_name(catalog.name + ending)
        if log.exists():
            log.rename(target.with_name(target.name + ending))
    catalog.with_name(f"{catalog.name}-shm").unlink(missing_ok=True)


def _copy_articles(source: Path, catalog: Catalog, counter: Counter | None) -> tuple[int, int]:
    """Copy what is whole; returns how many articles were copied and how many were not."""
    with closing(sqlite3.connect(source, isolation_level=None)) as damaged:
        damaged.text_factory = as_text
        identity = counter.identity if counter else None
        with suppress(*_UNREADABLE):
            identity = meta.read(damaged, "identity") or identity
        if identity is not None:
            with catalog.database.writing() as connection:
                meta.write(connection, "identity", identity)
        numbers = _numbers(damaged)
        saved = sum(_copy_article(damaged, number, catalog) for number in numbers)
    return saved, len(numbers) - saved


def _numbers(damaged: sqlite3.Connection) -> list[int]:
    """The numbers of the articles that can be reached, from either end of the table and from what belongs to them."""
    numbers: set[int] = set()
    for query in (
        "SELECT id FROM articles ORDER BY id",
        "SELECT id FROM articles ORDER BY id DESC",
        "SELECT DISTINCT article FROM passages",
        "SELECT article FROM article_checksums",
    ):
        with suppress(*_UNREADABLE):
            for (number,) in damaged.execute(query):
                numbers.add(int(number))
    return sorted(numbers)


def _copy_article(damaged: sqlite3.Connection, number: int, catalog: Catalog) -> bool:
    """Copy an article with its collections when all of it is whole; returns whether it is."""
    try:
        if article_problem(damaged, number) is not None:
            return False
        article = read_article(damaged, number)
        passages = read_passages(damaged, number, article.article_id)
        passages.sort(key=lambda passage: passage.passage_id)
        embeddings = read_embeddings(damaged, number)
        original = read_original(damaged, number)
    except _UNREADABLE:
        return False
    if embeddings is None:
        return False
    paths: list[str] = []
    collections: list[str] = []
    with suppress(*_UNREADABLE):
        paths = paths_of(damaged, number)
        collections = [
            name
            for (name,) in damaged.execute(
                "SELECT name FROM memberships JOIN collections ON collections.id = collection WHERE article = ?",
                (number,),
            )
        ]
    with catalog.database.writing() as connection:
        changing.put_article(connection, article, passages, embeddings, original)
        copied = changing.number_of(connection, article.article_id)
        assert copied is not None
        attach(connection, copied, paths)
        join_collections(connection, copied, collections)
    return True
