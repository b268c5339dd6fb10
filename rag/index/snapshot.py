"""One moment of the catalog, as the caches read it: what changed since they were made, and their whole content."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rag.index.damage import naming, naming_by_passage
from rag.index.history import Moment, current_moment, removed_since
from rag.index.rows import ARTICLE_COLUMNS, PASSAGE_COLUMNS, article_from_row, passage_from_row, vectors_from_rows
from rag.index.vectors.protocol import Ids, Vectors

CHUNK = 4_096
"""Passages read at a time: 6 MB of embeddings with 384 dimensions."""


@dataclass(frozen=True, slots=True)
class PassageText:
    """What the word index holds of a passage."""

    passage_id: int
    title: str
    text: str


class Snapshot:
    """Reads the catalog through a connection that is inside a read transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @cached_property
    def moment(self) -> Moment:
        """Where the catalog stands."""
        return current_moment(self._connection)

    @cached_property
    def passages(self) -> int:
        """How many passages are stored."""
        return int(self._connection.execute("SELECT count(*) FROM passages").fetchone()[0])

    @cached_property
    def dimension(self) -> int | None:
        """Length of the stored embeddings, or None while there is none."""
        row = self._connection.execute("SELECT length(vector) FROM embeddings LIMIT 1").fetchone()
        return None if row is None else int(row[0]) // 4

    def removed_since(self, moment: Moment) -> Ids | None:
        """Ascending ids, up to ``moment.last_passage``, of the passages removed after ``moment``.

        None when ``moment`` is not in this catalog's history, or too long ago to be in its log.
        """
        return removed_since(self._connection, moment)

    def texts_after(self, passage_id: int) -> Iterator[PassageText]:
        """The passages with larger ids, ascending: the title of their article and their sentences, one a line.

        Raises:
            StoreDamagedError: one of the articles is not what was stored.
        """
        number, article = None, None
        rows = self._connection.execute(
            f"SELECT article, {PASSAGE_COLUMNS} FROM passages WHERE passages.id > ? ORDER BY passages.id", (passage_id,)
        )
        for owner, *columns in rows:
            with naming(self._connection, owner):
                if owner != number or article is None:
                    number = owner
                    article = article_from_row(
                        self._connection.execute(
                            f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ?", (owner,)
                        ).fetchone()
                    )
                passage = passage_from_row(article.article_id, columns)
            text = article.text
            body = "\n".join(span.of(text) for span in passage.sentences) or text[passage.start : passage.end]
            yield PassageText(passage.passage_id, article.title, body)

    def vectors_after(self, passage_id: int) -> Iterator[tuple[Ids, Vectors]]:
        """The embeddings of the passages with larger ids, ascending: ``int64[n]``, ``float32[n, dim]`` chunks.

        Raises:
            StoreDamagedError: one of them is not what was stored.
        """
        rows = self._connection.execute(
            "SELECT passage, checksum, vector FROM embeddings WHERE passage > ? ORDER BY passage", (passage_id,)
        )
        while chunk := rows.fetchmany(CHUNK):
            ids = np.array([number for number, *_ in chunk], dtype=np.int64)
            with naming_by_passage(self._connection):
                vectors = vectors_from_rows(chunk)
            yield ids, vectors
