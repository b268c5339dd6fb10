"""What a change of articles does to the catalog's tables, inside a transaction that the caller opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from rag.errors import ArticleNotFoundError
from rag.index.catalog_collections import join_collections, memberships
from rag.index.checksums import checksum, embedding_checksum, note_article
from rag.index.history import last_passage, record_change
from rag.index.paths import attach, detach, holder, paths_of
from rag.index.removed import Why, forget, keep, overwritten_collections, take_back
from rag.index.rows import (
    FLOATS,
    metadata_values,
    offsets_to_blob,
    places_to_blob,
    ranges_to_blob,
)
from rag.index.vectors.protocol import Vectors
from rag.originals import Original
from rag.records import Article, Passage


def put_article(
    connection: sqlite3.Connection,
    article: Article,
    passages: Sequence[Passage],
    embeddings: Vectors,
    original: Original | None,
) -> None:
    """Store an article in place of what its file held before, and of the stored article with the same text.

    Raises:
        FileError: its name or content cannot be kept as Unicode.
    """
    title, source, path, *others = metadata_values(article)
    same = number_of(connection, article.article_id)
    before = holder(connection, article.path)
    collections = memberships(connection, [number for number in (same, before) if number is not None])
    earlier = None if same is not None else overwritten_collections(connection, article.article_id)
    forget(connection, article.article_id)
    paths = [article.path] if same is None else [article.path, *paths_of(connection, same)]
    removed = turn_away(connection, article.path, besides=same)
    if same is not None:
        removed += delete_article(connection, same, None)
    row = (
        *(article.article_id, path, title, source, *others, len(article.text.split()), len(passages), now()),
        *(ranges_to_blob(article.boilerplate), offsets_to_blob(article.pages), article.text),
    )
    number = connection.execute(
        "INSERT INTO articles (article_id, path, title, source, published, author, outlet, about, words, "
        "passages, added, boilerplate, pages, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    ).lastrowid
    assert number is not None
    note_article(connection, number)
    attach(connection, number, paths)
    if earlier is not None:  # its text was only for a moment in no file: it comes back to where it was
        join_collections(connection, number, earlier)
    else:
        connection.executemany("INSERT INTO memberships VALUES (?, ?)", ((each, number) for each in collections))
    if original is not None:
        values = (places_to_blob(original.places), original.data)
        connection.execute(
            "INSERT INTO originals (article, places, data, checksum) VALUES (?, ?, ?, ?)",
            (number, *values, checksum(*values)),
        )
    _insert_passages(connection, number, passages, embeddings)
    record_change(connection, sorted(removed))


def put_metadata(connection: sqlite3.Connection, article: Article) -> None:
    """Store what an article's file says about it; its text, passages and embeddings stay as they are.

    Raises:
        ArticleNotFoundError: no article has this id.
    """
    values = metadata_values(article)
    number = number_of(connection, article.article_id)
    if number is None:
        raise ArticleNotFoundError(article.article_id)
    removed = turn_away(connection, article.path, besides=number)
    attach(connection, number, [article.path])
    connection.execute(
        "UPDATE articles SET title = ?, source = ?, path = ?, published = ?, author = ?, outlet = ?, "
        "about = ?, added = ? WHERE id = ?",
        (*values, now(), number),
    )
    note_article(connection, number)
    record_change(connection, removed)


def attach_path(connection: sqlite3.Connection, article_id: str, path: str, gone: Sequence[str]) -> None:
    """Note that the file at ``path`` holds a stored article, and that the files ``gone`` no longer do.

    Raises:
        ArticleNotFoundError: no article has this id.
    """
    number = number_of(connection, article_id)
    if number is None:
        raise ArticleNotFoundError(article_id)
    if holder(connection, path) == number and not gone:
        return
    removed = turn_away(connection, path, besides=number)
    attach(connection, number, [path])
    detach(connection, number, [other for other in gone if other != path])
    record_change(connection, removed)


def drop_paths(connection: sqlite3.Connection, paths: Sequence[str]) -> list[str]:
    """Note that these files hold no article any more; returns the ids of the articles that no file holds now."""
    gone, removed = [], []
    for path in paths:
        number = holder(connection, path)
        if number is not None and not detach(connection, number, [path]):
            gone.append(connection.execute("SELECT article_id FROM articles WHERE id = ?", (number,)).fetchone()[0])
            removed += delete_article(connection, number, "overwritten")
    record_change(connection, sorted(removed))
    return gone


def turn_away(connection: sqlite3.Connection, path: str, *, besides: int | None = None) -> list[int]:
    """Take ``path`` from the article that it held; returns the ids of the passages that go with it.

    The article goes when that was its last path. Nothing happens when the article is ``besides``.
    """
    number = holder(connection, path)
    if number is None or number == besides or detach(connection, number, [path]):
        return []
    return delete_article(connection, number, "overwritten")


def bring_back(connection: sqlite3.Connection, article_id: str) -> None:
    """Store an article again as it was when it was removed or overwritten.

    Raises:
        ArticleNotFoundError: none with this id was removed, or it is too long ago.
        StoreDamagedError: it is not what was removed.
        StoreMismatchError: the store's embeddings are made by another encoder now.
    """
    brought = take_back(connection, article_id)
    article = at_free_path(connection, brought.article)
    put_article(connection, article, brought.passages, brought.embeddings, brought.original)
    number = number_of(connection, article_id)
    assert number is not None
    join_collections(connection, number, brought.collections)


def at_free_path(connection: sqlite3.Connection, article: Article) -> Article:
    """The article, at another path where its own file holds another text now."""
    number = holder(connection, article.path)
    if number is None or number == number_of(connection, article.article_id):
        return article
    return replace(article, path=f"{article.path} ({article.article_id})")


def delete_article(connection: sqlite3.Connection, number: int, why: Why | None) -> list[int]:
    """Delete an article with all that belongs to it; returns its passages' ids, ascending.

    Args:
        why: what a copy of it is kept as, so that it can be brought back; None keeps none.
    """
    if why is not None:
        keep(connection, number, why)
    rows = connection.execute("SELECT id FROM passages WHERE article = ? ORDER BY id", (number,)).fetchall()
    connection.execute("DELETE FROM articles WHERE id = ?", (number,))
    return [passage for (passage,) in rows]


def number_of(connection: sqlite3.Connection, article_id: str) -> int | None:
    """The catalog's number of the article with this id."""
    row = connection.execute("SELECT id FROM articles WHERE article_id = ?", (article_id,)).fetchone()
    return None if row is None else int(row[0])


def now() -> str:
    """This moment, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _insert_passages(
    connection: sqlite3.Connection, number: int, passages: Sequence[Passage], embeddings: Vectors
) -> None:
    first = last_passage(connection) + 1
    rows = (
        (first + index, number, passage.start, passage.end, ranges_to_blob(passage.sentences))
        for index, passage in enumerate(passages)
    )
    connection.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", ((*values, checksum(*values)) for values in rows)
    )
    vectors = ((first + index, vector.tobytes()) for index, vector in enumerate(embeddings.astype(FLOATS)))
    connection.executemany(
        "INSERT INTO embeddings VALUES (?, ?, ?)",
        ((passage, vector, embedding_checksum(passage, vector)) for passage, vector in vectors),
    )
