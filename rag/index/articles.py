"""One article of the catalog, read whole and checked against its checksums."""

from __future__ import annotations

import sqlite3
from typing import Any

from rag.index.checksums import RowDamagedError
from rag.index.rows import (
    ARTICLE_COLUMNS,
    PASSAGE_COLUMNS,
    article_from_row,
    original_from_row,
    passage_from_row,
    vectors_from_rows,
)
from rag.index.validation import passage_problem
from rag.index.vectors.protocol import Vectors
from rag.originals import Original
from rag.records import Article, Passage


def read_article(connection: sqlite3.Connection, number: int) -> Article:
    """The article with this number, which is stored.

    Raises:
        RowDamagedError: it is not what was added.
    """
    row: tuple[Any, ...] = connection.execute(
        f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ?", (number,)
    ).fetchone()
    return article_from_row(row)


def read_passages(connection: sqlite3.Connection, number: int, article_id: str) -> list[Passage]:
    """Its passages in the order of its text.

    Raises:
        RowDamagedError: one of them is not what was stored.
    """
    rows = connection.execute(
        f"SELECT {PASSAGE_COLUMNS} FROM passages WHERE article = ? ORDER BY start, id", (number,)
    ).fetchall()
    return [passage_from_row(article_id, row) for row in rows]


def read_original(connection: sqlite3.Connection, number: int) -> Original | None:
    """The file it came from, where its pages can be shown.

    Raises:
        RowDamagedError: it is not what was stored.
    """
    row = connection.execute("SELECT checksum, places, data FROM originals WHERE article = ?", (number,)).fetchone()
    return None if row is None else original_from_row(row)


def read_embeddings(connection: sqlite3.Connection, number: int) -> Vectors | None:
    """The embeddings of its passages, ``float32[n, dim]`` in the order of their ids; None where there are none.

    Raises:
        RowDamagedError: one of them is missing, or not what was stored.
    """
    rows = connection.execute(
        "SELECT passages.id, embeddings.checksum, vector FROM passages LEFT JOIN embeddings ON passage = passages.id "
        "WHERE article = ? ORDER BY passages.id",
        (number,),
    ).fetchall()
    if any(vector is None for *_, vector in rows):
        raise RowDamagedError("a passage of it has no embedding")
    return vectors_from_rows(rows) if rows else None


def article_problem(connection: sqlite3.Connection, number: int) -> str | None:
    """What of the article with this number is not what was stored, or None."""
    try:
        article = read_article(connection, number)
        passages = read_passages(connection, number, article.article_id)
        read_embeddings(connection, number)
        read_original(connection, number)
    except RowDamagedError as error:
        return str(error)
    (expected,) = connection.execute("SELECT passages FROM articles WHERE id = ?", (number,)).fetchone()
    if len(passages) != expected:
        return f"{len(passages)} passages are stored, {expected} were added"
    for passage in passages:
        if problem := passage_problem(passage, len(article.text)):
            return f"its passage {passage.passage_id} {problem}"
    return None
