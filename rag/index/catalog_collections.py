"""The catalog's collections: named groups of articles. An article may be in any number of them."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from rag.errors import ArticleNotFoundError, CollectionError, FilterError
from rag.index.database import Database
from rag.index.sql import marks
from rag.records import Collection

LONGEST_NAME = 80
"""Code points of a collection's name; longer ones fit on no chip."""
_STEERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidirectional controls (Unicode UAX 9): in a name they can only mislead."""
_LIST = "List them with: citespan collections"


def collection_name(name: str) -> str:
    """``name`` as it is stored and shown: NFC, one space between words.

    Raises:
        CollectionError: it is empty, too long, or holds characters that cannot be seen or written.
    """
    normal = unicodedata.normalize("NFC", " ".join(name.split()))
    if not collection_key(normal):
        raise CollectionError("a collection's name is empty. Give it one, for example: Interviews")
    if len(normal) > LONGEST_NAME:
        raise CollectionError(
            f"a collection's name has {len(normal)} characters; at most {LONGEST_NAME} are allowed. Shorten it"
        )
    for character in normal:
        if character in _STEERING or unicodedata.category(character) in ("Cc", "Cs"):
            raise CollectionError(
                f"a collection's name holds the character U+{ord(character):04X}, which cannot be shown. Leave it out"
            )
    return normal


def collection_key(name: str) -> str:
    """What makes two names the same: compatible characters (NFKC), case and invisible characters do not count."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join("".join(one for one in folded if unicodedata.category(one) != "Cf").split())


