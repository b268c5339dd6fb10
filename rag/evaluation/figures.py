"""The figures of a run: their names, what each is computed over, and their 95 % intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from rag.evaluation.metrics import statistics
from rag.evaluation.metrics.bootstrap import Floats, Statistic, estimates
from rag.evaluation.metrics.statistics import Flags
from rag.evaluation.records import DEPTH, QuestionOutcome


class Columns:
    """The outcomes of a run as arrays, one entry for each question; undefined entries are 0 and masked out."""

    def __init__(self, rows: Sequence[QuestionOutcome]) -> None:
        self.rows = rows

    def flags(self, test: Callable[[QuestionOutcome], object]) -> Flags:
        """``bool[n]``: whether ``test`` holds for each question."""
        return np.array([bool(test(row)) for row in self.rows], dtype=np.bool_)

    def numbers(self, value: Callable[[QuestionOutcome], float | None]) -> Floats:
        """``float64[n]``: a value of each question, 0 where it is None."""
        return np.array([value(row) or 0.0 for row in self.rows], dtype=np.float64)

    @cached_property
    def known(self) -> Flags:
        """It is known whether an answer was due."""
        return self.flags(lambda row: row.expected is not None)

    @cached_property
    def answerable(self) -> Flags:
        """An answer was due."""
        return self.flags(lambda row: row.answerable)

    @cached_property
    def unanswerable(self) -> Flags:
        """No answer was due."""
        return self.flags(lambda row: row.answerable is False)

    @cached_property
    def answered(self) -> Flags:
        """An answer was given."""
        return self.flags(lambda row: row.answered)

    @cached_property
    def right(self) -> Flags:
        """See ``QuestionOutcome.right``."""
        return self.flags(lambda row: row.right)

    @cached_property
    def judged(self) -> Flags:
        """It is known what should be found."""
        return self.flags(lambda row: row.recall)

    @cached_property
    def confidences(self) -> Floats:
        """The confidence of each answer or abstention."""
        return self.numbers(lambda row: row.confidence)

    def recall(self, k: int) -> Statistic:
        """Mean recall at ``k``."""
        return statistics.mean(self.numbers(lambda row: row.recall[k - 1] if row.recall else None), self.judged)


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure.

    Attributes:
        name: the group and key in the JSON (``answers.f1``).
        label: what tables call it.
        meaning: one line: what it is computed over.
    """

    name: str
    label: str
    meaning: str
    statistic: Callable[[Columns], Statistic]
    higher_is_better: bool = True

    @property
    def is_rate(self) -> bool:
        """Whether it lies between 0 and 1; otherwise it is milliseconds."""
        return not self.name.startswith("latency_ms.")


def _recall(k: int) -> Metric:
    return Metric(
        f"retrieval.recall@{k}",
        f"Recall@{k}",
        f"what should be found is among the first {k}",
        lambda columns: columns.recall(k),
    )


def _answer(key: str, label: str, meaning: str) -> Metric:
    return Metric(
        f"answers.{key}",
        label,
        f"{meaning}; over answerable questions",
        lambda columns: statistics.mean(columns.numbers(lambda row: getattr(row, key)), columns.answerable),
    )


def _squad_v2(key: str, label: str) -> Metric:
    return Metric(
        f"answers.v2_{key}",
        f"{label}, SQuAD v2",
        "over all questions, a due abstention counts 1",
        lambda columns: statistics.mean(columns.numbers(lambda row: getattr(row, key)), columns.known),
    )


def _latency(share: float) -> Metric:
    return Metric(
        f"latency_ms.p{share * 100:.0f}",
        "Median latency" if share == 0.5 else f"{share * 100:.0f}th percentile latency",
        "milliseconds from question to answer",
        lambda columns: statistics.percentile(
            columns.numbers(lambda row: row.milliseconds),
            share,
            columns.flags(lambda row: row.milliseconds is not None),
        ),
        higher_is_better=False,
    )


