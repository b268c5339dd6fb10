"""The catalog's log of changes, by which a cache knows which state it reflects and what happened since."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.index.checksums import checksum
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
    """Where the catalog stands now; before any moment when its log is empty, which only damage can do."""
    row = connection.execute("SELECT generation, stamp FROM changes ORDER BY generation DESC LIMIT 1").fetchone()
    generation, stamp = row or (-1, "")
    return Moment(generation, str(stamp), last_passage(connection))


def current_generation(connection: sqlite3.Connection) -> int:
    """How many changes were committed; -1 when the log is empty, which only damage can do."""
    (generation,) = connection.execute("SELECT max(generation) FROM changes").fetchone()
    return generation if isinstance(generation, int) else -1


def last_passage(connection: sqlite3.Connection) -> int:
    """The largest passage id ever given, 0 before the first."""
    (largest,) = connection.execute(
        "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'passages'), 0), "
        "coalesce((SELECT max(id) FROM passages), 0))"
    ).fetchone()
    return int(largest)


def record_change(connection: sqlite3.Connection, removed: Sequence[int]) -> None:
    """Log the change that the open transaction makes, with the passages that it removes; forget the oldest ones."""
    (generation,) = connection.execute("SELECT coalesce(max(generation), -1) + 1 FROM changes").fetchone()
    values = (generation, secrets.token_hex(8), ids_to_blob(removed))
    connection.execute("INSERT INTO changes VALUES (?, ?, ?, ?)", (*values, checksum(*values)))
    connection.execute("DELETE FROM changes WHERE generation <= ?", (generation - CHANGES_KEPT,))


def restart_log(connection: sqlite3.Connection, generation: int) -> None:
    """Begin the log anew after ``generation``: no cache that was made before is taken for this catalog's."""
    (last,) = connection.execute("SELECT max(generation) FROM changes WHERE typeof(generation) = 'integer'").fetchone()
    connection.execute("DELETE FROM changes")
    values = (max(generation, last or 0) + 1, secrets.token_hex(8), b"")
    connection.execute("INSERT INTO changes VALUES (?, ?, ?, ?)", (*values, checksum(*values)))


def removed_since(connection: sqlite3.Connection, moment: Moment) -> Ids | None:
    """Ascending ids, up to ``moment.last_passage``, of the passages removed after ``moment``.

    None when ``moment`` is not in this catalog's history, or too long ago to be in its log, or the log is damaged.
    """
    rows = connection.execute(
        "SELECT checksum, generation, stamp, removed FROM changes WHERE generation >= ? ORDER BY generation",
        (moment.generation,),
    ).fetchall()
    if not rows or rows[0][1:3] != (moment.generation, moment.stamp):
        return None
    if [generation for _, generation, *_ in rows] != list(range(rows[0][1], rows[0][1] + len(rows))):
        return None
    if any(checksum(*values) != stored for stored, *values in rows):
        return None
    blobs = [blob for *_, blob in rows[1:] if blob]
    if not blobs:
        return np.empty(0, dtype=np.int64)
    ids = np.unique(np.concatenate([ids_from_blob(blob) for blob in blobs]))
    return ids[ids <= moment.last_passage]
