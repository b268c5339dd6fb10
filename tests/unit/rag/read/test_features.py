from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag.question.answer_types import AnswerType
from rag.read.confidence import RANKING, Features, load_calibration
from rag.read.features import NO_RIVAL, Asked, features_of, scored_candidates, understand
from rag.records import Article, Candidate, Span
from tests.unit.rag.answer.made_up import retrieved

CALIBRATION = replace(
    load_calibration("checkpoint"), ranking={**dict.fromkeys(RANKING, 0.0), "margin": 1.0, "null": 0.5}
)
ASKED = Asked("Who built the Antwerp mill?", AnswerType.PERSON, {"mill": 1.0, "antwerp": 3.0}, frozenset(["antwerp"]))
FIRST = retrieved("Ada built the mill. It stood in Ghent.", passage_id=7)
SECOND = retrieved("The mill burned down in 1911.", passage_id=3)


def candidates() -> list[Candidate]:
    return [
        Candidate(FIRST, Span(0, 3), score=6.0, null_score=2.0),
        Candidate(FIRST, Span(32, 37), score=5.0, null_score=2.0),
        Candidate(SECOND, Span(24, 28), score=1.0, null_score=4.0),
    ]


def test_candidates_are_ranked_with_their_passage_and_their_rival() -> None:
    scored = scored_candidates(ASKED, candidates(), CALIBRATION)
    assert [one.text for one in scored] == ["Ada", "Ghent", "1911"]
    assert [one.rank_score for one in scored] == [5.0, 4.0, -1.0]
    assert [one.rival for one in scored] == [-1.0, 1.0, NO_RIVAL]


def test_a_rival_that_is_nearly_impossible_counts_as_none() -> None:
    far = [replace(one, score=one.score - 100.0 * index) for index, one in enumerate(candidates()[:2])]
    assert scored_candidates(ASKED, far, CALIBRATION)[0].rival == NO_RIVAL


def test_evidence_tells_what_the_passage_holds_and_what_it_lacks() -> None:
    best = scored_candidates(ASKED, candidates(), CALIBRATION)[0]
    features = features_of(ASKED, best, gap=2.5, articles=5)
    assert features.margin == 4.0
    assert features.score == 6.0
    assert features.length == math.log(2)
    assert features.gap == 2.5
    assert features.coverage == 0.5
    assert features.missing_names == 1.0
    assert features.agreement == 2.0
    assert features.bearing == 0.0


def test_what_the_sentence_bears_ranks_and_tells() -> None:
    calibration = replace(CALIBRATION, ranking={**CALIBRATION.ranking, "bearing": 10.0})
    judged = [replace(candidate, bearing=float(place)) for place, candidate in enumerate(candidates())]
    best = scored_candidates(ASKED, judged, calibration)[0]
    assert best.text == "1911"
    assert features_of(ASKED, best, gap=0.0, articles=1).bearing == 2.0


class Store:
    """A vocabulary of a store of so many passages, of which so many hold any word."""

    def __init__(self, passages: int, holding: int) -> None:
        self._passages, self._holding = passages, holding

    def outside_passages(self, name: str) -> list[tuple[Article, Span]]:
        return []

    def document_frequencies(self, words: Sequence[str]) -> list[int]:
        return [self._holding] * len(words)

    def count_passages(self) -> int:
        return self._passages


@pytest.mark.parametrize("store", [Store(12, 0), Store(40_000, 0), Store(40_000, 900)])
def test_articles_that_have_nothing_to_do_with_it_move_nothing(store: Store) -> None:
    def standing(store: Store) -> tuple[float, Features]:
        asked = understand("Who built the Antwerp mill?", store)
        best = scored_candidates(asked, candidates(), load_calibration("checkpoint"))[0]
        return best.rank_score, features_of(asked, best, gap=1.0, articles=1)

    assert standing(store) == standing(Store(3, 1))
