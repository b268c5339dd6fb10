"""Asks every question of a set and scores the run."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from rag.errors import ArticleNotFoundError, InputError, QuestionSetError
from rag.evaluation.figures import figures_of
from rag.evaluation.judging import judge
from rag.evaluation.questions import Question, QuestionSet, names_source, unknown_sources
from rag.evaluation.records import DEPTH, Evaluation, QuestionOutcome
from rag.evaluation.run_files import save_run
from rag.records import Answer, Article, ArticleSummary, Progress, Retrieved
from rag.settings import AnswerSettings, Settings
from rag.version import __version__

__all__ = ["Evaluation", "Questioned", "evaluate"]

PASSAGES_PER_ARTICLE = 5
"""Passages retrieved for each rank where articles are ranked: several of an article's passages may come first."""


class NamedModel(Protocol):
    """What a run records of the reader."""

    @property
    def name(self) -> str:
        """Which one it is."""
        ...


class NamedEncoder(NamedModel, Protocol):
    """What a run records of the encoder."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of its weights."""
        ...


class CountedStore(Protocol):
    """What a run records of the store."""

    @property
    def generation(self) -> int:
        """How many changes it has seen."""
        ...


class Questioned(Protocol):
    """The part of ``Assistant`` that an evaluation needs; each member is described there."""

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        ...

    @property
    def store_path(self) -> Path:
        """The store's folder."""
        ...

    @property
    def store(self) -> CountedStore:
        """The store."""
        ...

    @property
    def encoder(self) -> NamedEncoder:
        """The encoder."""
        ...

    @property
    def reader(self) -> NamedModel:
        """The reader."""
        ...

    def load(self) -> None:
        """Load the models."""
        ...

    def articles(self) -> list[ArticleSummary]:
        """Every stored article."""
        ...

    def article(self, article_id: str) -> Article:
        """One article with its text."""
        ...

    def retrieve(self, question: str, k: int = 10) -> list[Retrieved]:
        """The ``k`` passages closest to a question."""
        ...

    def ask(
        self, question: str, history: Sequence[Answer | str] = (), *, answering: AnswerSettings | None = None
    ) -> Answer:
        """Answer a question, or abstain."""
        ...


def evaluate(
    assistant: Questioned,
    question_set: QuestionSet,
    *,
    progress: Callable[[Progress], None] | None = None,
    answering: AnswerSettings | None = None,
    should_stop: Callable[[], bool] | None = None,
    save: bool = True,
) -> Evaluation:
    """Ask every question, score what came back, and store the run in the store's ``runs`` folder.

    The models are loaded and the first question is asked once before anything is timed. A follow-up's earlier questions
    are asked first, so that it leans on real answers. After an abstention the question is asked again without one, so
    that it is known what a lower threshold would have answered; this is not timed. A question that cannot be asked (too
    long) counts as unanswered and its outcome says why. Ctrl-C ends the run early: what was done is scored, stored and
    marked ``partial``.

    Args:
        answering: takes the place of the assistant's ``settings.answer``; the run records it.
        should_stop: asked after each question; True ends the run early, as Ctrl-C does.

    Raises:
        QuestionSetError: the set has no questions, or names articles that the store does not have.
        ModelError, StoreError: the assistant cannot work.
        KeyboardInterrupt: interrupted before the first question was done.
    """
    summaries = assistant.articles()
    if not len(question_set):
        raise QuestionSetError([f"{question_set.path or 'question set'}: has no questions"])
    unknown = unknown_sources(
        question_set, {summary.source for summary in summaries}, {summary.path for summary in summaries}
    )
    if unknown:
        raise QuestionSetError(unknown)
    started = datetime.now(UTC)
    begin = time.perf_counter()
    settings = assistant.settings
    if answering is not None:
        settings = settings.model_copy(update={"answer": answering})
    asking = _Asking(assistant, summaries, settings.answer)
    rows: list[QuestionOutcome] = []
    try:
        asking.warm_up(question_set.questions[0])
        for number, question in enumerate(question_set):
            if progress is not None:
                progress(Progress("asking", number, len(question_set), question.id))
            rows.append(asking.outcome(question))
            if should_stop is not None and should_stop():
                break
        if progress is not None:
            progress(Progress("asking", len(rows), len(question_set)))
    except KeyboardInterrupt:
        if not rows:
            raise
    seconds = time.perf_counter() - begin
    evaluation = _evaluation(assistant, question_set, settings, summaries, rows, started, seconds)
    if save:
        save_run(evaluation, assistant.store_path)
    return evaluation


