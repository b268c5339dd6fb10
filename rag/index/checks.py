"""What ``doctor`` says about a store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from rag.errors import StoreError
from rag.index import meta
from rag.index.articles import article_problem
from rag.index.cachefiles import CacheFolder
from rag.index.catalog import Catalog
from rag.index.catalog_collections import collection_key
from rag.index.checksums import checksum
from rag.index.damage import REPAIR, remedy
from rag.records import Finding

_RENAME = "citespan collections rename NAME NEW_NAME"
_MOST_PROBLEMS = 5
"""Problems of one sort that are listed; the rest are counted."""


def check_catalog(catalog: Catalog) -> list[Finding]:
    """SQLite's own checks, every article against its checksums, and the catalog's records of itself."""
    file = catalog.database.path
    try:
        with catalog.database.reading() as connection:
            problems = list(integrity_problems(connection))
            if problems:
                return [Finding("error", "catalog", text, REPAIR) for text in _shortened(problems)]
            return [
                Finding("ok", "catalog", f"{file} passes SQLite's integrity check"),
                *_article_findings(connection),
                *_findings("records", record_problems(connection), "the catalog's records of itself are sound", REPAIR),
                *_findings("collections", _collection_problems(connection), _collections(connection), _RENAME),
            ]
    except StoreError as error:
        return [Finding("error", "catalog", str(error), REPAIR)]


def _findings(subject: str, problems: Iterator[str], fine: str, remedy: str) -> list[Finding]:
    wrong = _shortened(list(problems))
    return [Finding("error", subject, text, remedy) for text in wrong] or [Finding("ok", subject, fine)]


def _article_findings(connection: sqlite3.Connection) -> list[Finding]:
    findings = []
    for number, source in connection.execute("SELECT id, source FROM articles ORDER BY id").fetchall():
        if problem := article_problem(connection, number):
            findings.append(Finding("error", "articles", f"{source}: {problem}", remedy(connection, number)))
    if len(findings) > _MOST_PROBLEMS:
        more = f"and {len(findings) - _MOST_PROBLEMS} more like these"
        return [*findings[:_MOST_PROBLEMS], Finding("error", "articles", more, findings[_MOST_PROBLEMS].command)]
    return findings or [Finding("ok", "articles", "every text, range, embedding and file is as it was stored")]


def check_folder(folder: CacheFolder, names: Sequence[str]) -> list[Finding]:
    """What crashes left behind in the store's folder."""
    if folder.is_read_only:
        return [Finding("ok", "files", f"{folder.path} can only be read: asked, searched and listed, not changed")]
    try:
        with folder.lock:
            leftovers = folder.leftovers(names)
    except OSError as error:
        return [Finding("warning", "files", f"{folder.path}: the caches' lock cannot be taken ({error})")]
    if not leftovers:
        return [Finding("ok", "files", "nothing is left over from a crash")]
    listed = ", ".join(path.name for path in leftovers)
    return [Finding("warning", "files", f"left over from a crash: {listed}", REPAIR)]


def integrity_problems(connection: sqlite3.Connection) -> Iterator[str]:
    """What SQLite finds wrong with the file, and rows that belong to nothing."""
    for (line,) in connection.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield str(line)
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} belongs to no row of {parent}"


def record_problems(connection: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with what the catalog says of itself, and with the log of its changes."""
    for key in ("store_id", "identity"):
        try:
            value = meta.read(connection, key)
        except StoreError as error:
            yield str(error)
            continue
        if value is None and key == "store_id":
            yield "the store's own id is missing"
    last = None
    for stored, *values in connection.execute(
        "SELECT checksum, generation, stamp, removed FROM changes ORDER BY generation"
    ):
        if checksum(*values) != stored or (last is not None and values[0] != last + 1):
            yield "the log of changes is damaged"
            return
        last = values[0]
    if last is None:
        yield "the log of changes is empty"


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
