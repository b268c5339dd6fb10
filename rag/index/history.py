"""The catalog's log of changes, by which a cache knows which state it reflects and what happened since."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.index.rows import ids_from_blob, ids_to_blob
from rag.index.vectors.protocol import Ids

CHANGES_KEPT = 10_000
"""Committed changes that the log remembers; a cache older than that is rebuilt instead of caught up."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Which state of which catalog a cache reflects.

    Attributes:
        generation: how many changes had been committed.
        stamp: random mark of that change, so that a restored backup is not taken for what it was restored over.
        last_passage: the largest passage id given until then; later passages have larger ids.
    """

    generation: int
    stamp: str
    last_passage: int


def current_moment(connection: sqlite3.Connection) -> Moment:
    """Where the catalog stands now."""
    generation, stamp = connection.execute(
        "SELECT generation, stamp FROM changes ORDER BY generation DESC LIMIT 1"
    ).fetchone()
    return Moment(generation, stamp, last_passage(connection))


def last_passage(connection: sqlite3.Connection) -> int:
    """The largest passage id ever given, 0 before the first."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchone()
    return 0 if row is None else int(row[0])


def record_change(connection: sqlite3.Connection, removed: Sequence[int]) -> None:
    """Log the change that the open transaction makes, with the passages that it removes; forget the oldest ones."""
    generation = connection.execute("SELECT max(generation) + 1 FROM changes").fetchone()[0]
    connection.execute("INSERT INTO changes VALUES (?, ?, ?)", (generation, secrets.token_hex(8), ids_to_blob(removed)))
    connection.execute("DELETE FROM changes WHERE generation <= ?", (generation - CHANGES_KEPT,))


def removed_since(connection: sqlite3.Connection, moment: Moment) -> Ids | None:
    """Ascending ids, up to ``moment.last_passage``, of the passages removed after ``moment``.

    None when ``moment`` is not in this catalog's history, or too long ago to be in its log.
    """
    known = connection.execute("SELECT stamp FROM changes WHERE generation = ?", (moment.generation,)).fetchone()
    if known is None or known[0] != moment.stamp:
        return None
    blobs = connection.execute(
        "SELECT removed FROM changes WHERE generation > ? AND length(removed) > 0", (moment.generation,)
    ).fetchall()
    if not blobs:
        return np.empty(0, dtype=np.int64)
    ids = np.unique(np.concatenate([ids_from_blob(blob) for (blob,) in blobs]))
    return ids[ids <= moment.last_passage]
