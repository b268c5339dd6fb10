"""The store: the catalog with its two caches. The only thing of this room that others use."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from rag.errors import StoreError, StoreFullError, StoreMismatchError
from rag.index.backup import back_up, restore
from rag.index.cache import Notify
from rag.index.caches import Caches
from rag.index.catalog import CATALOG_FILE, Catalog
from rag.index.checks import check_catalog
from rag.index.counter import emptied
from rag.index.exchange import export_articles, import_articles
from rag.index.identity import StoreIdentity
from rag.index.idle import Idle
from rag.index.validation import check_article
from rag.index.vectors.protocol import Ids, Vectors
from rag.language.english.terms import asked_terms, content_terms
from rag.language.paragraphs import lines_of
from rag.originals import Original
from rag.records import (
    Article,
    ArticleSummary,
    Collection,
    FileOutcome,
    Filters,
    Finding,
    Passage,
    RemovedArticle,
    Span,
)
from rag.settings import IndexSettings

__all__ = ["CATALOG_FILE", "Store", "StoreIdentity"]

IDLE_SECONDS = 5.0
"""After a change, how long nothing is written before the write-ahead log is emptied."""
_logger = logging.getLogger(__name__)

MOST_OUTSIDE = 20
"""Articles and lines looked at for a name that no passage holds."""


class Store:
    """Articles with their passages and embeddings in one folder, searchable by words and by vectors.

    Safe to share between threads; several processes may use one folder. Every method raises a StoreError, or the
    subclass that says what is wrong, when the folder cannot be read or written. A context manager.
    """

    def __init__(
        self, path: Path, settings: IndexSettings, *, create: bool = True, notify: Notify | None = None
    ) -> None:
        """Open the store in the folder ``path``, making both unless ``create`` is False.

        Args:
            notify: told what the user should know though it is no error: that a cache is rebuilt, or was not saved.

        Raises:
            StoreError: there is no store and ``create`` is False, or the folder cannot be used.
            StoreMismatchError: a newer version of CiteSpan made the store.
            StoreDamagedError: the catalog is no usable SQLite file.
        """
        self.path = path
        self._notify = notify or _logger.warning
        _make_folder(path, create)
        self._catalog = Catalog(path / CATALOG_FILE, settings.lock_seconds, settings.undo_days)
        self._idle = Idle(self._catalog.database.checkpoint, IDLE_SECONDS)
        try:
            self._caches = Caches(self._catalog, settings, self._notify)
        except BaseException:
            self._catalog.close()
            raise
        self._has_written = False

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def identity(self) -> StoreIdentity | None:
        """What made the store's embeddings, or None while that was never recorded."""
        return self._catalog.identity()

    def require(self, identity: StoreIdentity) -> None:
        """Record what makes the embeddings of a store without passages; in any other, check that it is the same.

        Raises:
            StoreMismatchError: the store was made with something else; the message names the commands that help.
        """
        self._catalog.require(identity)

    @property
    def generation(self) -> int:
        """How many changes of articles were committed since the store was made."""
        return self._catalog.generation

    def put(
        self, article: Article, passages: Sequence[Passage], embeddings: Vectors, original: Original | None = None
    ) -> None:
        """Store an article in one transaction, in place of what its file held before.

        What the file held before goes, unless another file holds it too. The article stays in the collections of what
        it replaces. When this returns, the article is on the disk. The caches
        follow at the next search.

        Args:
            passages: of this article; their ``passage_id`` is ignored, the catalog gives new ones.
            embeddings: ``float32[len(passages), dimension]``, L2-normalised.
            original: the file it came from, where its pages can be shown.

        Raises:
            ValueError: passages are not ranges of the article, or the embeddings do not fit them.
            FileError: the article's name or content is not valid Unicode.
            StoreMismatchError: the embeddings have another length than the store's.
            StoreLockedError: another process is writing; nothing was changed.
            StoreFullError: the disk is full; nothing was changed.
        """
        check_article(article, passages, embeddings)
        if len(passages):
            self._check_dimension(embeddings.shape[1])
        self._catalog.put(article, passages, embeddings, original)
        self._wrote()

    def put_metadata(self, article: Article) -> None:
        """Store what an article's file now says about it; text, passages and embeddings stay.

        Raises:
            ArticleNotFoundError: no article has this id.
            ValueError: the title differs. It is part of every embedding: use ``put``.
        """
        stored = self.find(article.article_id)
        if stored is not None and stored.title != article.title:
            raise ValueError("the title is part of the embeddings: store the article with put()")
        self._catalog.put_metadata(article)
        self._wrote()

    def attach_path(self, article_id: str, path: str, gone: Sequence[str] = ()) -> ArticleSummary:
        """Note that the file at ``path`` holds a stored text, and that the files ``gone`` no longer do.

        What the file held before goes, unless another file holds it too. Returns the article as it is then.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        summary = self._catalog.attach_path(article_id, path, gone)
        self._wrote()
        return summary

    def drop_paths(self, paths: Sequence[str]) -> list[str]:
        """Note that these files hold no article any more; an article that no other file holds is removed.

        Returns the ids of the removed articles. All or nothing.
        """
        if not paths:
            return []
        removed = self._catalog.drop_paths(paths)
        self._wrote()
        return removed

    def paths_within(self, file: str) -> list[str]:
        """The paths of the articles that lie in a file that holds several, sorted."""
        return self._catalog.paths_within(file)

    def paths_of(self, article_id: str) -> list[str]:
        """Every path at which the article's text was seen, sorted; ``ArticleSummary.path`` is one of them."""
        return self._catalog.paths_of(article_id)

    def remove(self, article_id: str) -> ArticleSummary:
        """Remove an article with its passages in one transaction; returns what it was.

        Raises:
            ArticleNotFoundError: no article has this id.
            StoreLockedError: another process is writing; nothing was changed.
        """
        try:
            summary = self._catalog.remove(article_id)
        except StoreFullError:
            # Caches can be built again, and what is kept for undoing needs room itself: removing must make room.
            self._caches.delete_saved()
            summary = self._catalog.remove(article_id, None)
        self._wrote()
        return summary

    def removed(self) -> list[RemovedArticle]:
        """The articles that were removed or overwritten and can be brought back, the last one first."""
        return self._catalog.removed()

    def bring_back(self, article_id: str) -> ArticleSummary:
        """Store an article again as it was when it was removed or overwritten; returns it.

        Raises:
            ArticleNotFoundError: none with this id was removed, or it is too long ago.
            StoreMismatchError: the store's embeddings are made by another encoder now.
        """
        summary = self._catalog.bring_back(article_id)
        self._wrote()
        return summary

    def back_up(self, file: Path) -> int:
        """Copy the catalog to ``file`` while it is in use and check the copy; returns how many articles it holds.

        Raises:
            StoreDamagedError: the catalog is not what was stored.
            StoreFullError: the disk is full; ``file`` is as it was.
            StoreError: ``file`` cannot be written.
        """
        return back_up(self._catalog, file)

    def export(self, folder: Path) -> int:
        """Write every article to the new folder ``folder`` as JSON lines and an array; returns how many there are.

        Raises:
            StoreDamagedError: an article is not what was stored.
            StoreError: the folder is not empty, or cannot be written.
        """
        return export_articles(self._catalog, folder)

    def import_from(self, folder: Path) -> Iterator[FileOutcome]:
        """Store the articles of an export that are not stored yet; yields what became of each.

        Raises:
            InputError: the folder holds no export, or one that was changed.
            StoreMismatchError: another encoder made its embeddings.
        """
        for outcome in import_articles(self._catalog, folder):
            self._wrote()
            yield outcome

    def find_by_path(self, path: str) -> ArticleSummary | None:
        """The article that the file at ``path`` held when it was last read."""
        return self._catalog.find_by_path(path)

    def find(self, article_id: str) -> ArticleSummary | None:
        """The article with this id."""
        return self._catalog.find(article_id)

    def articles(self, filters: Filters | None = None) -> list[ArticleSummary]:
        """Every article that passes ``filters``, in the order in which they were last added.

        Raises:
            FilterError: a filter names what is not stored, or its dates are wrong.
        """
        return self._catalog.articles(filters)

    def article(self, article_id: str) -> Article:
        """The article with its text.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        return self._catalog.article(article_id)

    def original(self, article_id: str) -> Original | None:
        """The file the article came from, where its pages can be shown.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        return self._catalog.original(article_id)

    def damage(self, article_id: str) -> str | None:
        """What of a stored article is not what was added, or None when all of it is.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        return self._catalog.damage(article_id)

    def passages_of(self, article_id: str) -> list[Passage]:
        """The article's passages in the order of its text.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        return self._catalog.passages_of(article_id)

    def collections(self) -> list[Collection]:
        """Every collection, by name."""
        return self._catalog.collections.all()

    def collection(self, name: str) -> Collection:
        """The collection of this name, made when there is none.

        Raises:
            CollectionError: there is none, and the name cannot be used.
        """
        return self._catalog.collections.get_or_create(name)

    def create_collection(self, name: str) -> Collection:
        """Make an empty collection.

        Raises:
            CollectionError: the name cannot be used, or is taken; case and invisible characters do not count.
        """
        return self._catalog.collections.create(name)

    def rename_collection(self, name: str, new_name: str) -> Collection:
        """Give a collection another name; its articles stay in it.

        Raises:
            CollectionError: there is no such collection, or the new name cannot be used or is taken.
        """
        return self._catalog.collections.rename(name, new_name)

    def delete_collection(self, name: str) -> Collection:
        """Delete a collection and return what it was; its articles stay in the store.

        Raises:
            CollectionError: there is no such collection.
        """
        return self._catalog.collections.delete(name)

    def put_in_collection(self, article_ids: Iterable[str], name: str) -> int:
        """Put articles into a collection, all or none; returns how many were not in it before.

        Raises:
            CollectionError: there is no such collection.
            ArticleNotFoundError: no article has one of the ids.
        """
        return self._catalog.collections.put(article_ids, name)

    def take_out(self, article_ids: Iterable[str], name: str) -> int:
        """Take articles out of a collection; returns how many were in it. The articles stay in the store.

        Raises:
            CollectionError: there is no such collection.
        """
        return self._catalog.collections.take_out(article_ids, name)

    def count_passages(self) -> int:
        """How many passages are stored."""
        return self._catalog.count_passages()

    def search_words(
        self, question: str, k: int, allowed: Ids | None = None, title_weight: float = 0.15
    ) -> list[tuple[int, float]]:
        """The at most ``k`` passages that share most with the question: (passage id, BM25 above 0), best first.

        Args:
            question: any text; nothing in it is syntax.
            allowed: ascending ids as ``allowed()`` gives them; only these may be returned.
            title_weight: share of the score that comes from the article's title, 0 to 1.
        """
        with self._caches.words.current() as index:
            return index.search(question, k, allowed, title_weight)

    def search_similar(self, word: str, k: int) -> list[int]:
        """At most ``k`` passages that hold a word one or two edits from ``word``."""
        with self._caches.words.current() as index:
            return index.similar(word, k)

    def document_frequencies(self, words: Sequence[str]) -> list[int]:
        """For each word, how many passages hold it or its inflections, titles included."""
        with self._caches.words.current() as index:
            return index.document_frequencies(words)

    def outside_passages(self, name: str) -> list[tuple[Article, Span]]:
        """Lines of boilerplate that hold all words of ``name``, at most ``MOST_OUTSIDE``, in the order of adding."""
        wanted = set(asked_terms(name))
        lines: list[tuple[Article, Span]] = []
        for article in self._catalog.articles_with(name, MOST_OUTSIDE) if wanted else ():
            for span in article.boilerplate:
                for line in lines_of(article.text, span.start, span.end):
                    if wanted <= set(content_terms(line.of(article.text))):
                        lines.append((article, line))
        return lines[:MOST_OUTSIDE]

    def search_vectors(self, vector: Vectors, k: int, allowed: Ids | None = None) -> list[tuple[int, float]]:
        """The at most ``k`` passages nearest to ``float32[dimension]``: (passage id, inner product), best first.

        Args:
            vector: L2-normalised.
            allowed: ascending ids as ``allowed()`` gives them; only these may be returned.

        Raises:
            StoreMismatchError: the vector has another length than the store's embeddings.
        """
        with self._caches.vectors.current() as index:
            if not len(index):
                return []
            if vector.shape != (index.dimension,):
                raise self._other_dimension(index.dimension, vector.shape[-1])
            return list(index.search(vector, k, allowed))

    def vectors(self, passage_ids: Sequence[int]) -> Vectors:
        """The embeddings in the order of ``passage_ids``, ``float32[n, dimension]``.

        The row of a passage that was removed meanwhile is zero, so that it is similar to nothing.
        """
        found, dimension = self._catalog.vectors(passage_ids)
        rows = np.zeros((len(passage_ids), dimension), dtype=np.float32)
        for row, number in enumerate(passage_ids):
            if int(number) in found:
                rows[row] = found[int(number)]
        return rows

    def fetch(self, passage_ids: Sequence[int]) -> dict[int, tuple[Passage, Article]]:
        """The passages with their articles, in the order given; removed ones are left out."""
        return self._catalog.fetch(passage_ids)

    def allowed(self, filters: Filters) -> Ids | None:
        """Ascending ids of the passages that pass ``filters``; None when nothing is filtered.

        Raises:
            FilterError: a filter names what is not stored, or its dates are wrong.
        """
        return None if filters.is_empty else self._catalog.allowed(filters)

    def check(self) -> list[Finding]:
        """What is right and wrong with the store, each with the command that mends it. Changes nothing."""
        return check_catalog(self._catalog) + self._caches.findings()

    def rebuild(self) -> None:
        """Build both caches again from the catalog, save them and delete what crashes left behind.

        Raises:
            StoreFullError: the disk has no room for the caches; nothing stored is lost.
        """
        self._caches.rebuild()

    def save_caches(self) -> None:
        """Bring the caches up to date and save them, as ``close`` does; good after a batch of changes.

        A cache that cannot be saved is reported through ``notify``: nothing is lost, the next start takes longer.
        """
        self._caches.catch_up()
        self._caches.save()
        self._has_written = False
        self._catalog.database.checkpoint()

    def close(self) -> None:
        """Save what the caches learned and let go of every file; the store cannot be used afterwards."""
        self._idle.cancel()
        try:
            if self._has_written:
                self._caches.catch_up()
            self._caches.save()
        except StoreError as error:
            self._notify(str(error))
        finally:
            self._caches.close()
            self._catalog.close()

    def _wrote(self) -> None:
        self._has_written = True
        self._idle.touch()

    def _check_dimension(self, dimension: int) -> None:
        _, stored = self._catalog.vectors([])
        identity = None if stored else self.identity
        expected = stored or (identity.dimension if identity else dimension)
        if expected != dimension:
            raise self._other_dimension(expected, dimension)

    def _other_dimension(self, stored: int, given: int) -> StoreMismatchError:
        return StoreMismatchError(
            f"{self.path}: this store holds embeddings of {stored} numbers, but the encoder gives {given}. Use the "
            "encoder it was made with, or make a new store with: citespan add --store DIR PATH"
        )


def restore_store(file: Path, path: Path, settings: IndexSettings, *, replace: bool = False) -> int:
    """Make the backup ``file`` the content of the store in the folder ``path``; returns how many articles it holds.

    Args:
        replace: also when the store holds articles that the backup lacks.

    Raises:
        StoreDamagedError: the backup is not what was backed up.
        StoreMismatchError: a newer version of CiteSpan made it.
        StoreError: there is no such file, the store holds articles that the backup lacks, or cannot be written.
    """
    _make_folder(path, create=True)
    return restore(file, path, settings.lock_seconds, replace=replace)


def _make_folder(path: Path, create: bool) -> None:
    try:
        if path.exists() and not path.is_dir():
            raise StoreError(f"{path}: a store is a folder, but this is a file. Name another place with: --store DIR")
        if create:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        elif not (path / CATALOG_FILE).is_file() and emptied(path / CATALOG_FILE) is None:
            raise StoreError(f"{path}: there is no store here. Make one with: citespan add --store {path} PATH")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise StoreError(
            f"{path}: this folder cannot be used ({reason}). Name another place with: --store DIR"
        ) from error
