"""Which files hold which article: a text has one article, and any number of paths at which it was seen.

``articles.path`` is one of them, the one that gave the article its metadata. An article whose last path turns to
another text is no longer held by any file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import PurePosixPath

from rag.index.checksums import note_article


def holder(connection: sqlite3.Connection, path: str) -> int | None:
    """The catalog's number of the article that the file at ``path`` held when it was last read."""
    row = connection.execute("SELECT article FROM paths WHERE path = ?", (path,)).fetchone()
    return None if row is None else int(row[0])


def paths_of(connection: sqlite3.Connection, number: int) -> list[str]:
    """Every path of an article, sorted."""
    return [path for (path,) in connection.execute("SELECT path FROM paths WHERE article = ? ORDER BY path", (number,))]


def attach(connection: sqlite3.Connection, number: int, paths: Sequence[str]) -> None:
    """Note that these files hold the article, whatever they held before."""
    connection.executemany("INSERT OR REPLACE INTO paths VALUES (?, ?)", ((path, number) for path in paths))


def detach(connection: sqlite3.Connection, number: int, paths: Sequence[str]) -> bool:
    """Forget that these files hold the article; returns False when that were all of them, and then changes nothing.

    Where the article's own path is among them, the first of those that stay takes its place.
    """
    staying = [path for path in paths_of(connection, number) if path not in paths]
    if not staying:
        return False
    connection.executemany("DELETE FROM paths WHERE path = ? AND article = ?", ((path, number) for path in paths))
    (current,) = connection.execute("SELECT path FROM articles WHERE id = ?", (number,)).fetchone()
    if current not in staying:
        connection.execute(
            "UPDATE articles SET path = ?, source = ? WHERE id = ?",
            (staying[0], PurePosixPath(staying[0]).name, number),
        )
        note_article(connection, number)
    return True


def paths_within(connection: sqlite3.Connection, file: str) -> list[str]:
    """The paths of the articles in a ``file`` that holds several: a row is ``#3``, a file in an archive ``/a.txt``."""
    # Between "#" and "$", between "/" and "0": ranges, unlike LIKE, use the table's own order.
    rows = connection.execute(
        "SELECT path FROM paths WHERE path > ?1 || '#' AND path < ?1 || '$' OR path > ?1 || '/' AND path < ?1 || '0'",
        (file,),
    )
    return [path for (path,) in rows]
