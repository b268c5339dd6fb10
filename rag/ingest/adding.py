"""Files into the store: read, cut into passages, embed in batches, store one article a transaction."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.errors import FileError
from rag.index.store import Store
from rag.ingest.passages import embedding_text, split_passages
from rag.ingest.reading import ReadArticle, ReadFile, find_files, read_file
from rag.models.encoder import Encoder, Vectors
from rag.originals import Original
from rag.records import AddReport, Article, ArticleSummary, FileOutcome, FileStatus, Passage, Progress
from rag.settings import IngestSettings

PASSAGES_PER_ROUND = 256
"""Passages of several files that are embedded together; long enough for full batches of similar length."""

EMBEDDING_STEP = 32
"""Passages embedded between two progress reports."""


_Place = tuple[int, int]
"""Which file, and which of its articles: the order of the report."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """An article that is read but not yet embedded."""

    place: _Place
    article: Article
    passages: list[Passage]
    replaces: ArticleSummary | None
    original: Original | None
    warnings: tuple[str, ...]


class Adding:
    """One ``add``: reads files in order and stores them, reporting each.

    Args:
        store: where articles go.
        encoder: gives the encoder; called only when there is something to embed.
        settings: passage sizes and file limits.
        progress: called after every file, and during the embedding of long ones.
        collection: an existing collection that every article is put into as soon as it is stored.
    """

    def __init__(
        self,
        store: Store,
        encoder: Callable[[], Encoder],
        settings: IngestSettings,
        progress: Callable[[Progress], None] | None,
        collection: str | None = None,
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._settings = settings
        self._progress = progress or (lambda step: None)
        self._collection = collection
        self._pending: list[_Pending] = []
        self._outcomes: dict[_Place, FileOutcome] = {}
        self._files = 0
        self._earlier: dict[_Place, ArticleSummary | None] = {}
        """What each file held before this run, by its place."""
        self._copies: dict[_Place, Path] = {}
        """Files whose text was stored under another path when they were read, by their place."""
        self._gone_from_files: list[str] = []
        """Paths of articles that files of several articles held before this run."""

    def add(self, paths: Iterable[Path | str]) -> AddReport:
        """Add what ``paths`` name; the outcomes come in the order in which the files were found.

        Raises:
            StoreError: the store cannot be written; what was stored before stays stored.
            ModelError: the encoder cannot be loaded.
        """
        started = time.perf_counter()
        found = find_files(paths)
        self._files = len(found.files) + len(found.failures)
        for place, error in enumerate(found.failures):
            self._report((place, 0), failed_outcome(error))
        try:
            for place, path in enumerate(found.files, start=len(found.failures)):
                self._take(place, path)
            self._store_pending()
            self._store.drop_paths(self._gone_from_files)
            self._look_at_copies_again()
        finally:
            self._store.save_caches()
        outcomes = tuple(self._outcomes[place] for place in sorted(self._outcomes))
        unsupported = tuple(map(str, found.unsupported))
        return AddReport(outcomes, round(time.perf_counter() - started, 3), unsupported)

    def _take(self, place: int, path: Path) -> None:
        """Take in the articles of one file, and report what in it could not be read."""
        try:
            read = read_file(path, self._settings)
        except FileError as error:
            self._report((place, 0), failed_outcome(error))
            return
        for part, article in enumerate(read.articles):
            self._take_article((place, part), path, article)
        for part, failure in enumerate(read.failures, start=len(read.articles)):
            self._report((place, part), failed_outcome(failure))
        self._gone_from_files += self._members_gone(path, read)

    def _take_article(self, place: _Place, path: Path, read: ReadArticle) -> None:
        article = read.article
        if any(pending.article.article_id == article.article_id for pending in self._pending):
            self._store_pending()
        earlier = self._earlier.setdefault(place, self._store.find_by_path(article.path))
        there = self._store.find(article.article_id)
        if there is None or self._store.damage(there.article_id):
            self._queue(place, read, there or earlier)
            return
        there = self._store.attach_path(article.article_id, article.path, self._gone(article))
        if there.path != article.path:
            self._copies[place] = path
            self._report(place, _duplicate(article.path, there))
        elif earlier == there and same_metadata(there, article):
            self._report(place, FileOutcome(article.path, "unchanged", article.article_id, article.title))
        elif there.title == article.title:
            self._store.put_metadata(article)
            self._report(
                place, FileOutcome(article.path, "updated", article.article_id, article.title, passages=there.passages)
            )
        else:
            self._queue(place, read, there)

    def _gone(self, article: Article) -> list[str]:
        """The files that held the article's text and no longer exist: it was renamed or moved.

        What lies in the store's own folder was handed over for the moment of adding (an upload) and has not moved.
        """
        own = Path(os.path.realpath(self._store.path))
        elsewhere = [path for path in self._store.paths_of(article.article_id) if not Path(path).is_relative_to(own)]
        return [path for path in elsewhere if path != article.path and _is_gone(path)]

    def _members_gone(self, path: Path, read: ReadFile) -> list[str]:
        """What a file of several articles held before and holds no more."""
        file = Path(os.path.realpath(path)).as_posix()
        present = {each.article.path for each in read.articles}
        unread = {Path(os.path.realpath(failure.path)).as_posix() for failure in read.failures}
        if file in unread:
            return []
        members = [member for member in self._store.paths_within(file) if member not in present | unread]
        return [member for member in members if not Path(member).exists()]  # a file may be called like a member

    def _look_at_copies_again(self) -> None:
        """Decide about copies against what is stored now: what they repeated may have turned to another text since."""
        again: dict[Path, dict[str, _Place]] = {}
        for place, path in self._copies.items():
            outcome = self._outcomes[place]
            there = self._store.find(outcome.article_id or "")
            if there is not None and there.path != outcome.path:
                self._outcomes[place] = _duplicate(outcome.path, there)
            else:
                again.setdefault(path, {})[outcome.path] = place
        for path, places in again.items():
            try:
                articles = read_file(path, self._settings).articles
            except FileError as error:
                self._report(next(iter(places.values())), failed_outcome(error))
                continue
            for read in articles:
                if read.article.path in places:
                    self._take_article(places[read.article.path], path, read)
        self._store_pending()

    def _queue(self, place: _Place, read: ReadArticle, replaces: ArticleSummary | None) -> None:
        """Cut an article into passages and store it with the next round."""
        article = read.article
        passages = split_passages(
            article,
            read.sentences,
            self._encoder().count_tokens,
            self._settings.passage_tokens,
            self._settings.overlap_sentences,
        )
        if not passages:
            problem = FileError(
                article.path, "holds no sentence to quote, only boilerplate", "Check that it is an article"
            )
            self._report(place, failed_outcome(problem))
            return
        self._pending.append(_Pending(place, article, passages, replaces, read.original, read.warnings))
        if sum(len(pending.passages) for pending in self._pending) >= PASSAGES_PER_ROUND:
            self._store_pending()

    def _store_pending(self) -> None:
        pending, self._pending = self._pending, []
        if not pending:
            return
        texts = [
            embedding_text(one.article.title, passage.span.of(one.article.text))
            for one in pending
            for passage in one.passages
        ]
        vectors = self._embed(texts, pending[-1].article.source)
        first = 0
        for one in pending:
            last = first + len(one.passages)
            self._store.put(one.article, one.passages, vectors[first:last], one.original)
            first = last
            status: FileStatus = "updated" if one.replaces is not None else "added"
            self._report(
                one.place,
                FileOutcome(
                    one.article.path,
                    status,
                    one.article.article_id,
                    one.article.title,
                    passages=len(one.passages),
                    message=". ".join(one.warnings),
                ),
            )

    def _embed(self, texts: list[str], item: str) -> Vectors:
        encoder = self._encoder()
        order = sorted(range(len(texts)), key=lambda index: (-len(texts[index]), index))
        vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
        for first in range(0, len(order), EMBEDDING_STEP):
            batch = order[first : first + EMBEDDING_STEP]
            vectors[batch] = encoder.encode([texts[index] for index in batch])
            self._progress(Progress("embedding", first + len(batch), len(texts), item))
        return vectors

    def _report(self, place: _Place, outcome: FileOutcome) -> None:
        if self._collection is not None and outcome.article_id is not None:
            self._store.put_in_collection([outcome.article_id], self._collection)
        self._outcomes[place] = outcome
        self._progress(
            Progress("adding", len({file for file, _ in self._outcomes}), self._files, Path(outcome.path).name)
        )


def failed_outcome(error: FileError) -> FileOutcome:
    """The outcome of a file that cannot be read."""
    return FileOutcome(str(error.path), "failed", message=f"{error.problem}. {error.remedy}")


def _duplicate(path: str, there: ArticleSummary) -> FileOutcome:
    message = f"the same text is already stored as {there.source} ({there.article_id})"
    return FileOutcome(path, "duplicate", there.article_id, there.title, message=message)


def _is_gone(path: str) -> bool:
    """Whether there is no such file; one that cannot be looked at, or lies in a file that is there, counts as there."""
    try:
        Path(path).stat()
    except NotADirectoryError:
        return False
    except (FileNotFoundError, ValueError):
        return not any(Path(path[: mark.start()]).is_file() for mark in re.finditer("#", path))
    except OSError:
        return False
    return False


def same_metadata(there: ArticleSummary, article: Article) -> bool:
    """Whether the article's file says what is stored of it."""
    return all(
        getattr(there, name) == getattr(article, name)
        for name in ("title", "source", "published", "author", "outlet", "about")
    )
