"""Questions to answers: the models, loaded on first use, and the way of one question through them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import QuestionError
from rag.index.store import Store, StoreIdentity
from rag.records import Answer, Filters, Retrieved
from rag.settings import AnswerSettings, Settings

if TYPE_CHECKING:
    from rag.answer.answerer import Answerer
    from rag.models.encoder import Encoder
    from rag.read.protocol import Reader


class Answering:
    """Searches and reads a store; safe to share between threads.

    Args:
        converted: folder for models converted to another runtime.
        encoder: use this instead of the one that ``settings.retrieve.encoder`` names.
    """

    def __init__(self, store: Store, settings: Settings, converted: Path, encoder: Encoder | None = None) -> None:
        self._store = store
        self._settings = settings
        self._converted = converted
        self._given_encoder = encoder
        self._loading = threading.RLock()
        self._encoder: Encoder | None = None
        self._reader: Reader | None = None
        self._answerer: Answerer | None = None

    @property
    def encoder(self) -> Encoder:
        """As ``Assistant.encoder``."""
        with self._loading:
            if self._encoder is None:
                from rag.models.encoder import load_encoder

                encoder = self._given_encoder or load_encoder(self._settings.retrieve, converted=self._converted)
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

                reader, calibration = load_reader(self._settings, self.encoder, converted=self._converted)
                self._reader = reader
                self._answerer = Answerer(reader, calibration, self._settings.answer, self._store)

    def retrieve(self, question: str, k: int, filters: Filters | None) -> list[Retrieved]:
        """As ``Assistant.retrieve``."""
        from rag.retrieve.retriever import Retriever

        asked = self._checked(question)
        if self._store.count_passages() == 0:
            return []
        return Retriever(self._store, self.encoder, self._settings.retrieve).retrieve(asked, k, filters)

    def ask(
        self,
        message: str,
        history: Sequence[Answer | str],
        filters: Filters | None,
        answering: AnswerSettings,
        on_retrieved: Callable[[Sequence[Retrieved]], None] | None,
    ) -> Answer:
        """As ``Assistant.ask``."""
        from rag.asking import ask_message

        self._checked(message)
        return ask_message(
            message,
            history,
            filters,
            self._store,
            lambda one, said: self._ask_one(one, said, filters, answering, on_retrieved),
        )

    def _ask_one(
        self,
        question: str,
        history: Sequence[Answer | str],
        filters: Filters | None,
        answering: AnswerSettings,
        on_retrieved: Callable[[Sequence[Retrieved]], None] | None,
    ) -> Answer:
        """Answer one question by searching and reading."""
        started = time.perf_counter()
        asked = self._checked(question)
        searched_for = self._standing_alone(asked, history)
        wanted = max(answering.passages_read, answering.related)
        passages = self.retrieve(searched_for, wanted, filters)
        if on_retrieved is not None:
            on_retrieved(passages)
        retrieved = time.perf_counter()
        answerer = self.answerer.under(answering)
        answer = answerer.answer(question, question if searched_for == asked else searched_for, passages)
        finished = time.perf_counter()
        timings = {
            "retrieve": 1000 * (retrieved - started),
            "read": 1000 * (finished - retrieved),
            "total": 1000 * (finished - started),
        }
        return replace(answer, timings_ms={step: round(spent, 2) for step, spent in timings.items()})

    def _checked(self, question: str) -> str:
        most = self._settings.answer.max_question_characters
        asked = " ".join(question.split())
        if not asked:
            raise QuestionError('the question is empty. Ask something, for example: citespan ask "Who said so?"')
        if len(asked) > most:
            raise QuestionError(
                f"the question has {len(asked):,} characters; at most {most:,} are allowed. Shorten it, or raise "
                "answer.max_question_characters"
            )
        return asked

    def _standing_alone(self, question: str, history: Sequence[Answer | str]) -> str:
        if not history:
            return question
        from rag.question.follow_ups.rewriting import stand_alone

        return stand_alone(question, history).question

    def _identity(self, encoder: Encoder) -> StoreIdentity:
        ingest = self._settings.ingest
        return StoreIdentity(
            encoder=encoder.name,
            fingerprint=encoder.fingerprint,
            dimension=encoder.dimension,
            passage_tokens=ingest.passage_tokens,
            overlap_sentences=ingest.overlap_sentences,
        )
