"""Questions asked of a store of 48 articles, without saying which one answers.

All paragraphs of SQuAD's test articles are added as 48 files through ``Assistant.add``; the questions are asked as a
user asks them. Measured are the answers when every question gets one, what the confidence is worth when questions that
the articles do not answer are mixed in, and the time beside the time of the models alone.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.intervals import percentiles, with_intervals
from benchmarks.open_domain_page import section
from benchmarks.protocol import Measured, Setup
from benchmarks.retrieval import remembering_encoder
from benchmarks.squad_articles import Questions, choose_questions, read_test, write_articles
from rag.answer.answerer import Answerer
from rag.assistant import Assistant
from rag.evaluation.metrics import statistics
from rag.evaluation.metrics.answers import contains, exact_match, f1
from rag.evaluation.metrics.bootstrap import Statistic
from rag.evaluation.metrics.curves import reliability, risk_coverage
from rag.evaluation.metrics.equivalence import is_right
from rag.read.pruning import worth_reading
from rag.read.registry import load_reader
from rag.records import Answer
from rag.settings import AnswerSettings, Settings
from training.examples import Example

__all__ = ["measure", "section"]

TIMED = 200
"""Questions that are timed beside the models alone."""
CURVE_POINTS = 21
GROUPS = ("answerable", "unanswerable", "absent", "written")


@dataclass(frozen=True, slots=True)
class Row:
    """One question and what came back.

    Attributes:
        group: one of ``GROUPS``.
        answered: whether the product answered, with its default threshold.
        confidence: of the answer, or of the best candidate that was held back.
        exact, f1: of that answer or candidate, as it is shown; 0 for questions without an answer.
        span_exact, span_f1: of the span that the reader chose, before answers to "why" and the like are widened.
        right: it is equivalent to an acceptable answer, as ``citespan evaluate`` counts it.
        right_article: its first citation names the article that the question was written about.
        quote_contains: the quote of its first citation holds an acceptable answer.
        milliseconds: of the question as asked.
    """

    group: str
    answered: bool
    confidence: float
    exact: float
    f1: float
    right: bool
    right_article: bool
    quote_contains: bool
    milliseconds: float
    span_exact: float = 0.0
    span_f1: float = 0.0


def measure(setup: Setup) -> Measured:
    """Add the articles, ask everything, time some of it again."""
    test = read_test(setup.data)
    questions = choose_questions(setup.data, test, setup.questions, setup.seed)
    settings = Settings()
    with tempfile.TemporaryDirectory(dir=setup.folder("stores")) as temporary:
        articles = write_articles(test, Path(temporary) / "articles")
        with (
            remembering_encoder(setup, settings) as encoder,
            Assistant(Path(temporary) / "store", settings, encoder=encoder) as adding,
        ):
            adding.add(Path(temporary) / "articles")
        # Asked through the encoder itself: a remembered question would cost no time.
        with Assistant(Path(temporary) / "store", settings) as assistant:
            passages = assistant.store.count_passages()
            rows = ask_all(assistant, questions, setup.progress)
            asked = [one.question for one in questions.answerable[:TIMED]]
            speed = time_beside_models(assistant, asked, lambda done: setup.progress("timing", done, len(asked)))
    figures = {
        "articles": articles,
        "passages": passages,
        "questions": {group: sum(row.group == group for row in rows) for group in GROUPS},
        **figures_of(rows),
        "speed": speed,
    }
    return Measured(figures, {"questions": figures["questions"], "seed": setup.seed})


def ask_all(assistant: Assistant, questions: Questions, progress: Callable[[str, int, int], None]) -> list[Row]:
    """Every question as a user asks it; an answerable one that is not answered, once more without the threshold."""
    always = AnswerSettings(**{**assistant.settings.answer.model_dump(), "abstain_below": 0.0})
    groups: dict[str, Sequence[Example]] = {group: getattr(questions, group) for group in GROUPS}
    total = sum(len(examples) for examples in groups.values())
    choose = span_chooser(assistant)
    rows: list[Row] = []
    for group, examples in groups.items():
        for example in examples:
            progress("asking", len(rows), total)
            began = time.perf_counter()
            answer = assistant.ask(example.question)
            milliseconds = 1000 * (time.perf_counter() - began)
            is_done = answer.answered or group != "answerable"
            candidate = answer if is_done else assistant.ask(example.question, answering=always)
            span = choose(example.question) if group == "answerable" else None
            rows.append(row_of(group, example, answer, candidate, milliseconds, span))
    progress("asking", total, total)
    return rows


def span_chooser(assistant: Assistant) -> Callable[[str], str | None]:
    """A function that gives the span which the reader and the ranking across passages choose for a question."""
    settings = assistant.settings
    _, calibration = load_reader(settings, assistant.encoder)
    answerer = Answerer(assistant.reader, calibration, settings.answer, assistant.store)

    def choose(question: str) -> str | None:
        passages = assistant.retrieve(question, settings.answer.passages_read)
        groups = answerer.candidates(question, passages).groups
        return groups[0][0].text if groups else None

    return choose


def row_of(
    group: str, example: Example, answer: Answer, candidate: Answer, milliseconds: float, span: str | None = None
) -> Row:
    """A question's outcome; ``candidate`` is the answer, or what would have been answered without a threshold."""
    acceptable = [text for text, _ in example.answers] if group == "answerable" else []
    overlap = f1(candidate.answer, acceptable) if acceptable else 0.0
    first = candidate.citations[0] if candidate.citations else None
    return Row(
        group=group,
        answered=answer.answered,
        confidence=float(answer.confidence),
        exact=exact_match(candidate.answer, acceptable) if acceptable else 0.0,
        f1=overlap,
        right=bool(acceptable) and is_right(candidate.answer, acceptable),
        right_article=first is not None and first.title == example.title,
        quote_contains=bool(acceptable) and first is not None and contains(first.quote.text, acceptable) == 1.0,
        milliseconds=milliseconds,
        span_exact=exact_match(span, acceptable) if acceptable else 0.0,
        span_f1=f1(span, acceptable) if acceptable else 0.0,
    )


