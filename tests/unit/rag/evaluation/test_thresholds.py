from __future__ import annotations

from typing import Any

import pytest

from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.records import Evaluation
from rag.evaluation.runs import evaluate
from rag.evaluation.thresholds import as_given, at_threshold, keeps_candidates, threshold_curve

SET = QuestionSet(
    (
        Question("ribbon", "Who cut the ribbon?", ("Ida Quill",), "bridge.md"),
        Question("wear", "What did the mayor wear?", ()),
        Question("river", "Which river does it lie on?", ("Chu",), "fort.md"),
        Question("moon", "Who walked on the moon?", ()),
        Question("nothing", "Who sang?", ()),
        Question("found", "Which town?", None, "fort.md"),
    )
)


def unsure(assistant: Any) -> Any:
    assistant.unsure = {
        "Which river does it lie on?": ("fort.md", "Chu", 0.3),
        "Who walked on the moon?": ("fort.md", "Bishkek", 0.2),
    }
    return assistant


def test_what_it_would_have_answered_is_kept_where_it_abstained(assistant: Any) -> None:
    rows = {row.id: row for row in evaluate(unsure(assistant), SET).rows}
    assert (rows["ribbon"].candidate, rows["ribbon"].candidate_right) == ("Ida Quill", True)
    assert (rows["river"].answer, rows["river"].candidate, rows["river"].candidate_right) == (None, "Chu", True)
    assert (rows["moon"].answer, rows["moon"].candidate_right, rows["moon"].right) == (None, False, True)
    assert (rows["nothing"].candidate, rows["nothing"].candidate_right) == (None, None)
    assert rows["found"].candidate_right is None


def test_counts_at_a_threshold_by_hand(assistant: Any) -> None:
    run = evaluate(unsure(assistant), SET)
    # the fake's abstentions have a confidence of 0.2, its answers 0.9 and 0.6
    strict, usual, open_ = (at_threshold(run.rows, limit) for limit in (0.7, 0.5, 0.0))
    assert (strict.questions, strict.answered, strict.right, strict.rightly_silent) == (5, 1, 1, 3)
    assert (usual.answered, usual.right, usual.wrong, usual.silent, usual.rightly_silent) == (2, 1, 1, 3, 2)
    assert (open_.answered, open_.right, open_.rightly_silent) == (4, 2, 1)
    assert (usual.coverage, usual.risk) == (0.4, 0.5)
    given = as_given(run.rows)
    assert (given.answered, given.right, given.silent, given.rightly_silent) == (2, 1, 3, 2)


def test_few_answers_leave_much_open(assistant: Any) -> None:
    run = evaluate(unsure(assistant), SET)
    assert at_threshold(run.rows, 0.7).risk == 0.0
    assert at_threshold(run.rows, 0.7).risk_bound == pytest.approx(0.95)
    told = as_given(run.rows).risk_in_words
    assert told == "Of 2 answers given, wrong were 1: 50 in a hundred, and with 95\u202f% certainty at most 98."
    assert as_given(()).risk_in_words == ""


def test_the_curve_has_a_point_for_every_confidence(assistant: Any) -> None:
    run = evaluate(unsure(assistant), SET)
    curve = threshold_curve(run.rows)
    assert [(point.threshold, point.answered) for point in curve] == [(0.9, 1), (0.6, 2), (0.2, 4)]
    assert threshold_curve(()) == []
    assert (at_threshold((), 0.5).coverage, at_threshold((), 0.5).risk) == (0.0, 0.0)
    assert keeps_candidates(run)


def test_a_run_that_kept_only_its_answers_can_be_read(assistant: Any) -> None:
    document = evaluate(unsure(assistant), SET).to_dict()
    for row in document["per_question"]:
        del row["candidate"], row["candidate_right"]
    old = Evaluation.from_dict(document)
    assert [(row.candidate, row.candidate_right) for row in old.rows[:3]] == [
        ("Ida Quill", True),
        ("green ribbon", False),
        (None, None),
    ]
    assert not keeps_candidates(old)
    assert [point.answered for point in threshold_curve(old.rows)] == [1, 2]
