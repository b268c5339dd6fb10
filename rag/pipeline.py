"""One message to its answer: questions, retrieval, reading, answer; and the models, loaded on first use."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.answer.compose.overviews import (
    CANDIDATES_OFFERED,
    ambiguous,
    articles_meant,
    beginning,
    may_ask_for_overview,
    names_title,
    overview,
)
from rag.answer.compose.parts import joined
from rag.errors import QuestionError
from rag.index.store import Store, StoreIdentity
from rag.question.messages import HELP, is_small_talk, split_questions
from rag.question.shapes import is_overview, without_opening
from rag.question.spelling import put_right, suspects
from rag.records import Answer, Filters, Retrieved
from rag.retrieve.copies import without_copies
from rag.settings import AnswerSettings, Settings

if TYPE_CHECKING:
    from rag.answer.answerer import Answerer
    from rag.models.encoder import Encoder
    from rag.read.protocol import Reader

SIMILAR_PASSAGES = 5
"""Passages with a nearly equal word that are looked at for the right spelling."""
OnRetrieved = Callable[[Sequence[Retrieved]], None]
"""Is given the passages of a question, best first, before the reader looks at them."""


COPIES_EXPECTED = 4
"""Of how many passages for each that is wanted near copies are looked for; fetching them costs a millisecond."""


@dataclass(frozen=True, slots=True)
class Ask:
    """How the questions of one message are answered: limits, settings, and who follows the search."""

    filters: Filters | None
    settings: AnswerSettings
    on_retrieved: OnRetrieved | None = None


class Pipeline:
    """Searches and reads a store; safe to share between threads.

    Args:
        encoder: use this instead of the one that ``settings.retrieve.encoder`` names.
    """

    def __init__(self, store: Store, settings: Settings, encoder: Encoder | None = None) -> None:
        self._store = store
        self._settings = settings
        self._given_encoder = encoder
        self._loading = threading.RLock()
        self._encoder: Encoder | None = None
        self._reader: Reader | None = None
        self._answerer: Answerer | None = None

    def ask(self, message: str, history: Sequence[Answer | str], ask: Ask) -> Answer:
        """As ``Assistant.ask``: help for a greeting, parts for several questions, else one answer."""
        self._checked(message)
        if is_small_talk(message):
            return Answer(message, message, False, None, 0.0, reason=HELP, timings_ms={"total": 0.0}, shape="help")
        earlier = _turns(history)
        parts: list[Answer] = []
        for question in split_questions(message):
            turns = [*earlier, *parts]
            parts.append(self._about_article(question, turns, ask) or self._about_fact(question, turns, ask))
        return parts[0] if len(parts) == 1 else joined(message, parts)

    def _about_article(self, question: str, history: Sequence[Answer | str], ask: Ask) -> Answer | None:
        """The beginning of the article that the question is about as a whole; None when it asks something else."""
        if not may_ask_for_overview(question):
            return None
        started = time.perf_counter()
        articles = sorted(self._store.articles(ask.filters), key=lambda summary: (summary.title, summary.article_id))
        if not is_overview(without_opening(question)) and not names_title(question, articles):
            return None
        meant = articles_meant(question, articles, history)
        if not meant:
            return None
        texts = [
            (self._store.article(summary.article_id), self._store.passages_of(summary.article_id))
            for summary in meant[:CANDIDATES_OFFERED]
        ]
        if len(meant) > 1:
            offered = [related for article, passages in texts if (related := beginning(article, passages)) is not None]
            answer: Answer | None = ambiguous(question, meant, offered)
        else:
            answer = overview(question, *texts[0])
        return answer and _timed(answer, started, time.perf_counter())

    def _about_fact(self, question: str, history: Sequence[Answer | str], ask: Ask) -> Answer:
        """Make the question stand alone, retrieve, read, answer."""
        started = time.perf_counter()
        checked = self._checked(question)
        searched_for = _standing_alone(checked, history)
        most = max(ask.settings.passages_read, ask.settings.related)
        passages = self._distinct(searched_for, most, ask.filters)
        if (corrected := self._put_right(searched_for, passages)) != searched_for:
            searched_for = corrected
            passages = self._distinct(searched_for, most, ask.filters)
        if ask.on_retrieved is not None:
            ask.on_retrieved(passages)
        retrieved = time.perf_counter()
        answerer = self.answerer.under(ask.settings)
        answer = answerer.answer(question, question if searched_for == checked else searched_for, passages)
        return _timed(answer, started, retrieved)

    def retrieve(self, question: str, k: int, filters: Filters | None) -> list[Retrieved]:
        """As ``Assistant.retrieve``."""
        from rag.retrieve.retriever import Retriever

        checked = self._checked(question)
        if self._store.count_passages() == 0:
            return []
        return Retriever(self._store, self.encoder, self._settings.retrieve).retrieve(checked, k, filters)

    def _distinct(self, question: str, most: int, filters: Filters | None) -> list[Retrieved]:
        """The at most ``most`` best passages that do not copy each other."""
        return without_copies(self.retrieve(question, COPIES_EXPECTED * most, filters), most)

    def _put_right(self, question: str, passages: Sequence[Retrieved]) -> str:
        """The question with near spellings put right by the words of the articles that it may be about."""
        unknown = suspects(question, self._store.document_frequencies) if passages else []
        if not unknown:
            return question
        numbers = [number for word in unknown for number in self._store.search_similar(word.text, SIMILAR_PASSAGES)]
        articles = {found.article.article_id: found.article for found in passages}
        articles |= {article.article_id: article for _, article in self._store.fetch(numbers).values()}
        texts = [f"{article.title}\n{article.text}" for article in articles.values()]
        return put_right(question, unknown, texts, lambda word: self.encoder.count_tokens([word]) == [1])

    @property
    def encoder(self) -> Encoder:
        """As ``Assistant.encoder``."""
        with self._loading:
            if self._encoder is None:
                from rag.models.encoder import load_encoder

                encoder = self._given_encoder or load_encoder(self._settings.retrieve)
                self._store.require(self._identity(encoder))
                self._encoder = encoder
            return self._encoder

    @property
    def reader(self) -> Reader:
        """As ``Assistant.reader``."""
        self.load()
        assert self._reader is not None
        return self._reader

    @property
    def answerer(self) -> Answerer:
        """What compares the reader's candidates, under the store's own settings; loads the models."""
        self.load()
        assert self._answerer is not None
        return self._answerer

    def load(self) -> None:
        """As ``Assistant.load``."""
        with self._loading:
            if self._answerer is None:
                from rag.answer.answerer import Answerer
                from rag.read.registry import load_reader

                reader, calibration = load_reader(self._settings, self.encoder)
                self._reader = reader
                self._answerer = Answerer(reader, calibration, self._settings.answer, self._store)

    def _checked(self, question: str) -> str:
        most = self._settings.answer.max_question_characters
        checked = " ".join(question.split())
        if not checked:
            raise QuestionError('the question is empty. Ask something, for example: citespan ask "Who said so?"')
        if len(checked) > most:
            raise QuestionError(
                f"the question has {len(checked):,} characters; at most {most:,} are allowed. Shorten it, or raise "
                "answer.max_question_characters"
            )
        return checked

    def _identity(self, encoder: Encoder) -> StoreIdentity:
        ingest = self._settings.ingest
        return StoreIdentity(
            encoder=encoder.name,
            fingerprint=encoder.fingerprint,
            dimension=encoder.dimension,
            passage_tokens=ingest.passage_tokens,
            overlap_sentences=ingest.overlap_sentences,
        )


def _turns(history: Sequence[Answer | str]) -> list[Answer | str]:
    """The conversation's turns: answers with parts count as their parts, help counts for nothing."""
    turns: list[Answer | str] = []
    for item in history:
        if isinstance(item, str) or item.shape not in ("parts", "help"):
            turns.append(item)
        else:
            turns.extend(item.parts)
    return turns


def _standing_alone(question: str, history: Sequence[Answer | str]) -> str:
    if not history:
        return question
    from rag.question.follow_ups.rewriting import stand_alone

    return stand_alone(question, history).question


def _timed(answer: Answer, started: float, retrieved: float) -> Answer:
    """The answer with the milliseconds of its steps, until now."""
    finished = time.perf_counter()
    steps = {"retrieve": retrieved - started, "read": finished - retrieved, "total": finished - started}
    return replace(answer, timings_ms={step: round(1000 * seconds, 2) for step, seconds in steps.items()})
