"""Checked against trec_eval, through ir-measures, over random rankings."""

from __future__ import annotations

import random

import ir_measures
import pytest

from rag.evaluation.metrics.ranking import ndcg_at, recall_at, reciprocal_rank

TOLERANCE = 1e-9


def random_case(seed: int) -> tuple[dict[str, int], list[str]]:
    """Grades of some items, and a ranking of some (not always the same) items."""
    chance = random.Random(seed)
    items = [f"d{number}" for number in range(chance.randint(1, 60))]
    grades = {item: chance.choice([0, 0, 1, 1, 2, 3]) for item in chance.sample(items, chance.randint(1, len(items)))}
    return grades, chance.sample(items, chance.randint(1, len(items)))


@pytest.mark.parametrize("seed", range(200))
def test_measures_agree_with_trec_eval(seed: int) -> None:
    grades, ranking = random_case(seed)
    relevant = sum(grade > 0 for grade in grades.values())
    if not relevant:
        grades["d0"], relevant = 1, 1
    gains = [grades.get(item, 0) for item in ranking]
    run = {"q": {item: float(len(ranking) - position) for position, item in enumerate(ranking)}}
    measures = [ir_measures.R @ 1, ir_measures.R @ 5, ir_measures.R @ 10, ir_measures.RR, ir_measures.nDCG @ 10]
    theirs = ir_measures.calc_aggregate(measures, {"q": grades}, run)
    ours = {
        ir_measures.R @ 1: recall_at(gains, 1, relevant),
        ir_measures.R @ 5: recall_at(gains, 5, relevant),
        ir_measures.R @ 10: recall_at(gains, 10, relevant),
        ir_measures.RR: reciprocal_rank(gains),
        ir_measures.nDCG @ 10: ndcg_at(gains, 10, list(grades.values())),
    }
    for measure in measures:
        assert ours[measure] == pytest.approx(theirs[measure], abs=TOLERANCE), measure


def test_nothing_relevant_and_nothing_retrieved() -> None:
    assert recall_at([0, 0], 2, 0) == ndcg_at([0, 0], 2, []) == reciprocal_rank([0, 0]) == 0.0
    assert recall_at([], 2, 3) == ndcg_at([], 2, [1]) == reciprocal_rank([]) == 0.0
