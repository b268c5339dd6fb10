"""What ``doctor`` says about a store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

import numpy as np

from rag.errors import StoreError
from rag.index.cachefiles import CacheFolder
from rag.index.catalog import Catalog
from rag.index.catalog_collections import collection_key
from rag.index.rows import FLOATS, PASSAGE_COLUMNS, passage_from_row
from rag.index.snapshot import Snapshot
from rag.index.validation import passage_problem
from rag.records import Finding

REPAIR = "citespan doctor --repair"
_ADD = "citespan add PATH"
_RENAME = "citespan collections rename NAME NEW_NAME"
_MOST_PROBLEMS = 5
"""Problems of one sort that are listed; the rest are counted."""


def check_catalog(catalog: Catalog) -> list[Finding]:
    """SQLite's own checks, the bounds of every passage, and the embeddings."""
    file = catalog.database.path
    restore = f"restore {file.name} from a backup, or delete {file.parent} and run: citespan add PATH"
    try:
        with catalog.database.reading() as connection:
            problems = list(_integrity_problems(connection))
            if problems:
                return [Finding("error", "catalog", text, restore) for text in _shortened(problems)]
            findings = [Finding("ok", "catalog", f"{file} passes SQLite's integrity check")]
            for subject, found, fine, remedy in (
                ("passages", _passage_problems(connection), "every passage lies inside its article", _ADD),
                ("embeddings", _embedding_problems(connection), "every passage has a sound embedding", _ADD),
                ("collections", _collection_problems(connection), _collections(connection), _RENAME),
            ):
                wrong = _shortened(list(found))
                findings += [Finding("error", subject, text, remedy) for text in wrong]
                if not wrong:
                    findings.append(Finding("ok", subject, fine))
            return findings
    except StoreError as error:
        return [Finding("error", "catalog", str(error), restore)]


def check_folder(folder: CacheFolder, names: Sequence[str]) -> list[Finding]:
    """What crashes left behind in the store's folder."""
    try:
        with folder.lock:
            leftovers = folder.leftovers(names)
    except OSError as error:
        return [Finding("warning", "files", f"{folder.path}: the caches' lock cannot be taken ({error})")]
    if not leftovers:
        return [Finding("ok", "files", "nothing is left over from a crash")]
    listed = ", ".join(path.name for path in leftovers)
    return [Finding("warning", "files", f"left over from a crash: {listed}", REPAIR)]


def _integrity_problems(connection: sqlite3.Connection) -> Iterator[str]:
    for (line,) in connection.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield str(line)
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} belongs to no row of {parent}"


def _passage_problems(connection: sqlite3.Connection) -> Iterator[str]:
    articles = connection.execute("SELECT id, article_id, source, passages, text FROM articles ORDER BY id")
    for number, article_id, source, expected, text in articles:
        rows = connection.execute(f"SELECT {PASSAGE_COLUMNS} FROM passages WHERE article = ?", (number,)).fetchall()
        if len(rows) != expected:
            yield f"{source}: {len(rows)} passages are stored, {expected} were added"
        for row in rows:
            try:
                problem = passage_problem(passage_from_row(article_id, row), len(text))
            except ValueError as error:
                problem = f"cannot be read ({error})"
            if problem:
                yield f"{source}: passage {row[0]} {problem}"


def _embedding_problems(connection: sqlite3.Connection) -> Iterator[str]:
    (missing,) = connection.execute(
        "SELECT count(*) FROM passages LEFT JOIN embeddings ON passage = id WHERE passage IS NULL"
    ).fetchone()
    if missing:
        yield f"{missing} passages have no embedding"
    dimension = Snapshot(connection).dimension
    for number, blob in connection.execute("SELECT passage, vector FROM embeddings"):
        if dimension is None or len(blob) != 4 * dimension:
            yield f"the embedding of passage {number} has {len(blob) / 4:g} numbers instead of {dimension}"
        elif not np.isfinite(np.frombuffer(blob, dtype=FLOATS)).all():
            yield f"the embedding of passage {number} holds a number that is not finite"


def _collections(connection: sqlite3.Connection) -> str:
    collections, articles = connection.execute(
        "SELECT (SELECT count(*) FROM collections), (SELECT count(DISTINCT article) FROM memberships)"
    ).fetchone()
    return f"collections {collections:,}, articles in them {articles:,}"


def _collection_problems(connection: sqlite3.Connection) -> Iterator[str]:
    for name, key in connection.execute("SELECT name, key FROM collections ORDER BY id"):
        if key != collection_key(name):
            yield f"the collection {name!r} is not found by its name"


def _shortened(problems: list[str]) -> list[str]:
    if len(problems) <= _MOST_PROBLEMS:
        return problems
    return [*problems[:_MOST_PROBLEMS], f"and {len(problems) - _MOST_PROBLEMS} more like these"]
