"""Features of an answer to the probability that it is right (logistic calibration), and whether to abstain."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib import resources
from typing import Any

from rag.errors import ModelError


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for and against the best answer.

    Attributes:
        margin: the reader's preference for the span over "no answer".
        score: the reader's score of the span alone.
        rival: margin of the best other span of the passage minus this one's.
        length: natural logarithm of one plus the span's words.
        gap: ranking score of the answer minus that of the next different answer (0 when there is none to compare).
        similarity: cosine similarity of the question and the passage.
        coverage: share of the question's terms that the passage or its title holds.
        missing_names: share of the question's names and numbers that neither the passage nor its title holds.
        type_fits: 1 when the quote mentions the kind of thing asked for, else 0.
        agreement: how many other articles give the same answer, at most 2.
        bearing: logit of the answer's sentence bearing on the question; 0 when the reader does not judge sentences.
    """

    margin: float
    score: float
    rival: float
    length: float
    gap: float
    similarity: float
    coverage: float
    missing_names: float
    type_fits: float
    agreement: float
    bearing: float


FEATURES = tuple(feature.name for feature in fields(Features))
"""None depends on articles that have nothing to do with the question: adding them must not move a probability."""

RANKING = ("margin", "null", "coverage", "bearing")
"""What ranks candidates across passages: the reader's margin, its score for "no answer", which takes back a part of
what the margin subtracts, the share of the question's terms that the passage or its title holds, and whether the
sentence bears on the question. Not the retrieval score: it is standardised over the store."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model over :class:`Features`, the ranking weights, and the threshold chosen with them.

    Attributes:
        reader: the reader it was fitted for ("sentences" or "checkpoint").
        coefficients, means, scales: by feature; a feature enters as ``coefficient * (value - mean) / scale``.
        threshold: confidence under which abstaining was best on the dev questions.
        ranking: weights by the names of ``RANKING``.
        fitted: how it was fitted: program, data, dates and dev figures.
    """

    reader: str
    intercept: float
    coefficients: Mapping[str, float]
    means: Mapping[str, float]
    scales: Mapping[str, float]
    threshold: float
    ranking: Mapping[str, float]
    fitted: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def probability(self, features: Features) -> float:
        """The probability that an answer with these features is right, strictly between 0 and 1."""
        logit = self.intercept
        for name in FEATURES:
            value = float(getattr(features, name))
            logit += self.coefficients[name] * (value - self.means[name]) / self.scales[name]
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))

    def rank(self, **parts: float) -> float:
        """A candidate's score across passages from the parts that ``RANKING`` names, all of them."""
        return sum(self.ranking[name] * parts[name] for name in RANKING)


def load_calibration(reader: str) -> Calibration:
    """The calibration fitted for a reader: "sentences" for the sentence reader, "checkpoint" for any checkpoint.

    Raises:
        ModelError: the file is missing or lacks a feature (a broken installation).
    """
    name = f"{reader}.json"
    try:
        text = resources.files("rag.read").joinpath("calibration", name).read_text(encoding="utf-8")
        values = json.loads(text)
        calibration = Calibration(**values)
        tables = (calibration.coefficients, calibration.means, calibration.scales)
        for table, names in (*((table, FEATURES) for table in tables), (calibration.ranking, RANKING)):
            missing = set(names) - set(table)
            if missing:
                raise KeyError(", ".join(sorted(missing)))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(
            f"rag/read/calibration/{name}: cannot be used ({error}). Reinstall citespan, or fit it again with: "
            "python -m training.confidence"
        ) from error
    return calibration
