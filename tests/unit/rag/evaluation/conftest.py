"""A small assistant whose answers are written down, so that every score can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from rag.errors import ArticleNotFoundError, QuestionError
from rag.records import Alternative, Answer, Article, ArticleSummary, Citation, Passage, Quote, Retrieved
from rag.settings import AnswerSettings, Settings

BRIDGE = "Mill Bridge reopened in March. Mayor Ida Quill cut a green ribbon. The repairs cost 2.3 million pounds."
FORT = "Bishkek began as a fort. It was renamed Frunze in 1926. It lies on the river Chu."


def sentences(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for part in text.split(". "):
        end = min(start + len(part) + 1, len(text))
        spans.append((start, end))
        start = end + 1
    return spans


class FakeAssistant:
    """Each sentence is a passage; a question is answered with the span that was written down for it.

    Rankings are by shared words. ``spans`` maps a question to ``(source, text, confidence)``; others abstain, unless
    they are in ``unsure`` and nothing is to be held back.
    """

    def __init__(self, store_path: Path, spans: Mapping[str, tuple[str, str, float]]) -> None:
        self.settings = Settings()
        self.store_path = store_path
        self.store = SimpleNamespace(generation=7)
        self.encoder = SimpleNamespace(name="fake-encoder", fingerprint="f" * 64)
        self.reader = SimpleNamespace(name="fake-reader")
        self.texts = {"bridge.md": BRIDGE, "fort.md": FORT}
        self.spans = dict(spans)
        self.unsure: dict[str, tuple[str, str, float]] = {}
        self.answering: list[AnswerSettings | None] = []
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.interrupt_on: str | None = None
        self.shift = 0
        self.loaded = 0

    def load(self) -> None:
        self.loaded += 1

    def articles(self) -> list[ArticleSummary]:
        return [
            ArticleSummary(source, source, source, f"/a/{source}", None, None, None, None, 3, 3, "2025-01-01")
            for source in self.texts
        ]

    def article(self, article_id: str) -> Article:
        if article_id not in self.texts:
            raise ArticleNotFoundError(article_id)
        return Article(article_id, article_id, article_id, f"/a/{article_id}", self.texts[article_id])

    def retrieve(self, question: str, k: int = 10) -> list[Retrieved]:
        wanted = set(question.lower().rstrip("?").split())
        found = []
        for source, text in self.texts.items():
            for start, end in sentences(text):
                score = len(wanted & set(text[start:end].lower().rstrip(".").split()))
                found.append(Retrieved(Passage(source, start, end), float(score), self.article(source)))
        return sorted(found, key=lambda one: -one.score)[:k]

    def ask(
        self, question: str, history: Sequence[Answer | str] = (), *, answering: AnswerSettings | None = None
    ) -> Answer:
        if answering is not None and answering.abstain_below == 0.0:
            return self._span(question, {**self.unsure, **self.spans}, {})
        self.answering.append(answering)
        self.asked.append((question, tuple(turn if isinstance(turn, str) else f"={turn.answer}" for turn in history)))
        if question == self.interrupt_on:
            raise KeyboardInterrupt
        if len(question) > 200:
            raise QuestionError("the question is too long")
        timings = {"total": 10.0 + len(self.asked)}
        return self._span(question, self.spans, timings)

    def _span(self, question: str, spans: Mapping[str, tuple[str, str, float]], timings: Mapping[str, float]) -> Answer:
        if question not in spans:
            return Answer(question, question, False, None, 0.2, reason="Nothing fits.", timings_ms=timings)
        source, text, confidence = spans[question]
        start = self.texts[source].index(text) if text in self.texts[source] else 0
        lower, upper = next(span for span in sentences(self.texts[source]) if span[0] <= start < span[1])
        quote = Quote(lower, upper, self.texts[source][lower:upper])
        start += self.shift
        citation = Citation(source, source, source, None, start, start + len(text), text, quote, confidence)
        other = Alternative("other", 0.1, (citation,))
        return Answer(question, question, True, text, confidence, (citation,), (other,), timings_ms=timings)


MakeAssistant = Callable[..., FakeAssistant]

SPANS = {
    "Who cut the ribbon?": ("bridge.md", "Ida Quill", 0.9),
    "What did the repairs cost?": ("bridge.md", "2.3 million pounds", 0.8),
    "When was it renamed?": ("fort.md", "1926", 0.7),
    "What did the mayor wear?": ("bridge.md", "green ribbon", 0.6),
}


@pytest.fixture
def make_assistant(tmp_path: Path) -> MakeAssistant:
    def make(spans: Mapping[str, tuple[str, str, float]] = SPANS) -> FakeAssistant:
        return FakeAssistant(tmp_path / "store", spans)

    return make


@pytest.fixture
def assistant(make_assistant: MakeAssistant) -> FakeAssistant:
    return make_assistant()