def figures_of(rows: Sequence[Row]) -> dict[str, Any]:
    """Everything about answers, confidence and refusals."""

    def column(of: Callable[[Row], float]) -> npt.NDArray[np.float64]:
        return np.array([of(row) for row in rows], dtype=np.float64)

    group = np.array([row.group for row in rows])
    answerable = group == "answerable"
    mixed = answerable | (group == "unanswerable")
    confidence = column(lambda row: row.confidence)
    right = column(lambda row: row.right).astype(bool)
    exact = column(lambda row: row.span_exact) == 1.0
    answered = column(lambda row: row.answered).astype(bool)
    refused = ~answered
    always: dict[str, Statistic] = {
        "exact_match": statistics.mean(column(lambda row: row.span_exact), answerable),
        "f1": statistics.mean(column(lambda row: row.span_f1), answerable),
        "shown_exact_match": statistics.mean(column(lambda row: row.exact), answerable),
        "shown_f1": statistics.mean(column(lambda row: row.f1), answerable),
        "right": statistics.mean(right.astype(np.float64), answerable),
        "right_article": statistics.mean(column(lambda row: row.right_article), answerable),
        "quote_contains": statistics.mean(column(lambda row: row.quote_contains), answerable),
    }
    abstaining: dict[str, Statistic] = {
        "auroc": statistics.auroc(confidence, right, mixed),
        "auroc_exact_match": statistics.auroc(confidence, exact, mixed),
        "ece": statistics.expected_calibration_error(confidence, right, mixed),
        "brier": statistics.brier(confidence, right, mixed),
        "refusal_precision": statistics.precision(refused & mixed, ~answerable & mixed),
        "refusal_recall": statistics.recall(refused & mixed, ~answerable & mixed),
        "answerable_answered": statistics.mean(answered.astype(np.float64), answerable),
        "right_when_answered": statistics.precision(answered & mixed, right & mixed),
        "risk_area": statistics.risk_area(confidence, right, mixed),
    }
    return {
        "always_answering": with_intervals(always, len(rows)),
        "abstaining": with_intervals(abstaining, len(rows)),
        "refused": with_intervals(
            {name: statistics.mean(refused.astype(np.float64), group == name) for name in ("absent", "written")},
            len(rows),
        ),
        "reliability": [
            {
                "from": one.low,
                "to": one.high,
                "questions": one.count,
                "confidence": round(one.confidence, 4),
                "right": round(one.accuracy, 4),
            }
            for one in reliability(confidence, right, mixed)
        ],
        "risk_coverage": curve(confidence[mixed], right[mixed]),
        "ask": percentiles([row.milliseconds for row in rows]),
    }


def curve(confidence: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> list[dict[str, float]]:
    """Points of the risk–coverage curve, evenly spread over coverage."""
    points = risk_coverage(confidence, right, np.ones(len(right), dtype=bool))
    places = sorted({round(place) for place in np.linspace(0, len(points) - 1, CURVE_POINTS)}) if points else []
    return [
        {
            "confidence": round(points[place].confidence, 4),
            "coverage": round(points[place].coverage, 4),
            "risk": round(points[place].risk, 4),
        }
        for place in places
    ]


def time_beside_models(
    assistant: Assistant, questions: Sequence[str], progress: Callable[[int], None]
) -> dict[str, Any]:
    """The time of ``ask`` beside encoding, both searches and one batch of the reader, question by question in turn."""
    settings = assistant.settings
    asked: list[float] = []
    alone: list[float] = []
    for place, question in enumerate(questions):
        progress(place)
        passages = assistant.retrieve(question, settings.answer.passages_read)

        def models(question: str = question, passages: Any = passages) -> None:
            vector = assistant.encoder.encode([question])[0]
            assistant.store.search_words(question, settings.retrieve.candidates, None, settings.retrieve.title_weight)
            assistant.store.search_vectors(vector, settings.retrieve.candidates)
            assistant.reader.read(question, worth_reading(passages, settings.answer))

        def ask(question: str = question) -> None:
            assistant.ask(question)

        turns: list[tuple[Callable[[], None], list[float]]] = [(ask, asked), (models, alone)]
        for run, spent in turns if place % 2 == 0 else reversed(turns):
            began = time.perf_counter()
            run()
            spent.append(1000 * (time.perf_counter() - began))
    progress(len(questions))
    ratio = float(np.median(asked) / np.median(alone)) if asked else None
    return {
        "questions": len(questions),
        "ask": percentiles(asked),
        "models": percentiles(alone),
        "ratio_p50": None if ratio is None else round(ratio, 3),
    }
