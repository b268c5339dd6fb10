from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from rag.retrieve.fusion import fuse

SCORES = st.dictionaries(st.integers(1, 40), st.floats(0, 30), max_size=20)
SIMILARITIES = st.dictionaries(st.integers(1, 40), st.floats(-1, 1), max_size=20)


def test_agreement_of_both_wins() -> None:
    assert [passage for passage, _ in fuse({1: 9.0, 2: 8.9}, {1: 0.1, 2: 0.8, 3: 0.81}, 0.5)] == [2, 3, 1]


def test_the_weight_moves_the_ranking_from_vectors_to_words() -> None:
    words, vectors = {1: 5.0}, {1: 0.1, 2: 0.9}
    assert fuse(words, vectors, 0.0)[0][0] == 2
    assert fuse({**words, 2: 0.0}, vectors, 1.0)[0][0] == 1


def test_equal_scores_rank_the_older_passage_first() -> None:
    assert [passage for passage, _ in fuse({}, {7: 0.5, 3: 0.5, 5: 0.5}, 0.4)] == [3, 5, 7]


def test_nothing_found_gives_nothing() -> None:
    assert fuse({}, {}, 0.4) == []


@given(SCORES, SIMILARITIES, st.floats(0, 1))
def test_each_candidate_comes_once_in_falling_order(
    words: dict[int, float], vectors: dict[int, float], weight: float
) -> None:
    ranking = fuse(words, vectors, weight)
    assert sorted(passage for passage, _ in ranking) == sorted(vectors)
    scores = [score for _, score in ranking]
    assert scores == sorted(scores, reverse=True)
    assert all(math.isfinite(score) for score in scores)


@given(SIMILARITIES, st.floats(0.01, 100))
def test_bm25_units_do_not_matter(vectors: dict[int, float], unit: float) -> None:
    words = {passage: float(passage) for passage in vectors}
    scaled = {passage: unit * score for passage, score in words.items()}
    plain = dict(fuse(words, vectors, 0.5))
    for passage, score in fuse(scaled, vectors, 0.5):
        assert math.isclose(score, plain[passage], rel_tol=1e-6, abs_tol=1e-6)