class CatalogCollections:
    """Reads and changes the collections of one catalog; every change is one transaction.

    Collections change nothing that the caches hold, so the catalog's generation stays. Every method raises a
    StoreError (or the subclass that says what is wrong) when the file cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Collection]:
        """Every collection, by name."""
        with self._database.reading() as connection:
            return _collections(connection)

    def create(self, name: str) -> Collection:
        """Make an empty collection.

        Raises:
            CollectionError: the name cannot be used, or is taken.
        """
        wanted = collection_name(name)
        with self._database.writing() as connection:
            _require_free(connection, wanted)
            return _one(connection, _insert(connection, wanted))

    def get_or_create(self, name: str) -> Collection:
        """The collection of this name, made when there is none.

        Raises:
            CollectionError: there is none, and the name cannot be used.
        """
        with self._database.writing() as connection:
            number = _number(connection, name)
            return _one(connection, _insert(connection, collection_name(name)) if number is None else number)

    def rename(self, name: str, new_name: str) -> Collection:
        """Give a collection another name; its articles stay in it.

        Raises:
            CollectionError: there is no such collection, or the new name cannot be used or is taken.
        """
        wanted = collection_name(new_name)
        with self._database.writing() as connection:
            number = _required(connection, name)
            _require_free(connection, wanted, besides=number)
            connection.execute(
                "UPDATE collections SET name = ?, key = ? WHERE id = ?", (wanted, collection_key(wanted), number)
            )
            return _one(connection, number)

    def delete(self, name: str) -> Collection:
        """Delete a collection and return what it was; its articles stay in the store.

        Raises:
            CollectionError: there is no such collection.
        """
        with self._database.writing() as connection:
            number = _required(connection, name)
            deleted = _one(connection, number)
            connection.execute("DELETE FROM collections WHERE id = ?", (number,))
            return deleted

    def put(self, article_ids: Iterable[str], name: str) -> int:
        """Put articles into a collection, all or none; returns how many were not in it before.

        Raises:
            CollectionError: there is no such collection.
            ArticleNotFoundError: no article has one of the ids.
        """
        with self._database.writing() as connection:
            number = _required(connection, name)
            added = 0
            for article_id in dict.fromkeys(article_ids):
                row = connection.execute("SELECT id FROM articles WHERE article_id = ?", (article_id,)).fetchone()
                if row is None:
                    raise ArticleNotFoundError(article_id)
                added += connection.execute("INSERT OR IGNORE INTO memberships VALUES (?, ?)", (number, *row)).rowcount
            return added

    def take_out(self, article_ids: Iterable[str], name: str) -> int:
        """Take articles out of a collection; returns how many were in it. The articles stay in the store.

        Raises:
            CollectionError: there is no such collection.
        """
        with self._database.writing() as connection:
            number = _required(connection, name)
            return sum(
                connection.execute(
                    "DELETE FROM memberships WHERE collection = ? "
                    "AND article = (SELECT id FROM articles WHERE article_id = ?)",
                    (number, article_id),
                ).rowcount
                for article_id in dict.fromkeys(article_ids)
            )


def members(connection: sqlite3.Connection, names: Sequence[str]) -> set[int]:
    """The catalog's numbers of the articles that are in at least one of the named collections.

    Raises:
        FilterError: a collection is named that does not exist.
    """
    found: set[int] = set()
    unknown = []
    for name in names:
        number = _number(connection, name)
        if number is None:
            unknown.append(name)
        rows = connection.execute("SELECT article FROM memberships WHERE collection = ?", (number,))
        found.update(article for (article,) in rows)
    if unknown:
        raise FilterError(f"no collection is named {', '.join(map(repr, unknown))}. {_LIST}")
    return found


def memberships(connection: sqlite3.Connection, articles: Sequence[int]) -> list[int]:
    """The numbers of the collections that hold at least one of the articles with these numbers."""
    return [
        number
        for (number,) in connection.execute(
            f"SELECT DISTINCT collection FROM memberships WHERE article IN ({marks(articles)}) ORDER BY collection",
            articles,
        )
    ]


def join_collections(connection: sqlite3.Connection, article: int, names: Sequence[str]) -> None:
    """Put the article with this number into the collections of these names, which are made where there are none."""
    for name in names:
        number = _number(connection, name)
        values = (_insert(connection, collection_name(name)) if number is None else number, article)
        connection.execute("INSERT OR IGNORE INTO memberships VALUES (?, ?)", values)


def _collections(
    connection: sqlite3.Connection, condition: str = "1", values: Sequence[object] = ()
) -> list[Collection]:
    rows = connection.execute(
        "SELECT CAST(name AS TEXT), (SELECT count(*) FROM memberships WHERE collection = collections.id), "
        "CAST(created AS TEXT) "
        f"FROM collections WHERE {condition} ORDER BY key",
        values,
    )
    return [Collection(*row) for row in rows]


def _insert(connection: sqlite3.Connection, name: str) -> int | None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    values = (name, collection_key(name), now)
    return connection.execute("INSERT INTO collections (name, key, created) VALUES (?, ?, ?)", values).lastrowid


def _one(connection: sqlite3.Connection, number: int | None) -> Collection:
    (found,) = _collections(connection, "id = ?", (number,))
    return found


def _number(connection: sqlite3.Connection, name: str) -> int | None:
    """The number of the collection that ``name`` means, or None."""
    # By its stored name as well: were a key ever wrong, the collection could still be renamed or deleted.
    row = connection.execute(
        "SELECT id FROM collections WHERE key = ?1 OR name = ?2 ORDER BY key <> ?1", (collection_key(name), name)
    ).fetchone()
    return None if row is None else int(row[0])


def _required(connection: sqlite3.Connection, name: str) -> int:
    number = _number(connection, name)
    if number is None:
        raise CollectionError(f"no collection is named {name!r}. {_LIST}")
    return number


def _require_free(connection: sqlite3.Connection, name: str, besides: int | None = None) -> None:
    row = connection.execute("SELECT id, name FROM collections WHERE key = ?", (collection_key(name),)).fetchone()
    if row is not None and row[0] != besides:
        raise CollectionError(f"a collection is named {row[1]!r} already. Choose another name. {_LIST}")
