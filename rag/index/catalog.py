"""The catalog: one SQLite file with everything that cannot be recomputed cheaply. The only truth of a store."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np

from rag.errors import ArticleNotFoundError, StoreDamagedError
from rag.index import changing as changes
from rag.index import meta
from rag.index.articles import article_problem, read_article, read_original, read_passages
from rag.index.catalog_collections import CatalogCollections, members
from rag.index.counter import Counter, emptied, read_counter, write_counter
from rag.index.damage import REPAIR, RESTORE, naming, naming_by_passage
from rag.index.database import Database
from rag.index.filters import matching_articles
from rag.index.history import current_generation, record_change
from rag.index.identity import StoreIdentity, require_same
from rag.index.migrations import migrate
from rag.index.paths import paths_of, paths_within
from rag.index.removed import Why, forget_old, removed_articles
from rag.index.rows import PASSAGE_COLUMNS, SUMMARY_COLUMNS, passage_from_row, summary_from_row, vectors_from_rows
from rag.index.snapshot import Snapshot
from rag.index.sql import marks, portions
from rag.index.vectors.protocol import Ids, Vectors
from rag.originals import Original
from rag.records import Article, ArticleSummary, Filters, Passage, RemovedArticle

CATALOG_FILE = "catalog.sqlite3"


class Catalog:
    """Articles, passages, embeddings and collections in SQLite. Every change is one transaction.

    Safe to share between threads. Every method raises a StoreError (or the subclass that says what is wrong) when
    the file cannot be read or written.
    """

    def __init__(self, path: Path, lock_seconds: float, undo_days: float = 30.0) -> None:
        """Open the catalog at ``path``, making it when the file does not exist; its folder must.

        Raises:
            StoreMismatchError: a newer version of CiteSpan made it.
            StoreDamagedError: the file is not a usable SQLite database.
        """
        self._folder = path.parent
        self._undo_days = undo_days
        counter = read_counter(self._folder)
        if (proof := emptied(path)) is not None:
            raise StoreDamagedError(
                f"{path}: the catalog is missing or has no content, but {proof}. Bring it back from a backup with: "
                f"{RESTORE} — or go on without it with: {REPAIR}"
            )
        self.database = Database(path, lock_seconds)
        self.collections = CatalogCollections(self.database)
        try:
            migrate(self.database)
            with self.database.reading() as connection:
                self.store_id = meta.read(connection, "store_id") or ""
                self._require_all_changes(connection, counter)
                if counter is None:
                    self._count(connection)
        except BaseException:
            self.database.close()
            raise

    def _require_all_changes(self, connection: sqlite3.Connection, counter: Counter | None) -> None:
        if counter is None or counter.store_id != self.store_id:
            return
        generation = current_generation(connection)
        if generation < counter.generation:
            raise StoreDamagedError(
                f"{self.database.path}: the last {counter.generation - generation:,} changes are missing: the "
                "write-ahead log (catalog.sqlite3-wal) was lost or damaged, or this is an older copy. Put the log back "
                f"if you have it, or bring the store back from a backup with: {RESTORE} — or go on with what is there "
                f"with: {REPAIR} and add the articles again"
            )

    def _count(self, connection: sqlite3.Connection) -> None:
        """Note beside the catalog how far it has come."""
        counter = Counter(self.store_id, current_generation(connection), meta.read(connection, "identity"))
        write_counter(self._folder, counter)

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """As ``Database.writing``, for a change of articles or of what makes their embeddings."""
        with self.database.writing() as connection:
            yield connection
            forget_old(connection, self._undo_days)
        with self.database.reading() as connection:
            self._count(connection)

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    @property
    def generation(self) -> int:
        """How many changes of articles were committed since the store was made."""
        with self.database.connection() as connection:
            return current_generation(connection)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The catalog as it is now, for as long as the block lasts, whatever other writers do meanwhile."""
        with self.database.reading() as connection:
            yield Snapshot(connection)

    def identity(self) -> StoreIdentity | None:
        """What made the store's embeddings, or None while that was never recorded."""
        with self.database.reading() as connection:
            return _identity(connection)

    def require(self, wanted: StoreIdentity) -> None:
        """Record ``wanted`` in a store that holds no passages; in any other, check that it made the store.

        Raises:
            StoreMismatchError: the store was made with something else.
        """
        with self.database.reading() as connection:
            stored = _identity(connection)
        if stored == wanted:
            return
        with self.changing() as connection:
            stored = _identity(connection)
            if stored is not None and connection.execute("SELECT 1 FROM passages LIMIT 1").fetchone():
                require_same(stored, wanted, self.database.path.parent)
                return
            meta.write(connection, "identity", json.dumps(asdict(wanted)))

    def put(
        self, article: Article, passages: Sequence[Passage], embeddings: Vectors, original: Original | None = None
    ) -> None:
        """Store an article in place of what its file held before, in the same collections.

        The caller has checked that ``passages`` are ranges of ``article`` and ``embeddings`` is ``float32[n, dim]``.

        Raises:
            FileError: its name or content cannot be kept as Unicode.
        """
        with self.changing() as connection:
            changes.put_article(connection, article, passages, embeddings, original)

    def put_metadata(self, article: Article) -> None:
        """Store what an article's file says about it; its text, passages and embeddings stay as they are.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        with self.changing() as connection:
            changes.put_metadata(connection, article)

    def attach_path(self, article_id: str, path: str, gone: Sequence[str]) -> ArticleSummary:
        """Note that the file at ``path`` holds a stored article, and that the files ``gone`` no longer do.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        with self.changing() as connection:
            changes.attach_path(connection, article_id, path, gone)
            summary = _summary(connection, "article_id = ?", article_id)
        assert summary is not None
        return summary

    def drop_paths(self, paths: Sequence[str]) -> list[str]:
        """Note that these files hold no article any more; returns the ids of the articles that are removed by it."""
        with self.changing() as connection:
            return changes.drop_paths(connection, paths)

    def paths_within(self, file: str) -> list[str]:
        """The paths of the articles that lie in a file that holds several, sorted."""
        with self.database.reading() as connection:
            return paths_within(connection, file)

    def paths_of(self, article_id: str) -> list[str]:
        """Every path at which the article was seen, sorted; none when there is no such article."""
        with self.database.reading() as connection:
            number = changes.number_of(connection, article_id)
            return [] if number is None else paths_of(connection, number)

    def remove(self, article_id: str, why: Why | None = "removed") -> ArticleSummary:
        """Remove an article with its passages and embeddings; returns what it was. It is kept as ``why``, if at all.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        with self.changing() as connection:
            summary = _summary(connection, "article_id = ?", article_id)
            number = changes.number_of(connection, article_id)
            if summary is None or number is None:
                raise ArticleNotFoundError(article_id)
            record_change(connection, changes.delete_article(connection, number, why))
            return summary

    def removed(self) -> list[RemovedArticle]:
        """The articles that can be brought back, the last removed first."""
        with self.database.reading() as connection:
            return removed_articles(connection)

    def bring_back(self, article_id: str) -> ArticleSummary:
        """Store an article again that was removed or overwritten.

        Raises:
            ArticleNotFoundError: none with this id was removed, or it is too long ago.
            StoreMismatchError: the store's embeddings are made by another encoder now.
        """
        with self.changing() as connection:
            changes.bring_back(connection, article_id)
            summary = _summary(connection, "article_id = ?", article_id)
        assert summary is not None
        return summary

    def find(self, article_id: str) -> ArticleSummary | None:
        """The article with this id."""
        with self.database.reading() as connection:
            return _summary(connection, "article_id = ?", article_id)

    def find_by_path(self, path: str) -> ArticleSummary | None:
        """The article that the file at ``path`` held when it was last read."""
        with self.database.reading() as connection:
            return _summary(connection, "id = (SELECT article FROM paths WHERE path = ?)", path)

    def articles(self, filters: Filters | None = None) -> list[ArticleSummary]:
        """Every article that passes ``filters``, in the order in which they were stored.

        Raises:
            FilterError: a filter names what is not stored, or its dates are wrong.
        """
        with self.database.reading() as connection:
            wanted = None if filters is None or filters.is_empty else set(_matching(connection, filters))
            rows = connection.execute(f"SELECT id, {SUMMARY_COLUMNS} FROM articles ORDER BY id")
            return [summary_from_row(row) for number, *row in rows if wanted is None or number in wanted]

    def article(self, article_id: str) -> Article:
        """The article with its text.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        with self.database.reading() as connection:
            number = _required(connection, article_id)
            with naming(connection, number):
                return read_article(connection, number)

    def original(self, article_id: str) -> Original | None:
        """The file the article came from, where its pages can be shown.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        with self.database.reading() as connection:
            number = _required(connection, article_id)
            with naming(connection, number):
                return read_original(connection, number)

    def articles_with(self, name: str, most: int) -> list[Article]:
        """At most ``most`` articles whose text holds the words of ``name`` in this order; ASCII case is ignored."""
        pattern = "".join(character if character.isascii() and character.isalnum() else "%" for character in name)
        with self.database.reading() as connection:
            numbers = connection.execute(
                "SELECT id FROM articles WHERE text LIKE ? ORDER BY id LIMIT ?", (f"%{pattern}%", most)
            ).fetchall()
            articles = []
            for (number,) in numbers:
                with naming(connection, number):
                    articles.append(read_article(connection, number))
        return articles

    def passages_of(self, article_id: str) -> list[Passage]:
        """The article's passages in the order of its text.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        with self.database.reading() as connection:
            number = _required(connection, article_id)
            with naming(connection, number):
                return read_passages(connection, number, article_id)

    def damage(self, article_id: str) -> str | None:
        """What of a stored article is not what was added, or None: its text, metadata, ranges, embeddings and file."""
        with self.database.reading() as connection:
            return article_problem(connection, _required(connection, article_id))

    def fetch(self, passage_ids: Sequence[int]) -> dict[int, tuple[Passage, Article]]:
        """The stored passages among ``passage_ids`` with their articles, in the order given."""
        found: dict[int, tuple[Passage, Article]] = {}
        articles: dict[int, Article] = {}
        with self.database.reading() as connection:
            for ids in portions(passage_ids):
                rows = connection.execute(
                    f"SELECT article, {PASSAGE_COLUMNS} FROM passages WHERE id IN ({marks(ids)})", ids
                ).fetchall()
                for number, *columns in rows:
                    with naming(connection, number):
                        if number not in articles:
                            articles[number] = read_article(connection, number)
                        passage = passage_from_row(articles[number].article_id, columns)
                    found[passage.passage_id] = (passage, articles[number])
        return {number: found[number] for number in map(int, passage_ids) if number in found}

    def vectors(self, passage_ids: Sequence[int]) -> tuple[dict[int, Vectors], int]:
        """The embeddings of the stored passages among ``passage_ids``, and the length of all; 0 while there is none."""
        found: dict[int, Vectors] = {}
        with self.database.reading() as connection:
            dimension = Snapshot(connection).dimension or 0
            for ids in portions(passage_ids):
                rows = connection.execute(
                    f"SELECT passage, checksum, vector FROM embeddings WHERE passage IN ({marks(ids)})", ids
                ).fetchall()
                if rows:
                    with naming_by_passage(connection):
                        matrix = vectors_from_rows(rows)
                    found.update(zip((number for number, *_ in rows), matrix, strict=True))
        return found, dimension

    def allowed(self, filters: Filters) -> Ids:
        """Ascending ``int64[n]`` ids of the passages whose article passes ``filters``.

        Raises:
            FilterError: a filter names what is not stored, or its dates are wrong.
        """
        with self.database.reading() as connection:
            numbers = _matching(connection, filters)
            ids = [
                number
                for portion in portions(numbers)
                for (number,) in connection.execute(
                    f"SELECT id FROM passages WHERE article IN ({marks(portion)})", portion
                )
            ]
        return np.sort(np.array(ids, dtype=np.int64))

    def count_passages(self) -> int:
        """How many passages are stored."""
        with self.database.reading() as connection:
            return Snapshot(connection).passages


def _identity(connection: sqlite3.Connection) -> StoreIdentity | None:
    value = meta.read(connection, "identity")
    return None if value is None else StoreIdentity(**json.loads(value))


def _required(connection: sqlite3.Connection, article_id: str) -> int:
    number = changes.number_of(connection, article_id)
    if number is None:
        raise ArticleNotFoundError(article_id)
    return number


def _matching(connection: sqlite3.Connection, filters: Filters) -> list[int]:
    """The numbers of the articles that pass ``filters``."""
    rows = connection.execute("SELECT id, article_id, source, outlet, published FROM articles").fetchall()
    inside = members(connection, filters.collections) if filters.collections else None
    return matching_articles(rows, filters, inside)


def _summary(connection: sqlite3.Connection, condition: str, value: str) -> ArticleSummary | None:
    row = connection.execute(f"SELECT {SUMMARY_COLUMNS} FROM articles WHERE {condition}", (value,)).fetchone()
    return None if row is None else summary_from_row(row)