class _Asking:
    """Asks questions one after another and remembers the texts that citations are checked against."""

    def __init__(self, assistant: Questioned, summaries: Sequence[ArticleSummary], answering: AnswerSettings) -> None:
        self._assistant = assistant
        self._summaries = summaries
        self._answering = answering
        self._always_answering = AnswerSettings(**{**answering.model_dump(), "abstain_below": 0.0})
        self._articles: dict[str, Article | None] = {}
        self._named_ids: dict[str, str | None] = {}
        self._conversation: dict[tuple[str, ...], Answer | str] = {}

    def warm_up(self, question: Question) -> None:
        """Load what is loaded on first use, so that no question is charged for it."""
        self._assistant.load()
        try:
            self._assistant.ask(question.question, answering=self._answering)
        except InputError:
            return

    def outcome(self, question: Question) -> QuestionOutcome:
        """Ask one question and judge it."""
        error: str | None = None
        milliseconds: float | None = None
        retrieved: list[Retrieved] = []
        candidate: str | None = None
        try:
            history = self._history(question.history)
            begin = time.perf_counter()
            answer = self._assistant.ask(question.question, history, answering=self._answering)
            milliseconds = float(answer.timings_ms.get("total", 1000 * (time.perf_counter() - begin)))
            wanted = DEPTH * PASSAGES_PER_ARTICLE if question.relevant else DEPTH
            retrieved = self._assistant.retrieve(answer.searched_for, wanted)
            candidate = answer.answer
            if not answer.answered and question.answers is not None:
                candidate = self._assistant.ask(question.question, history, answering=self._always_answering).answer
        except InputError as problem:
            error = str(problem)
            answer = Answer(question.question, question.question, False, None, 0.0, reason=error)
        return judge(
            question,
            answer,
            retrieved,
            milliseconds,
            candidate=candidate,
            article_of=self._article,
            article_named=self._named,
            error=error,
        )

    def _history(self, questions: tuple[str, ...]) -> list[Answer | str]:
        """The answers to a conversation's earlier questions; those of the conversation before this are remembered."""
        if self._conversation and questions[:1] not in self._conversation:
            self._conversation.clear()
        turns: list[Answer | str] = []
        for end in range(1, len(questions) + 1):
            asked = questions[:end]
            if asked not in self._conversation:
                try:
                    self._conversation[asked] = self._assistant.ask(
                        questions[end - 1], tuple(turns), answering=self._answering
                    )
                except InputError:
                    self._conversation[asked] = questions[end - 1]
            turns.append(self._conversation[asked])
        return turns

    def _article(self, article_id: str) -> Article | None:
        if article_id not in self._articles:
            try:
                self._articles[article_id] = self._assistant.article(article_id)
            except ArticleNotFoundError:
                self._articles[article_id] = None
        return self._articles[article_id]

    def _named(self, name: str) -> Article | None:
        if name not in self._named_ids:
            self._named_ids[name] = next(
                (one.article_id for one in self._summaries if names_source(name, one.source, one.path)), None
            )
        article_id = self._named_ids[name]
        return None if article_id is None else self._article(article_id)


def store_fingerprint(summaries: Sequence[ArticleSummary]) -> str:
    """16 hex digits of a SHA-256 over what is searched; the same articles, however they came in, give the same."""
    rows = sorted([one.article_id, one.title, one.source, one.published, one.passages] for one in summaries)
    return hashlib.sha256(json.dumps(rows).encode("utf-8")).hexdigest()[:16]


def _evaluation(
    assistant: Questioned,
    question_set: QuestionSet,
    settings: Settings,
    summaries: Sequence[ArticleSummary],
    rows: Sequence[QuestionOutcome],
    started: datetime,
    seconds: float,
) -> Evaluation:
    document: dict[str, Any] = {
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "partial": len(rows) < len(question_set),
        "version": __version__,
        "question_set": {
            "path": question_set.path,
            "fingerprint": question_set.fingerprint,
            "questions": len(question_set),
        },
        "settings": settings.model_dump(mode="json", exclude={"ui", "store"}),
        "store": {
            "path": str(assistant.store_path),
            "generation": assistant.store.generation,
            "fingerprint": store_fingerprint(summaries),
            "articles": len(summaries),
            "passages": sum(summary.passages for summary in summaries),
        },
        "models": {
            "encoder": assistant.encoder.name,
            "encoder_fingerprint": assistant.encoder.fingerprint,
            "reader": assistant.reader.name,
        },
    }
    identity = json.dumps([document, [(row.id, row.answer, row.confidence, row.milliseconds) for row in rows]])
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return Evaluation(run=f"{started:%Y%m%dT%H%M%SZ}-{digest}", figures=figures_of(rows), rows=tuple(rows), **document)
