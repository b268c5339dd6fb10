"""What a run's questions would have come to had the threshold for abstaining been another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.evaluation.metrics.proportions import binomial_upper_bound
from rag.evaluation.records import Evaluation, QuestionOutcome


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """The counts of a run when only what has at least ``threshold`` confidence is answered.

    Attributes:
        questions: of which it is known whether an answer was due.
        answered: that would get an answer.
        right: answers among these that are acceptable.
        silent: that would get none.
        rightly_silent: of these, the ones that the articles do not answer.
    """

    threshold: float
    questions: int
    answered: int
    right: int
    silent: int
    rightly_silent: int

    @property
    def wrong(self) -> int:
        """Answers that are not acceptable."""
        return self.answered - self.right

    @property
    def coverage(self) -> float:
        """The share of questions that would get an answer, 0 without questions."""
        return self.answered / self.questions if self.questions else 0.0

    @property
    def risk(self) -> float:
        """The share of answers that are wrong, 0 without answers."""
        return self.wrong / self.answered if self.answered else 0.0

    @property
    def risk_bound(self) -> float:
        """What share of answers may be wrong at most, by these questions: exact, with 95 % certainty; 1 without any."""
        return binomial_upper_bound(self.wrong, self.answered)

    @property
    def risk_in_words(self) -> str:
        """How many in a hundred answers are wrong, and at most; empty without answers."""
        if not self.answered:
            return ""
        return (
            f"Of {self.answered:,} answers given, wrong were {self.wrong:,}: {100 * self.risk:.0f} in a hundred, "
            f"and with 95\u202f% certainty at most {math.ceil(100 * self.risk_bound)}."
        )


def at_threshold(rows: Sequence[QuestionOutcome], threshold: float) -> AtThreshold:
    """The counts of ``rows`` at a threshold from 0 to 1; questions that only judge retrieval are left out."""
    known = [row for row in rows if row.expected is not None]
    given = [row for row in known if row.candidate is not None and row.confidence >= threshold]
    silent = [row for row in known if row.candidate is None or row.confidence < threshold]
    return AtThreshold(
        threshold,
        len(known),
        len(given),
        sum(row.candidate_right is True for row in given),
        len(silent),
        sum(row.answerable is False for row in silent),
    )


def as_given(rows: Sequence[QuestionOutcome]) -> AtThreshold:
    """The counts of ``rows`` as they were answered, whatever kept an answer back; retrieval questions left out."""
    known = [row for row in rows if row.expected is not None]
    given = [row for row in known if row.answered]
    silent = [row for row in known if not row.answered]
    return AtThreshold(
        min((row.confidence for row in given), default=1.0),
        len(known),
        len(given),
        sum(row.right is True for row in given),
        len(silent),
        sum(row.answerable is False for row in silent),
    )


def threshold_curve(rows: Sequence[QuestionOutcome]) -> list[AtThreshold]:
    """The counts at every threshold that changes them, highest first: risk against coverage, whole."""
    levels = {row.confidence for row in rows if row.candidate is not None and row.expected is not None}
    return [at_threshold(rows, level) for level in sorted(levels, reverse=True)]


def keeps_candidates(run: Evaluation) -> bool:
    """Whether the run kept what it would have answered where it abstained, so that lower thresholds can be judged."""
    silent = [row for row in run.rows if not row.answered and row.expected is not None]
    return not silent or any(row.candidate is not None for row in silent)
