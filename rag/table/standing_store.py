"""Standing questions on the disk: the sets, what each article answered last, and the changes until they are seen."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from rag.errors import InputError
from rag.index.database import Database
from rag.records import Filters
from rag.table.changes import StoredAnswer
from rag.table.standing_records import Change, StandingSet

STANDING_FILE = "standing.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sets (
    name TEXT PRIMARY KEY COLLATE NOCASE, questions TEXT NOT NULL, filters TEXT NOT NULL, created TEXT NOT NULL,
    last_run TEXT, articles INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS answers (
    name TEXT NOT NULL COLLATE NOCASE REFERENCES sets ON DELETE CASCADE, position INTEGER NOT NULL,
    document TEXT NOT NULL, PRIMARY KEY (name, position)
);
CREATE TABLE IF NOT EXISTS changes (
    change_id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE REFERENCES sets ON DELETE CASCADE,
    document TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0
);
"""
_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
_STORED: TypeAdapter[StoredAnswer] = TypeAdapter(StoredAnswer)
_FILTERS: TypeAdapter[Filters] = TypeAdapter(Filters)
_COLUMNS = (
    "name, questions, filters, created, last_run, articles, "
    "(SELECT count(*) FROM changes WHERE changes.name = sets.name AND NOT seen)"
)


class StandingStore:
    """Reads and writes the sets of one store's folder; each method is one transaction.

    Every method raises a StoreError, or its subclass, when the file cannot be read or written.
    """

    def __init__(self, folder: Path, lock_seconds: float) -> None:
        self._database = Database(folder / STANDING_FILE, lock_seconds)
        with self._database.connection() as connection:
            connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def all(self) -> list[StandingSet]:
        """Every set, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM sets ORDER BY name COLLATE NOCASE").fetchall()
        return [_set_of(row) for row in rows]

    def find(self, name: str) -> StandingSet:
        """The set of this name, whatever its case.

        Raises:
            InputError: there is none.
        """
        with self._database.reading() as connection:
            return _find(connection, name)

    def add(self, added: StandingSet) -> StandingSet:
        """Store a new set.

        Raises:
            InputError: the name is taken.
        """
        values = (
            added.name,
            json.dumps(added.questions, ensure_ascii=False),
            _FILTERS.dump_json(added.filters).decode(),
            added.created,
        )
        with self._database.writing() as connection:
            if connection.execute("SELECT 1 FROM sets WHERE name = ?", (added.name,)).fetchone():
                raise InputError(f"standing questions are named {added.name!r} already. Choose another name")
            connection.execute("INSERT INTO sets (name, questions, filters, created) VALUES (?, ?, ?, ?)", values)
            return _find(connection, added.name)

    def remove(self, name: str) -> StandingSet:
        """Delete a set with its answers and changes.

        Raises:
            InputError: there is none.
        """
        with self._database.writing() as connection:
            removed = _find(connection, name)
            connection.execute("DELETE FROM sets WHERE name = ?", (name,))
            return removed

    def record(
        self,
        name: str,
        now: Sequence[StoredAnswer],
        articles: int,
        moment: str,
        compare: Callable[[Sequence[StoredAnswer], Sequence[StoredAnswer]], list[Change]],
    ) -> tuple[bool, list[Change], int]:
        """Take ``now`` for the last answers: whether they are the first, the changes, and how many are unread.

        Args:
            compare: finds the changes from the last answers to ``now``; not asked at the first time.
        """
        with self._database.writing() as connection:
            stored = _find(connection, name)
            first = stored.last_run is None
            rows = connection.execute("SELECT document FROM answers WHERE name = ? ORDER BY position", (name,))
            before = [_STORED.validate_json(document) for (document,) in rows.fetchall()]
            changes = [] if first else [_inserted(connection, change) for change in compare(before, now)]
            connection.execute("DELETE FROM answers WHERE name = ?", (name,))
            connection.executemany(
                "INSERT INTO answers VALUES (?, ?, ?)",
                ((stored.name, number, _STORED.dump_json(one).decode()) for number, one in enumerate(now)),
            )
            connection.execute(
                "UPDATE sets SET last_run = ?, articles = ? WHERE name = ?", (moment, articles, stored.name)
            )
            return first, changes, _find(connection, name).unread

    def changes(self, name: str | None = None, *, unread_only: bool = True) -> list[Change]:
        """The changes of one set, or of all, newest first.

        Raises:
            InputError: there is no such set.
        """
        with self._database.reading() as connection:
            if name is not None:
                _find(connection, name)
            rows = connection.execute(
                "SELECT change_id, document, seen FROM changes WHERE (? IS NULL OR name = ?) AND (seen = 0 OR ?) "
                "ORDER BY change_id DESC",
                (name, name, not unread_only),
            ).fetchall()
        return [_change_of(*row) for row in rows]

    def mark_seen(self, name: str, change_ids: Sequence[int] | None = None) -> int:
        """Take changes of a set, or all of them, for seen; returns how many were unread.

        Raises:
            InputError: there is no such set, or no such change in it.
        """
        with self._database.writing() as connection:
            _find(connection, name)
            rows = connection.execute("SELECT change_id, seen FROM changes WHERE name = ?", (name,)).fetchall()
            known = dict(rows)
            wanted = list(known) if change_ids is None else list(dict.fromkeys(change_ids))
            unknown = [str(one) for one in wanted if one not in known]
            if unknown:
                raise InputError(f"{name}: there is no change {', '.join(unknown)}. List them: citespan standing list")
            fresh = [one for one in wanted if not known[one]]
            connection.executemany("UPDATE changes SET seen = 1 WHERE change_id = ?", ((one,) for one in fresh))
            return len(fresh)


def _find(connection: sqlite3.Connection, name: str) -> StandingSet:
    row = connection.execute(f"SELECT {_COLUMNS} FROM sets WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise InputError(f"no standing questions are named {name!r}. List them with: citespan standing list")
    return _set_of(row)


def _set_of(row: tuple[str, str, str, str, str | None, int, int]) -> StandingSet:
    name, questions, filters, created, last_run, articles, unread = row
    return StandingSet(
        name, tuple(json.loads(questions)), _FILTERS.validate_json(filters), created, last_run, articles, unread
    )


def _inserted(connection: sqlite3.Connection, change: Change) -> Change:
    cursor = connection.execute(
        "INSERT INTO changes (name, document) VALUES (?, ?)", (change.standing, _CHANGE.dump_json(change).decode())
    )
    return replace(change, change_id=int(cursor.lastrowid or 0))


def _change_of(change_id: int, document: str, seen: int) -> Change:
    return replace(_CHANGE.validate_json(document), change_id=change_id, seen=bool(seen))
