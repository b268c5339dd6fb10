"""What speaks for and against a candidate, gathered from the question, the passage and the other candidates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.language.english.terms import held_terms, names_and_numbers, stem
from rag.question.answer_types import AnswerType, expected_type, mentions
from rag.read.confidence import Calibration, Features, smallness
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
        smallness: of the store that it is asked of.
    """

    question: str
    answer_type: AnswerType
    rarity: Mapping[str, float]
    names: frozenset[str]
    smallness: float


@dataclass(frozen=True, slots=True)
class ScoredCandidate:
    """A candidate with its standing among the others.

    Attributes:
        rank_score: its score across passages.
        place: how many passages were ranked before its own.
        rival: margin of the best other candidate of its passage minus its own; at least ``NO_RIVAL``.
    """

    candidate: Candidate
    rank_score: float
    place: int
    rival: float

    @property
    def text(self) -> str:
        """The span's text."""
        return self.candidate.text


def understand(question: str, vocabulary: Vocabulary) -> Asked:
    """What the words of ``question`` say about the answer."""
    names = frozenset(stem(name) for name in names_and_numbers(question))
    return Asked(
        question,
        expected_type(question),
        rarities(question, vocabulary),
        names,
        smallness(vocabulary.count_passages()),
    )


def scored_candidates(
    candidates: Sequence[Candidate], passages: Sequence[Retrieved], calibration: Calibration
) -> list[ScoredCandidate]:
    """The candidates with their standing, best first; ``passages`` are those that were read, best first."""
    places = {found.passage.passage_id: place for place, found in enumerate(passages)}
    margins: dict[int, list[float]] = {}
    for one in candidates:
        margins.setdefault(one.retrieved.passage.passage_id, []).append(one.margin)
    scored: list[ScoredCandidate] = []
    for one in candidates:
        passage = one.retrieved.passage.passage_id
        others = sorted(margins[passage], reverse=True)
        others.remove(one.margin)
        rival = max(NO_RIVAL, others[0] - one.margin) if others else NO_RIVAL
        score = calibration.rank(
            margin=one.margin,
            retrieval=one.retrieved.score,
            similarity=one.retrieved.vector_score or 0.0,
            null=one.null_score,
        )
        scored.append(ScoredCandidate(one, score, places[passage], rival))
    scored.sort(key=lambda one: (-one.rank_score, one.candidate.retrieved.passage.passage_id, one.candidate.span))
    return scored


def features_of(asked: Asked, scored: ScoredCandidate, *, gap: float, articles: int) -> Features:
    """The features of one candidate.

    Args:
        gap: its rank score minus that of the best different answer.
        articles: how many articles give its answer, its own included.
    """
    candidate, found = scored.candidate, scored.candidate.retrieved
    held = held_terms(f"{found.article.title} {found.text}", asked.question)
    total = sum(asked.rarity.values())
    covered = sum(weight for term, weight in asked.rarity.items() if term in held)
    missing = sum(name not in held for name in asked.names)
    return Features(
        margin=candidate.margin,
        score=candidate.score,
        rival=scored.rival,
        length=math.log1p(len(candidate.text.split())),
        gap=gap,
        place=math.log1p(scored.place),
        similarity=found.vector_score or 0.0,
        coverage=covered / total if total else 1.0,
        missing_names=missing / len(asked.names) if asked.names else 0.0,
        type_fits=float(mentions(asked.answer_type, quote_of(candidate).text, asked.question)),
        agreement=float(min(2, articles - 1)),
        smallness=asked.smallness,
    )
