"""Fills a table cell by cell: what was answered before comes from the cache, what cannot answer is not read."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Protocol

from rag.errors import ArticleNotFoundError, QuestionError
from rag.models.encoder import Encoder
from rag.question.shapes import is_overview, without_opening
from rag.read.protocol import Reader
from rag.records import Answer, Article, ArticleSummary, Filters, Progress, Retrieved
from rag.settings import AnswerSettings, Settings
from rag.table.accounts import compare
from rag.table.cache import CellCache, cell_key
from rag.table.nearness import Nearness, not_near
from rag.table.records import Cell, Column, Row, RowKind, Table
from rag.table.rows import table_rows
from rag.version import __version__

MOST_QUESTIONS = 200
_SURROGATES = re.compile("[\ud800-\udfff]")
ROWS_AT_ONCE = 50
"""Rows whose passages are retrieved together, once for each question."""


class Answers(Protocol):
    """What a table needs of the assistant."""

    settings: Settings
    store_path: Path

    @property
    def encoder(self) -> Encoder: ...  # noqa: D102

    @property
    def reader(self) -> Reader: ...  # noqa: D102

    def articles(self, filters: Filters | None = None) -> list[ArticleSummary]: ...  # noqa: D102

    def article(self, article_id: str) -> Article: ...  # noqa: D102

    def retrieve(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Retrieved]: ...  # noqa: D102

    def ask(  # noqa: D102
        self,
        question: str,
        history: Sequence[Answer | str] = (),
        filters: Filters | None = None,
        *,
        answering: AnswerSettings | None = None,
        on_retrieved: Callable[[Sequence[Retrieved]], None] | None = None,
    ) -> Answer: ...


class TableFilling:
    """A table being filled: iterate over it for the cells, row by row, each as soon as it is known.

    Stopping the iteration loses nothing: filled cells are in the cache, and another filling goes on from there. Use it
    in one thread at a time.

    Args:
        thorough: read every row for every question. Else rows without a passage near the question are not read.

    Raises:
        QuestionError: there is no question, one is empty, or there are more than ``MOST_QUESTIONS``.
        FilterError: as ``Assistant.articles``.
    """

    def __init__(
        self,
        assistant: Answers,
        questions: Sequence[str],
        filters: Filters | None = None,
        rows: RowKind = "article",
        *,
        thorough: bool = False,
    ) -> None:
        self.questions = checked_questions(questions)
        self._assistant = assistant
        self._thorough = thorough
        self._summaries = {one.article_id: one for one in assistant.articles(filters)}
        self.rows = table_rows(list(self._summaries.values()), rows)
        self._cells: list[Cell] = []
        self._seconds = 0.0
        self._fingerprint: str | None = None

    @property
    def total(self) -> int:
        """How many cells the whole table has."""
        return len(self.rows) * len(self.questions)

    @property
    def done(self) -> int:
        """How many cells are filled."""
        return len(self._cells)

    def __iter__(self) -> Iterator[Cell]:
        """Every cell, row by row.

        Raises:
            ModelError, StoreMismatchError: as ``Assistant.ask``, at the first cell.
        """
        self._cells = []
        self._seconds = 0.0
        with CellCache(self._assistant.store_path) as cache:
            for first in range(0, len(self.rows), ROWS_AT_ONCE):
                block = self.rows[first : first + ROWS_AT_ONCE]
                near: dict[int, Nearness] = {}
                for row, column in product(block, range(len(self.questions))):
                    started = time.perf_counter()
                    cell = self._cell(row, column, cache, block, near)
                    self._seconds += time.perf_counter() - started
                    self._cells.append(cell)
                    yield cell

    def table(self) -> Table:
        """The table as far as it is filled."""
        columns: list[Column] = []
        marked: dict[tuple[str, int], Cell] = {}
        for number, question in enumerate(self.questions):
            column, cells = compare(question, [cell for cell in self._cells if cell.column == number])
            columns.append(column)
            marked.update({(cell.row, number): cell for cell in cells})
        cells = [marked[cell.row, cell.column] for cell in self._cells]
        complete = self.done == self.total
        return Table(self.rows, tuple(columns), tuple(cells), complete, round(self._seconds, 3))

    def progress(self, cell: Cell) -> Progress:
        """How far it is, once ``cell`` is filled."""
        title = next((row.title for row in self.rows if row.row_id == cell.row), cell.row)
        return Progress("asking", self.done, self.total, title)

    def _cell(self, row: Row, column: int, cache: CellCache, block: Sequence[Row], near: dict[int, Nearness]) -> Cell:
        question = self.questions[column]
        identities = [(one, self._summaries[one].title, self._summaries[one].source) for one in row.article_ids]
        key = cell_key(identities, question, self._models())
        stored = cache.get(key)
        if stored is not None and self._is_verbatim(stored):
            return Cell(row.row_id, column, stored, cached=True)
        answer = None if self._thorough else self._without_reading(row, column, block, near)
        if answer is None:
            answer = self._assistant.ask(question, filters=Filters(article_ids=row.article_ids))
        cache.put(key, answer)
        return Cell(row.row_id, column, answer)

    def _without_reading(self, row: Row, column: int, block: Sequence[Row], near: dict[int, Nearness]) -> Answer | None:
        """The abstention of a row that holds nothing near the question; None when it must be read."""
        if is_overview(without_opening(self.questions[column])):
            return None
        if column not in near:
            near[column] = Nearness.of(self._assistant, self.questions[column], _articles_of(block))
        return not_near(self.questions[column], near[column], row.article_ids, self._assistant.settings.answer.related)

    def _models(self) -> str:
        """What answers depend on besides article and question, as hexadecimal digits; loads the models."""
        if self._fingerprint is None:
            settings = self._assistant.settings
            parts = [
                __version__,
                self._assistant.encoder.fingerprint,
                self._assistant.reader.name,
                settings.retrieve.model_dump_json(exclude={"threads", "batch_size"}),
                settings.answer.model_dump_json(),
                settings.ingest.model_dump_json(),
                str(self._thorough),
            ]
            self._fingerprint = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        return self._fingerprint

    def _is_verbatim(self, answer: Answer) -> bool:
        """Whether every citation of a remembered answer still is what its article says there."""
        cited = [*answer.citations, *(citation for other in answer.alternatives for citation in other.citations)]
        places = [(citation.article_id, citation.start, citation.end, citation.text) for citation in cited]
        places += [(passage.article_id, passage.start, passage.end, passage.text) for passage in answer.related]
        articles = {article_id for article_id, *_ in places}
        try:
            texts = {article_id: self._assistant.article(article_id).text for article_id in articles}
        except ArticleNotFoundError:
            return False
        return all(texts[article_id][start:end] == text for article_id, start, end, text in places)


def checked_questions(questions: Sequence[str]) -> tuple[str, ...]:
    """The questions in order, without white space around them and without repetitions.

    Raises:
        QuestionError: there is none, one is empty, or there are more than ``MOST_QUESTIONS``.
    """
    stripped = tuple(dict.fromkeys(" ".join(encodable(question).split()) for question in questions))
    if not stripped:
        raise QuestionError("a table needs at least one question, its column")
    if "" in stripped:
        raise QuestionError("one of the questions is empty. Leave it out, or ask something")
    if len(stripped) > MOST_QUESTIONS:
        raise QuestionError(f"{len(stripped):,} questions; a table has at most {MOST_QUESTIONS} columns")
    return stripped


def encodable(text: str) -> str:
    """``text`` with halves of surrogate pairs, which no file can hold, as U+FFFD; offsets stay."""
    return _SURROGATES.sub("\ufffd", text)


def _articles_of(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(article_id for row in rows for article_id in row.article_ids))
