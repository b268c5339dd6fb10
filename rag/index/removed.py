"""Articles that were removed or overwritten, kept for a while so that they can be brought back.

They lie in a table of their own: nothing that searches or lists articles ever sees them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import numpy as np

from rag.article_ids import article_id_of
from rag.errors import ArticleNotFoundError, StoreDamagedError, StoreMismatchError
from rag.index import meta
from rag.index.articles import read_article, read_embeddings, read_original, read_passages
from rag.index.checksums import RowDamagedError, checksum
from rag.index.rows import FLOATS, places_from_blob, places_to_blob
from rag.index.vectors.protocol import Vectors
from rag.originals import Original
from rag.records import Article, Passage, RemovedArticle, Span

Why = Literal["removed", "overwritten"]
_METADATA = ("article_id", "title", "source", "path", "published", "author", "outlet", "about")
_VALUES = "article_id, record, vectors, places, data, text"


@dataclass(frozen=True, slots=True)
class Brought:
    """An article as it was when it was removed."""

    article: Article
    passages: list[Passage]
    embeddings: Vectors
    original: Original | None
    collections: list[str]


def add_removed_articles(connection: sqlite3.Connection) -> None:
    """The step of the schema that brings them."""
    connection.execute(
        """CREATE TABLE removed_articles (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            article_id TEXT NOT NULL,
            removed TEXT NOT NULL,
            why TEXT NOT NULL,
            record TEXT NOT NULL,
            vectors BLOB NOT NULL,
            places BLOB,
            data BLOB,
            checksum INTEGER NOT NULL,
            text TEXT NOT NULL
        )"""
    )


def keep(connection: sqlite3.Connection, number: int, why: Why) -> None:
    """Keep a copy of the article with this number, which is about to be deleted; what is damaged is not kept."""
    try:
        article = read_article(connection, number)
        passages = read_passages(connection, number, article.article_id)
        embeddings = read_embeddings(connection, number)
        original = read_original(connection, number)
    except RowDamagedError:
        return
    passages.sort(key=lambda passage: passage.passage_id)
    collections = connection.execute(
        "SELECT name FROM memberships JOIN collections ON collections.id = collection WHERE article = ? ORDER BY name",
        (number,),
    ).fetchall()
    record = {
        **{name: getattr(article, name) for name in _METADATA},
        "boilerplate": _pairs(article.boilerplate),
        "pages": article.pages,
        "passages": [(passage.start, passage.end, _pairs(passage.sentences)) for passage in passages],
        "collections": [name for (name,) in collections],
        "identity": meta.read(connection, "identity"),
    }
    values = (
        article.article_id,
        json.dumps(record),
        b"" if embeddings is None else embeddings.astype(FLOATS).tobytes(),
        None if original is None else places_to_blob(original.places),
        None if original is None else original.data,
        article.text,
    )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(
        f"INSERT INTO removed_articles ({_VALUES}, removed, why, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*values, now, why, checksum(*values)),
    )


def forget_old(connection: sqlite3.Connection, days: float) -> None:
    """Forget what was removed more than ``days`` ago; all of it when ``days`` is 0."""
    if days <= 0:
        connection.execute("DELETE FROM removed_articles")
        return
    oldest = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
    connection.execute("DELETE FROM removed_articles WHERE removed < ?", (oldest,))


def removed_articles(connection: sqlite3.Connection) -> list[RemovedArticle]:
    """What can be brought back, the last removed first; each text once."""
    newest: dict[str, RemovedArticle] = {}
    for article_id, removed, why, record in connection.execute(
        "SELECT article_id, removed, why, record FROM removed_articles ORDER BY id DESC"
    ):
        try:
            values = json.loads(record)
            summary = RemovedArticle(article_id, values["title"], values["source"], values["path"], removed, why)
        except (ValueError, KeyError, TypeError):
            continue
        newest.setdefault(article_id, summary)
    return list(newest.values())


def take_back(connection: sqlite3.Connection, article_id: str) -> Brought:
    """The article as it was when it was last removed.

    Raises:
        ArticleNotFoundError: none with this id was removed, or it is too long ago.
        StoreDamagedError: it is not what was removed.
        StoreMismatchError: the store's embeddings are made by another encoder now.
    """
    row = connection.execute(
        f"SELECT checksum, {_VALUES} FROM removed_articles WHERE article_id = ? ORDER BY id DESC LIMIT 1", (article_id,)
    ).fetchone()
    if row is None:
        raise ArticleNotFoundError(article_id)
    stored, *values = row
    text = values[-1]
    if checksum(*values) != stored or article_id_of(text) != article_id:
        raise StoreDamagedError(
            f"the removed article {article_id} is damaged and cannot be brought back. Add its file again with: "
            "citespan add PATH"
        )
    record = json.loads(values[1])
    if record["identity"] != meta.read(connection, "identity"):
        raise StoreMismatchError(
            f"the article {article_id} was removed from this store when another encoder made its embeddings. Add its "
            "file again with: citespan add PATH"
        )
    return _brought(article_id, record, *values[2:])


def overwritten_collections(connection: sqlite3.Connection, article_id: str) -> list[str] | None:
    """The collections of an article that another file's text took the place of, or None when that never happened."""
    row = connection.execute(
        "SELECT why, record FROM removed_articles WHERE article_id = ? ORDER BY id DESC LIMIT 1", (article_id,)
    ).fetchone()
    if row is None or row[0] != "overwritten":
        return None
    return [str(name) for name in json.loads(row[1])["collections"]]


def forget(connection: sqlite3.Connection, article_id: str) -> None:
    """Forget that this article was removed: it is stored again."""
    connection.execute("DELETE FROM removed_articles WHERE article_id = ?", (article_id,))


def _brought(
    article_id: str, record: dict[str, Any], vectors: bytes, places: bytes | None, data: bytes | None, text: str
) -> Brought:
    passages = [Passage(article_id, start, end, _spans(sentences)) for start, end, sentences in record["passages"]]
    article = Article(
        **{name: record[name] for name in _METADATA},
        text=text,
        boilerplate=_spans(record["boilerplate"]),
        pages=tuple(record["pages"]),
    )
    embeddings = np.frombuffer(vectors, dtype=FLOATS).astype(np.float32).reshape(len(passages), -1)
    original = None if data is None else Original(data, places_from_blob(places or b""))
    return Brought(article, passages, embeddings, original, [str(name) for name in record["collections"]])


def _pairs(spans: Sequence[Span]) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in spans]


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)
