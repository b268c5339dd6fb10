"""A store's catalog into one file and back, each checked before it counts."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from rag.errors import StoreDamagedError, StoreError, StoreFullError
from rag.index import meta
from rag.index.articles import article_problem
from rag.index.cachefiles import flush
from rag.index.catalog import CATALOG_FILE, Catalog
from rag.index.checks import integrity_problems, record_problems
from rag.index.counter import Counter, read_counter, write_counter
from rag.index.database import Database, as_text, store_error
from rag.index.history import current_generation, restart_log
from rag.index.migrations import migrate
from rag.index.repair import set_aside

_PAGES = 2_000
"""Pages copied at a time, between which others may write."""


def back_up(catalog: Catalog, file: Path) -> int:
    """Copy the catalog to ``file`` while it is in use, check the copy, and only then put it in its place.

    Returns how many articles the backup holds.

    Raises:
        StoreDamagedError: the catalog, or the copy of it, is not what was stored; ``file`` is as it was.
        StoreFullError: the disk is full; ``file`` is as it was.
        StoreError: ``file`` cannot be written.
    """
    with _beside(file) as copy:
        with catalog.database.connection() as source, closing(sqlite3.connect(copy, isolation_level=None)) as target:
            source.backup(target, pages=_PAGES)
            target.execute("PRAGMA journal_mode = DELETE")
        articles = _checked(copy)
        flush(copy)
        copy.replace(file)
        flush(file.parent)
    return articles


def restore(file: Path, folder: Path, lock_seconds: float, *, replace: bool = False) -> int:
    """Make the backup ``file`` the catalog of the store in ``folder``; returns how many articles it holds.

    A store in use follows with its next question. A catalog that cannot be read is kept beside the restored one.

    Args:
        replace: also when the store holds articles that the backup lacks.

    Raises:
        StoreDamagedError: the backup is not what was backed up.
        StoreMismatchError: a newer version of CiteSpan made it.
        StoreError: there is no such file, the store holds articles that the backup lacks, or cannot be written.
    """
    if not file.is_file():
        raise StoreError(f"{file}: there is no such file. Name a backup that citespan backup made")
    catalog = folder / CATALOG_FILE
    current = _article_ids(catalog) if catalog.is_file() and catalog.stat().st_size else None
    with _beside(catalog) as copy:
        shutil.copyfile(file, copy)
        with closing(Database(copy, lock_seconds)) as database:
            migrate(database)
        articles = _checked(copy)
        missing = len((current or set()) - (_article_ids(copy) or set()))
        if missing and not replace:
            raise StoreError(
                f"{folder}: the store holds {missing:,} articles that the backup does not, and they would go. Back the "
                "store up first with: citespan backup FILE — or restore with: --replace"
            )
        generation = max(_generation(catalog) if current is not None else 0, _counted(folder))
        with closing(Database(copy, lock_seconds)) as database, database.writing() as connection:
            restart_log(connection, generation)
        if current is None:
            _put_in_place(copy, catalog)
        else:
            _overwrite(copy, catalog, lock_seconds)
    with closing(Database(catalog, lock_seconds)) as database, database.reading() as connection:
        store_id = meta.read(connection, "store_id") or ""
        counter = Counter(store_id, current_generation(connection), meta.read(connection, "identity"))
    write_counter(folder, counter)
    return articles


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """An unused path beside ``file``, deleted afterwards.

    Raises:
        StoreFullError: the disk is full.
        StoreError: the folder cannot be written, or the file is a folder.
    """
    if file.is_dir():
        raise StoreError(f"{file}: this is a folder. Name a file")
    copy = file.with_name(f"{file.name}-{secrets.token_hex(4)}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        yield copy
    except sqlite3.Error as error:
        raise store_error(error, copy) from error
    except OSError as error:
        kind = StoreFullError if error.errno == 28 else StoreError
        raise kind(f"{file}: cannot be written ({error.strerror or error}). Name another place") from error
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                copy.with_name(copy.name + ending).unlink(missing_ok=True)


def _checked(file: Path) -> int:
    """How many articles a catalog holds, all of whose rows are what was stored.

    Raises:
        StoreDamagedError: saying what is not.
    """
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.text_factory = as_text
        problem = next(iter(integrity_problems(connection)), None) or next(iter(record_problems(connection)), None)
        numbers = [number for (number,) in connection.execute("SELECT id FROM articles")]
        for number in numbers:
            problem = problem or article_problem(connection, number)
    if problem:
        raise StoreDamagedError(f"{file}: the copy is not sound ({problem}). See what is wrong with: citespan doctor")
    return len(numbers)


def _article_ids(catalog: Path) -> set[str] | None:
    """The ids of a catalog's articles, or None when it cannot be read."""
    try:
        with closing(sqlite3.connect(catalog)) as connection:
            connection.text_factory = as_text
            return {str(article_id) for (article_id,) in connection.execute("SELECT article_id FROM articles")}
    except sqlite3.Error:
        return None


def _generation(catalog: Path) -> int:
    with suppress(sqlite3.Error), closing(sqlite3.connect(catalog)) as connection:
        return current_generation(connection)
    return 0


def _counted(folder: Path) -> int:
    counter = read_counter(folder)
    return counter.generation if counter else 0


def _overwrite(copy: Path, catalog: Path, lock_seconds: float) -> None:
    """Copy the content into a catalog that may be in use, as one transaction of it."""
    with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(catalog, timeout=lock_seconds)) as target:
        target.execute("PRAGMA synchronous = FULL")
        source.backup(target)


def _put_in_place(copy: Path, catalog: Path) -> None:
    """Move the file to where there is no catalog, or one that cannot be read, which is set aside."""
    flush(copy)
    set_aside(catalog)
    copy.rename(catalog)
    flush(catalog.parent)
