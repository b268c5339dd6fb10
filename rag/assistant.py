"""The one door to the engine: add articles, remove them, ask."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from rag.index.store import Store
from rag.originals import PagePicture
from rag.records import (
    AddReport,
    Answer,
    Article,
    ArticleSummary,
    Collection,
    Filters,
    Finding,
    Passage,
    Progress,
    RemovedArticle,
    Retrieved,
    Span,
    SyncReport,
)
from rag.settings import AnswerSettings, Settings

if TYPE_CHECKING:
    from rag.evaluation.questions import QuestionSet
    from rag.evaluation.runs import Evaluation
    from rag.models.encoder import Encoder
    from rag.pipeline import Pipeline
    from rag.read.protocol import Reader
    from rag.table.draft.records import DraftCheck
    from rag.table.filling import TableFilling
    from rag.table.records import RowKind, Table
    from rag.table.standing import Standing

logger = logging.getLogger(__name__)


class Assistant:
    """Articles in, cited answers out; safe to share between threads, and a context manager.

    Models are loaded on first use, so listing and showing articles needs none.

    Args:
        store: folder of the store; made when missing. Default: ``settings.store``.
        settings: default: ``Settings.load()``.
        encoder: use this instead of the one that ``settings.retrieve.encoder`` names.
        create: make the store when there is none.

    Raises:
        SettingsError: the settings cannot be read.
        StoreError: the store cannot be opened, or there is none and ``create`` is False.
    """

    def __init__(
        self,
        store: Path | str | None = None,
        settings: Settings | None = None,
        *,
        encoder: Encoder | None = None,
        create: bool = True,
    ) -> None:
        self.settings = settings or Settings.load()
        self.store_path = Path(store) if store is not None else self.settings.store
        self._store = Store(self.store_path, self.settings.index, create=create, notify=logger.warning)
        self._adding = threading.Lock()
        self._given_encoder = encoder
        self._starting = threading.Lock()
        self._started: Pipeline | None = None

    def __repr__(self) -> str:
        return f"Assistant({str(self.store_path)!r})"

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _pipeline(self) -> Pipeline:
        """The way of a question; its modules are imported when one is asked."""
        from rag.pipeline import Pipeline

        with self._starting:
            if self._started is None:
                self._started = Pipeline(self._store, self.settings, self._given_encoder)
            return self._started

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded on first use.

        Raises:
            ModelError: it cannot be loaded.
            StoreMismatchError: the store was made with another encoder or other passage settings.
        """
        return self._pipeline.encoder

    @property
    def reader(self) -> Reader:
        """The reader, loaded on first use.

        Raises:
            ModelError: it cannot be loaded.
        """
        return self._pipeline.reader

    @property
    def threshold(self) -> float:
        """Confidence under which no answer is given; loads the models.

        Raises:
            ModelError: a model cannot be loaded.
        """
        return self._pipeline.answerer.threshold

    @property
    def store(self) -> Store:
        """The store behind this assistant."""
        return self._store

    def load(self) -> None:
        """Load the models now, so that the first question is as fast as the next.

        Raises:
            ModelError: a model cannot be loaded.
            StoreMismatchError: the store was made with another encoder or other passage settings.
        """
        self._pipeline.load()

    def add(
        self,
        paths: Iterable[Path | str] | Path | str,
        *,
        progress: Callable[[Progress], None] | None = None,
        collection: str | None = None,
    ) -> AddReport:
        """Add files and folders; files already in the store are updated when they changed.

        Each article is stored in one transaction: what the report calls added or updated survives any later failure.
        A file that cannot be read is reported as failed; the others are added.

        Args:
            collection: every article that ``paths`` name is put into this collection, those that were there already
                as well; made when it does not exist.

        Raises:
            CollectionError: the collection's name cannot be used.
            ModelError: the encoder cannot be loaded.
            StoreError: the store cannot be written (locked, full, made with another encoder).
        """
        named = [paths] if isinstance(paths, (str, Path)) else list(paths)
        from rag.ingest.adding import Adding

        with self._adding:
            into = self._store.collection(collection).name if collection is not None else None
            return Adding(self._store, lambda: self.encoder, self.settings.ingest, progress, into).add(named)

    def sync(
        self,
        folder: Path | str,
        *,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        dry_run: bool = False,
        allow_empty: bool = False,
        progress: Callable[[Progress], None] | None = None,
    ) -> SyncReport:
        """Make the articles that came from ``folder`` the ones that its files hold now.

        What is new or changed is added, what was renamed keeps its article, what no file holds any more is removed;
        articles from elsewhere stay.

        Args:
            include, exclude: patterns like ``*.md`` or ``notes/*``.
            dry_run: only say what would be done.
            allow_empty: also where the folder holds no file at all now, which a drive that is not mounted looks like.

        Raises:
            InputError: there is no such folder, or it holds no file while articles came from it.
            ModelError: the encoder cannot be loaded.
            StoreError: the store cannot be written.
        """
        from rag.ingest.adding import Adding
        from rag.ingest.syncing import Syncing

        syncing = Syncing(self._store, self.settings.ingest, folder, include, exclude)
        if dry_run:
            return syncing.preview(may_empty=allow_empty)
        with self._adding:
            return syncing.run(
                lambda: Adding(self._store, lambda: self.encoder, self.settings.ingest, progress),
                may_empty=allow_empty,
            )

    def remove(self, article_id: str) -> ArticleSummary:
        """Remove an article; when this returns, no question is answered from it any more.

        Raises:
            ArticleNotFoundError: no article has this id.
            StoreError: the store cannot be written.
        """
        return self._store.remove(article_id)

    def removed(self) -> list[RemovedArticle]:
        """The articles that were removed or overwritten and can be brought back, the last one first."""
        return self._store.removed()

    def undo(self, article_id: str) -> ArticleSummary:
        """Bring back an article that was removed or overwritten, as it was then; returns it.

        Raises:
            ArticleNotFoundError: none with this id was removed, or longer ago than ``index.undo_days``.
            StoreMismatchError: the store's embeddings are made by another encoder now.
        """
        return self._store.bring_back(article_id)

    def backup(self, file: Path | str) -> int:
        """Copy everything that is stored into one file, while it is in use, and check it; returns how many articles.

        ``citespan restore`` brings it back.

        Raises:
            StoreDamagedError: the store, or the copy, is not what was stored; an earlier ``file`` stays.
            StoreError: the file cannot be written.
        """
        return self._store.back_up(Path(file))

    def export(self, folder: Path | str) -> int:
        """Write every article to a new folder as JSON lines and an array of embeddings; returns how many there are.

        Raises:
            StoreError: the folder is not empty, or cannot be written.
        """
        return self._store.export(Path(folder))

    def import_from(self, folder: Path | str) -> AddReport:
        """Store the articles of an export that are not stored yet, without embedding anything.

        Raises:
            InputError: the folder holds no export, or one that was changed.
            StoreMismatchError: another encoder made its embeddings.
        """
        started = time.perf_counter()
        with self._adding:
            try:
                outcomes = tuple(self._store.import_from(Path(folder)))
            finally:
                self._store.save_caches()
        return AddReport(outcomes, seconds=round(time.perf_counter() - started, 3))

    def articles(self, filters: Filters | None = None) -> list[ArticleSummary]:
        """Every stored article that passes ``filters``, without texts, in the order in which they were last added.

        Raises:
            FilterError: ``filters`` names an unknown article or collection, or a date that is not one.
        """
        return self._store.articles(filters)

    def article(self, article_id: str) -> Article:
        """One article with its text.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        return self._store.article(article_id)

    def page_picture(
        self, article_id: str, page: int, spans: Sequence[Span] = (), *, width: int = 1_000
    ) -> PagePicture:
        """A page of an article that came from a PDF file, as a picture, with where ``spans`` stand on it.

        Args:
            page: from 1, as citations have it.
            spans: ranges of the article's text; what of them is on other pages has no areas.
            width: of the picture, in pixels; less where the page would become too large.

        Raises:
            ArticleNotFoundError: no article has this id.
            InputError: the article came from no PDF file, has no such page or span, or the page cannot be drawn.
        """
        from rag.ingest.page_pictures import draw_page

        return draw_page(self._store, article_id, page, spans, width)

    def passages(self, article_id: str) -> list[Passage]:
        """An article's passages in text order.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        return self._store.passages_of(article_id)

    def collections(self) -> list[Collection]:
        """Every collection, by name."""
        return self._store.collections()

    def create_collection(self, name: str) -> Collection:
        """Make an empty collection.

        Raises:
            CollectionError: the name cannot be used, or is taken; case and invisible characters do not count.
        """
        return self._store.create_collection(name)

    def rename_collection(self, name: str, new_name: str) -> Collection:
        """Give a collection another name; its articles stay in it.

        Raises:
            CollectionError: there is no such collection, or the new name cannot be used or is taken.
        """
        return self._store.rename_collection(name, new_name)

    def delete_collection(self, name: str) -> Collection:
        """Delete a collection and return what it was; its articles stay in the store.

        Raises:
            CollectionError: there is no such collection.
        """
        return self._store.delete_collection(name)

    def put_in_collection(self, article_ids: Iterable[str], name: str) -> int:
        """Put articles into a collection, all or none; returns how many were not in it before.

        Raises:
            CollectionError: there is no such collection.
            ArticleNotFoundError: no article has one of the ids.
        """
        return self._store.put_in_collection(article_ids, name)

    def take_out(self, article_ids: Iterable[str], name: str) -> int:
        """Take articles out of a collection; returns how many were in it. The articles stay in the store.

        Raises:
            CollectionError: there is no such collection.
        """
        return self._store.take_out(article_ids, name)

    def retrieve(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Retrieved]:
        """The at most ``k`` passages closest to ``question``, best first.

        Raises:
            QuestionError: the question is empty or too long.
            FilterError: ``filters`` names an unknown article or collection, or a date that is not one.
        """
        return self._pipeline.retrieve(question, k, filters)

    def ask(
        self,
        question: str,
        history: Sequence[Answer | str] = (),
        filters: Filters | None = None,
        *,
        answering: AnswerSettings | None = None,
        on_retrieved: Callable[[Sequence[Retrieved]], None] | None = None,
    ) -> Answer:
        """Answer ``question`` from the articles, or abstain with the reason.

        A message of several questions is answered one by one (``Answer.parts``), a greeting with a help text.

        Args:
            question: in its own words; a question that leans on ``history`` is made to stand alone first.
            history: the conversation's earlier answers, oldest first; a plain string is a question whose answer is
                unknown.
            filters: which articles may answer.
            answering: takes the place of ``settings.answer`` for this question; its ``reader`` is not looked at.
            on_retrieved: is told the passages that will be read, best first, before the reader looks at them.

        Raises:
            QuestionError: the question is empty or too long.
            FilterError: ``filters`` names an unknown article or collection, or a date that is not one.
            ModelError: a model cannot be loaded.
            StoreMismatchError: the store was made with another encoder or other passage settings.
        """
        from rag.pipeline import Ask

        return self._pipeline.ask(question, history, Ask(filters, answering or self.settings.answer, on_retrieved))

    def ask_many(self, questions: Sequence[str]) -> list[Answer]:
        """The answers to independent questions, in their order.

        Raises:
            QuestionError, ModelError, StoreMismatchError: as :meth:`ask`.
        """
        return [self.ask(question) for question in questions]

    def fill_table(
        self,
        questions: Sequence[str],
        filters: Filters | None = None,
        *,
        rows: RowKind = "article",
        thorough: bool = False,
    ) -> TableFilling:
        """A table to be filled cell by cell: iterate over it, stop when you like; arguments as for :meth:`table`."""
        from rag.table.filling import TableFilling

        return TableFilling(self, questions, filters, rows, thorough=thorough)

    def table(
        self,
        questions: Sequence[str],
        filters: Filters | None = None,
        *,
        rows: RowKind = "article",
        thorough: bool = False,
        progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> Table:
        """Ask every question of every article: rows are articles, columns are questions.

        Cells are remembered in the store's folder until the article, the question, a model or a setting changes, so a
        table that was stopped goes on where it stopped.

        Args:
            filters: which articles are rows.
            rows: "article", or "collection" or "month" to answer from all articles of a group at once.
            thorough: read every row for every question. Else a row without a passage near the question is not read.
            should_stop: asked after each cell; True ends the table early and keeps what was filled.

        Raises:
            QuestionError: there is no question, or one is empty or too long.
            FilterError, ModelError, StoreMismatchError: as :meth:`ask`.
        """
        filling = self.fill_table(questions, filters, rows=rows, thorough=thorough)
        for cell in filling:
            if progress is not None:
                progress(filling.progress(cell))
            if should_stop is not None and should_stop():
                break
        return filling.table()

    def check(
        self,
        draft: str,
        filters: Filters | None = None,
        *,
        progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> DraftCheck:
        """Compare a draft with the articles: its quotations word for word, its names, numbers and dates by value.

        It says where the articles have the same or something else, and never that something is true.

        Args:
            draft: plain text or Markdown.
            filters: which articles it is compared with.
            should_stop: asked after each quotation and sentence; True ends the check early and keeps what was found.

        Raises:
            InputError: the draft is empty or too long.
            FilterError, ModelError, StoreMismatchError: as :meth:`retrieve`.
        """
        from rag.table.draft.check import check_draft

        return check_draft(self, draft, filters, progress=progress, should_stop=should_stop)

    @property
    def standing(self) -> Standing:
        """The standing questions of this store: saved, asked again, and what is new until it is seen."""
        from rag.table.standing import Standing

        return Standing(self)

    def evaluate(
        self,
        question_set: QuestionSet,
        *,
        progress: Callable[[Progress], None] | None = None,
        answering: AnswerSettings | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> Evaluation:
        """Ask every question of a set and score retrieval, answers, abstention, citations and calibration.

        Args:
            answering: takes the place of ``settings.answer``; the run records it.
            should_stop: asked after each question; True ends the run early and keeps what was done.

        Raises:
            QuestionSetError: the set names a source that no article has.
        """
        from rag.evaluation.runs import evaluate

        return evaluate(self, question_set, progress=progress, answering=answering, should_stop=should_stop)

    def doctor(self) -> list[Finding]:
        """What is wrong with the store and the installation, each with the command that mends it."""
        from rag.doctor import examine

        return examine(self._store, self.settings)

    def close(self) -> None:
        """Save the indexes and close the store; the assistant is not usable afterwards."""
        self._store.close()
