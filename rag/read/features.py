"""What speaks for and against a candidate, gathered from the question, the passage and the other candidates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.language.english.terms import held_terms, names_and_numbers, stem
from rag.question.answer_types import AnswerType, expected_type, mentions
from rag.read.confidence import Calibration, Features
from rag.read.document_frequency import Vocabulary, rarities
from rag.read.quotes import quote_of
from rag.records import Candidate, Retrieved

NO_RIVAL = -10.0
"""``rival`` of a passage's only candidate, and its lowest value: an e-10th part as probable, which is none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what its words say, worked out once.

    Attributes:
        answer_type: the kind of thing asked for.
        rarity: its content terms with their inverse document frequencies in the store.
        names: stems of its names and numbers.
    """

    question: str
    answer_type: AnswerType
    rarity: Mapping[str, float]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class ScoredCandidate:
    """A candidate with its standing among the others.

    Attributes:
        rank_score: its score across passages.
        rival: margin of the best other candidate of its passage minus its own; at least ``NO_RIVAL``.
    """

    candidate: Candidate
    rank_score: float
    rival: float

    @property
    def text(self) -> str:
        """The span's text."""
        return self.candidate.text


def understand(question: str, vocabulary: Vocabulary) -> Asked:
    """What the words of ``question`` say about the answer."""
    names = frozenset(stem(name) for name in names_and_numbers(question))
    return Asked(question, expected_type(question), rarities(question, vocabulary), names)


def ranking_parts(asked: Asked, candidate: Candidate) -> dict[str, float]:
    """What a candidate is ranked by, by the names of ``RANKING``."""
    return {
        "margin": candidate.margin,
        "null": candidate.null_score,
        "coverage": coverage(asked, candidate.retrieved),
        "bearing": candidate.bearing,
    }


def coverage(asked: Asked, passage: Retrieved) -> float:
    """The share of the question's content terms that the passage or its title holds; 1 when it has none."""
    held = _terms_held(asked, passage)
    return sum(term in held for term in asked.rarity) / len(asked.rarity) if asked.rarity else 1.0


def scored_candidates(asked: Asked, candidates: Sequence[Candidate], calibration: Calibration) -> list[ScoredCandidate]:
    """The candidates with their standing, best first."""
    margins: dict[int, list[float]] = {}
    for candidate in candidates:
        margins.setdefault(candidate.retrieved.passage.passage_id, []).append(candidate.margin)
    scored: list[ScoredCandidate] = []
    for candidate in candidates:
        others = sorted(margins[candidate.retrieved.passage.passage_id], reverse=True)
        others.remove(candidate.margin)
        rival = max(NO_RIVAL, others[0] - candidate.margin) if others else NO_RIVAL
        scored.append(ScoredCandidate(candidate, calibration.rank(**ranking_parts(asked, candidate)), rival))
    scored.sort(
        key=lambda scored: (-scored.rank_score, scored.candidate.retrieved.passage.passage_id, scored.candidate.span)
    )
    return scored


def features_of(asked: Asked, scored: ScoredCandidate, *, gap: float, articles: int) -> Features:
    """The features of one candidate.

    Args:
        gap: its rank score minus that of the best different answer.
        articles: how many articles give its answer, its own included.
    """
    candidate, passage = scored.candidate, scored.candidate.retrieved
    held = _terms_held(asked, passage)
    missing = sum(name not in held for name in asked.names)
    return Features(
        margin=candidate.margin,
        score=candidate.score,
        rival=scored.rival,
        length=math.log1p(len(candidate.text.split())),
        gap=gap,
        similarity=passage.vector_score or 0.0,
        coverage=coverage(asked, passage),
        missing_names=missing / len(asked.names) if asked.names else 0.0,
        type_fits=float(mentions(asked.answer_type, quote_of(candidate).text, asked.question)),
        agreement=float(min(2, articles - 1)),
        bearing=candidate.bearing,
    )


def _terms_held(asked: Asked, passage: Retrieved) -> frozenset[str]:
    """The content terms of a passage and its title, as the question's words are matched."""
    return _held(passage.article.title, passage.text, asked.question)


@lru_cache(maxsize=256)
def _held(title: str, text: str, question: str) -> frozenset[str]:
    return frozenset(held_terms(f"{title} {text}", question))
