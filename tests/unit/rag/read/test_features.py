from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from rag.question.answer_types import AnswerType
from rag.read.confidence import load_calibration
from rag.read.features import NO_RIVAL, Asked, features_of, scored_candidates, understand
from rag.records import Article, Candidate, Span
from tests.unit.rag.answer.made_up import retrieved

CALIBRATION = replace(
    load_calibration("checkpoint"), ranking={"margin": 1.0, "retrieval": 0.0, "similarity": 0.0, "null": 0.5}
)
FIRST = retrieved("Ada built the mill. It stood in Ghent.", passage_id=7)
SECOND = retrieved("The mill burned down in 1911.", passage_id=3)


def candidates() -> list[Candidate]:
    return [
        Candidate(FIRST, Span(0, 3), score=6.0, null_score=2.0),
        Candidate(FIRST, Span(32, 37), score=5.0, null_score=2.0),
        Candidate(SECOND, Span(24, 28), score=1.0, null_score=4.0),
    ]


def test_candidates_are_ranked_with_their_passage_and_their_rival() -> None:
    scored = scored_candidates(candidates(), [SECOND, FIRST], CALIBRATION)
    assert [one.text for one in scored] == ["Ada", "Ghent", "1911"]
    assert [one.rank_score for one in scored] == [5.0, 4.0, -1.0]
    assert [one.place for one in scored] == [1, 1, 0]
    assert [one.rival for one in scored] == [-1.0, 1.0, NO_RIVAL]


def test_a_rival_that_is_nearly_impossible_counts_as_none() -> None:
    far = [replace(one, score=one.score - 100.0 * index) for index, one in enumerate(candidates()[:2])]
    assert scored_candidates(far, [FIRST], CALIBRATION)[0].rival == NO_RIVAL


def test_evidence_tells_what_the_passage_holds_and_what_it_lacks() -> None:
    asked = Asked(
        "Who built the Antwerp mill?", AnswerType.PERSON, {"mill": 1.0, "antwerp": 3.0}, frozenset(["antwerp"]), 0.25
    )
    best = scored_candidates(candidates(), [SECOND, FIRST], CALIBRATION)[0]
    features = features_of(asked, best, gap=2.5, articles=5)
    assert features.margin == 4.0
    assert features.score == 6.0
    assert features.length == math.log(2)
    assert features.place == math.log(2)
    assert features.gap == 2.5
    assert features.coverage == 0.25
    assert features.missing_names == 1.0
    assert features.agreement == 2.0
    assert features.smallness == 0.25


class Store:
    """A vocabulary of a store of so many passages, none of which holds any word."""

    def __init__(self, passages: int) -> None:
        self._passages = passages

    def outside_passages(self, name: str) -> list[tuple[Article, Span]]:
        return []

    def document_frequencies(self, words: Sequence[str]) -> list[int]:
        return [0] * len(words)

    def count_passages(self) -> int:
        return self._passages


def test_the_question_knows_how_small_the_store_is() -> None:
    found = [understand("Who built the mill?", Store(passages)).smallness for passages in (12, 447, 40_000)]
    assert found[0] == 1.0
    assert 0.49 < found[1] < 0.51
    assert found[2] == 0.0
