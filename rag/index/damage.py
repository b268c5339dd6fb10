"""Errors about rows that do not hold what was stored: they name the article and the command that mends it."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.errors import StoreDamagedError
from rag.index.checksums import RowDamagedError
from rag.index.paths import paths_of
from rag.index.rows import EmbeddingDamagedError

REPAIR = "citespan doctor --repair"
RESTORE = "citespan restore FILE"


@contextmanager
def naming(connection: sqlite3.Connection, number: int) -> Iterator[None]:
    """Raise a row's damage inside the block as that of the article with this number.

    Raises:
        StoreDamagedError: naming the article, what of it is damaged and what to do.
    """
    try:
        yield
    except RowDamagedError as error:
        raise article_damaged(connection, number, str(error)) from error


@contextmanager
def naming_by_passage(connection: sqlite3.Connection) -> Iterator[None]:
    """As ``naming``, for embeddings, which are known by their passage.

    Raises:
        StoreDamagedError: naming the article, what of it is damaged and what to do.
    """
    try:
        yield
    except EmbeddingDamagedError as error:
        row = connection.execute("SELECT article FROM passages WHERE id = ?", (error.passage,)).fetchone()
        raise article_damaged(connection, row[0] if row else 0, str(error)) from error


def article_damaged(connection: sqlite3.Connection, number: int, problem: str) -> StoreDamagedError:
    """The error that says that an article is damaged, which one, and how to mend it."""
    folder = Path(connection.execute("PRAGMA database_list").fetchone()[2]).parent
    row = connection.execute("SELECT source, article_id FROM articles WHERE id = ?", (number,)).fetchone()
    if row is None:
        return StoreDamagedError(f"{folder}: the catalog is damaged: {problem}. Mend it with: {REPAIR}")
    source, article_id = map(str, row)
    command = remedy(connection, number)
    backup = f"the whole store from a backup with: {RESTORE}"
    advice = (
        f"Its file is gone: bring back {backup} — or remove it with: {command}"
        if command.startswith("citespan remove")
        else f"Add it again with: {command} — or bring back {backup}"
    )
    return StoreDamagedError(f"{folder}: the article {source} ({article_id}) is damaged: {problem}. {advice}")


def remedy(connection: sqlite3.Connection, number: int) -> str:
    """The command that mends a damaged article: from one of its files where that is there, else without it."""
    article_id, path = connection.execute("SELECT article_id, path FROM articles WHERE id = ?", (number,)).fetchone()
    for candidate in (str(path), *paths_of(connection, number)):
        with suppress(OSError, ValueError):
            if Path(candidate).is_file():
                return f"citespan add {shlex.quote(candidate)}"
    return f"citespan remove {article_id}"
