"""One moment of the catalog, as the caches read it: what changed since they were made, and their whole content."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rag.index.history import Moment, current_moment, removed_since
from rag.index.rows import ranges_from_blob, vectors_from_blobs
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
        """The passages with larger ids, ascending: the title of their article and their sentences, one a line."""
        number, title, text = None, "", ""
        rows = self._connection.execute(
            'SELECT id, article, start, "end", sentences FROM passages WHERE id > ? ORDER BY id', (passage_id,)
        )
        for identifier, article, start, end, sentences in rows:
            if article != number:
                number = article
                title, text = self._connection.execute(
                    "SELECT title, text FROM articles WHERE id = ?", (article,)
                ).fetchone()
            spans = ranges_from_blob(sentences)
            body = "\n".join(span.of(text) for span in spans) if spans else text[start:end]
            yield PassageText(identifier, title, body)

    def vectors_after(self, passage_id: int) -> Iterator[tuple[Ids, Vectors]]:
        """The embeddings of the passages with larger ids, ascending: ``int64[n]``, ``float32[n, dim]`` chunks."""
        rows = self._connection.execute(
            "SELECT passage, vector FROM embeddings WHERE passage > ? ORDER BY passage", (passage_id,)
        )
        while chunk := rows.fetchmany(CHUNK):
            ids = np.array([number for number, _ in chunk], dtype=np.int64)
            yield ids, vectors_from_blobs([blob for _, blob in chunk])