METRICS: tuple[Metric, ...] = (
    _recall(1),
    _recall(5),
    _recall(DEPTH),
    Metric(
        "retrieval.mrr",
        "MRR",
        "mean of 1 / rank of the first hit",
        lambda columns: statistics.mean(columns.numbers(lambda row: row.reciprocal_rank), columns.judged),
    ),
    Metric(
        f"retrieval.ndcg@{DEPTH}",
        f"nDCG@{DEPTH}",
        "discounted gain over the best possible",
        lambda columns: statistics.mean(columns.numbers(lambda row: row.ndcg), columns.judged),
    ),
    _answer("exact_match", "Exact match", "the answer is an acceptable one"),
    _answer("f1", "F1", "words shared with the closest acceptable answer"),
    _answer("contains", "Contains", "an acceptable answer stands in the answer"),
    _answer("quote_contains", "Quote contains", "an acceptable answer stands in the quoted sentences"),
    _squad_v2("exact_match", "Exact match"),
    _squad_v2("f1", "F1"),
    Metric(
        "answers.right",
        "Right outcome",
        "an answer equivalent to an acceptable one, or a due abstention; over all questions",
        lambda columns: statistics.mean(columns.right.astype(np.float64), columns.known),
    ),
    Metric(
        "abstention.precision",
        "Precision",
        "of the abstentions, how many were due",
        lambda columns: statistics.precision(columns.known & ~columns.answered, columns.unanswerable),
    ),
    Metric(
        "abstention.recall",
        "Recall",
        "of the unanswerable questions, how many got an abstention",
        lambda columns: statistics.recall(columns.known & ~columns.answered, columns.unanswerable),
    ),
    Metric(
        "abstention.f1",
        "F1",
        "harmonic mean of the two",
        lambda columns: statistics.f_measure(columns.known & ~columns.answered, columns.unanswerable),
    ),
    Metric(
        "abstention.auroc",
        "AUROC",
        "chance that an answerable question has more confidence than an unanswerable one",
        lambda columns: statistics.auroc(columns.confidences, columns.answerable, columns.known),
    ),
    Metric(
        "abstention.risk_area",
        "Risk–coverage area",
        "mean share of wrong answers as coverage grows; lower is better",
        lambda columns: statistics.risk_area(columns.confidences, columns.right, columns.known & columns.answered),
        higher_is_better=False,
    ),
    Metric(
        "citations.verbatim",
        "Verbatim",
        "citations whose text is the article's text at their place",
        lambda columns: statistics.ratio(
            columns.numbers(lambda row: sum(citation.exact for citation in row.citations)),
            columns.numbers(lambda row: len(row.citations)),
        ),
    ),
    Metric(
        "citations.in_source",
        "Right article",
        "answers that cite the named article; over answered questions that name one",
        lambda columns: statistics.mean(
            columns.numbers(lambda row: row.in_source), columns.flags(lambda row: row.in_source is not None)
        ),
    ),
    Metric(
        "calibration.ece",
        "Calibration error",
        "distance of confidence and share right in ten bins; over answers given; lower is better",
        lambda columns: statistics.expected_calibration_error(
            columns.confidences, columns.right, columns.known & columns.answered
        ),
        higher_is_better=False,
    ),
    Metric(
        "calibration.brier",
        "Brier score",
        "squared distance of confidence and outcome; over answers given; lower is better",
        lambda columns: statistics.brier(columns.confidences, columns.right, columns.known & columns.answered),
        higher_is_better=False,
    ),
    _latency(0.5),
    _latency(0.95),
)
METRIC_NAMES: tuple[str, ...] = tuple(metric.name for metric in METRICS)


def metric_named(name: str) -> Metric:
    """A metric by its full name.

    Raises:
        KeyError: there is none.
    """
    return {metric.name: metric for metric in METRICS}[name]


def figures_of(rows: Sequence[QuestionOutcome]) -> dict[str, dict[str, Any]]:
    """All figures with their intervals: ``{"answers": {"f1": 0.7, "f1_ci": [0.6, 0.8], …}, …}``.

    A figure that is undefined (no question of its kind) is None, and so is its interval.
    """
    columns = Columns(rows)
    found = estimates({metric.name: metric.statistic(columns) for metric in METRICS}, len(rows))
    figures: dict[str, dict[str, Any]] = {}
    for metric in METRICS:
        group, _, key = metric.name.partition(".")
        estimate = found[metric.name]
        undefined = estimate.value is None or estimate.low is None
        figures.setdefault(group, {})[key] = estimate.value
        figures[group][f"{key}_ci"] = None if undefined else [estimate.low, estimate.high]
    return figures
