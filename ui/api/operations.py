"""What a program may ask of the store; every interface answers with these values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from rag.errors import ArticleNotFoundError
from rag.records import AddReport, Answer, ArticleSummary, Filters
from ui.api.adding import Uploads
from ui.json_documents import AddedFiles, ArticleList, ArticleText, RemovedArticles, SearchResult

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.table.draft.records import DraftCheck
    from rag.table.filling import TableFilling
    from rag.table.records import RowKind
    from rag.table.standing import Standing


class Operations:
    """Answers programs from one assistant; safe to share between threads."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._uploads = Uploads(assistant)

    def ask(self, question: str, history: Sequence[str] = (), filters: Filters | None = None) -> Answer:
        """The answer to ``question``; ``history`` holds the conversation's earlier questions, oldest first.

        Raises:
            QuestionError, FilterError, ModelError, StoreError: as ``Assistant.ask``.
        """
        return self._assistant.ask(question, history=list(history), filters=_unless_empty(filters))

    def search(self, question: str, count: int = 10, filters: Filters | None = None) -> SearchResult:
        """The at most ``count`` passages closest to ``question``.

        Raises:
            QuestionError, FilterError, ModelError, StoreError: as ``Assistant.retrieve``.
        """
        return SearchResult.of(question, self._assistant.retrieve(question, count, _unless_empty(filters)))

    def fill_table(
        self,
        questions: Sequence[str],
        filters: Filters | None = None,
        rows: RowKind = "article",
        *,
        thorough: bool = False,
    ) -> TableFilling:
        """A table to be filled cell by cell.

        Raises:
            QuestionError, FilterError: as ``Assistant.fill_table``.
        """
        return self._assistant.fill_table(questions, _unless_empty(filters), rows=rows, thorough=thorough)

    def sources(self) -> dict[str, ArticleSummary]:
        """What is known of every article, by id: for references."""
        return {article.article_id: article for article in self._assistant.articles()}

    def check_draft(self, draft: str, filters: Filters | None = None) -> DraftCheck:
        """A draft beside the articles.

        Raises:
            InputError, FilterError, ModelError, StoreError: as ``Assistant.check``.
        """
        return self._assistant.check(draft, _unless_empty(filters))

    @property
    def standing(self) -> Standing:
        """The store's standing questions."""
        return self._assistant.standing

    def list_articles(self) -> ArticleList:
        """Every stored article, by title.

        Raises:
            StoreError: the store cannot be read.
        """
        return ArticleList(tuple(map(_without_folder, self._assistant.articles())))

    def get_article(self, article_id: str, start: int | None = None, end: int | None = None) -> ArticleText:
        """An article's text, or the range of it that a citation names.

        Raises:
            ArticleNotFoundError: no article has this id.
            InputError: the range is not in the text.
        """
        summary = self._assistant.store.find(article_id)
        if summary is None:
            raise ArticleNotFoundError(article_id)
        return ArticleText.of(_without_folder(summary), self._assistant.article(article_id), start, end)

    def add(self, files: Sequence[tuple[str, Path]], user: str | None = None) -> AddedFiles:
        """Add uploaded files, given as their own names and where their content lies for now.

        A file of the same name as an earlier upload of the same user updates its article.

        Raises:
            ModelError, StoreError: as ``Assistant.add``.
        """
        reports = [self._uploads.add(original, content, user) for original, content in files]
        outcomes = tuple(outcome for report in reports for outcome in report.files)
        return AddedFiles.of(AddReport(outcomes, round(sum(report.seconds for report in reports), 3)))

    def remove(self, article_id: str) -> RemovedArticles:
        """Remove an article.

        Raises:
            ArticleNotFoundError: no article has this id.
            StoreError: the store cannot be written.
        """
        return RemovedArticles((_without_folder(self._assistant.remove(article_id)),))

    def check(self) -> str:
        """The program's version, once the store has been seen to answer.

        Raises:
            StoreError: it cannot be read.
        """
        self._assistant.store.count_passages()
        return version("citespan")


def _without_folder(summary: ArticleSummary) -> ArticleSummary:
    """``summary`` with the file's name in place of its path: where the server keeps files is nobody else's business."""
    return replace(summary, path=PurePath(summary.path).name)


def _unless_empty(filters: Filters | None) -> Filters | None:
    return None if filters is None or filters.is_empty else filters
