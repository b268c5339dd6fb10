from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from rag.errors import QuestionSetError
from rag.evaluation.compare import Comparison, compare
from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.records import Evaluation
from rag.evaluation.runs import evaluate

COUNT = 30
ROWS = tuple(
    Question(f"q{number}", f"Who cut ribbon {number}?", ("Ida Quill",), "bridge.md") for number in range(COUNT)
)
UNDUE = tuple(Question(f"u{number}", f"Who sold it {number}?", ()) for number in range(10))


def run_of(
    make_assistant: Any, right: int, wrong_answer: str | None = None, questions: Any = (*ROWS, *UNDUE)
) -> Evaluation:
    """A run in which the first ``right`` questions are answered rightly, the rest with ``wrong_answer``."""
    spans = {row.question: ("bridge.md", "Ida Quill", 0.9) for row in ROWS[:right]}
    if wrong_answer is not None:
        spans |= {row.question: ("bridge.md", wrong_answer, 0.4) for row in ROWS[right:]}
    return evaluate(make_assistant(spans), QuestionSet(tuple(questions)), save=False)


def difference(comparison: Comparison, metric: str) -> Any:
    return next(one for one in comparison.differences if one.metric == metric)


def test_a_worsened_run_is_caught(make_assistant: Any) -> None:
    comparison = compare(run_of(make_assistant, 28), run_of(make_assistant, 18))
    found = difference(comparison, "answers.exact_match")
    assert (found.first, found.second) == (pytest.approx(28 / 30), pytest.approx(18 / 30))
    assert found.difference == pytest.approx(-1 / 3)
    assert found.low < found.difference < found.high < 0
    assert found.significant
    assert found.better is False
    assert [change.id for change in comparison.in_direction("worse")] == [f"q{number}" for number in range(18, 28)]
    assert comparison.in_direction("better") == ()
    assert comparison.in_direction("worse")[0].second is None


def test_the_other_way_round_it_is_better(make_assistant: Any) -> None:
    comparison = compare(run_of(make_assistant, 18), run_of(make_assistant, 28))
    assert len(comparison.in_direction("better")) == 10
    assert difference(comparison, "answers.f1").better is True


def test_one_question_more_is_not_significant(make_assistant: Any) -> None:
    comparison = compare(run_of(make_assistant, 27), run_of(make_assistant, 28))
    found = difference(comparison, "answers.exact_match")
    assert found.better is True
    assert not found.significant


def test_lower_latency_and_calibration_error_are_better(make_assistant: Any) -> None:
    slow = run_of(make_assistant, 28)
    fast = dataclasses.replace(
        slow, rows=tuple(dataclasses.replace(row, milliseconds=(row.milliseconds or 0) / 2) for row in slow.rows)
    )
    found = difference(compare(slow, fast), "latency_ms.p50")
    assert found.difference < 0
    assert found.better is True
    assert found.significant


def test_the_same_run_does_not_differ(make_assistant: Any) -> None:
    run = run_of(make_assistant, 20)
    comparison = compare(run, run)
    assert (comparison.changes, comparison.warnings, comparison.settings) == ((), (), {})
    assert {one.difference for one in comparison.differences} <= {0.0, None}
    assert difference(comparison, "answers.f1").p == 1.0
    assert not any(one.significant for one in comparison.differences)


def test_another_wrong_answer_is_a_change_to_no_effect(make_assistant: Any) -> None:
    comparison = compare(run_of(make_assistant, 29, "March"), run_of(make_assistant, 29, "Mayor"))
    (change,) = comparison.changes
    assert (change.direction, change.first, change.second, change.expected) == (
        "different",
        "March",
        "Mayor",
        ("Ida Quill",),
    )


def test_an_undue_answer_makes_an_unanswerable_question_worse(make_assistant: Any) -> None:
    before = run_of(make_assistant, 1)
    spans = {ROWS[0].question: ("bridge.md", "Ida Quill", 0.9), UNDUE[0].question: ("bridge.md", "March", 0.5)}
    after = evaluate(make_assistant(spans), QuestionSet((*ROWS, *UNDUE)), save=False)
    assert [(change.id, change.direction) for change in compare(before, after).changes] == [("u0", "worse")]


def test_retrieval_only_questions_change_by_rank(make_assistant: Any) -> None:
    questions = (Question("a", "Who cut a green ribbon?", None, relevant={"bridge.md": 1}),)
    before = evaluate(make_assistant(), QuestionSet(questions), save=False)
    worse = dataclasses.replace(before, rows=(dataclasses.replace(before.rows[0], ndcg=0.5),))
    assert [change.direction for change in compare(before, worse).changes] == ["worse"]
    assert [change.direction for change in compare(worse, before).changes] == ["better"]


def test_only_shared_questions_are_compared_with_a_warning(make_assistant: Any) -> None:
    reworded = dataclasses.replace(ROWS[0], answers=("Ida",))
    first = run_of(make_assistant, 20, questions=ROWS[:20])
    second = run_of(make_assistant, 20, questions=(reworded, *ROWS[1:25]))
    comparison = compare(first, dataclasses.replace(second, partial=True, store={**second.store, "articles": 9}))
    assert comparison.questions == 19
    assert comparison.warnings == (
        "left out, because of another wording, source or answers under the same id: 1 question",
        f"5 questions in run {second.run} only; the figures are over the 19 shared ones",
        f"run {second.run} was interrupted",
        "the stores held 2 and 9 articles",
    )


def test_other_articles_of_the_same_number_are_a_warning(make_assistant: Any) -> None:
    run = run_of(make_assistant, 20)
    other = dataclasses.replace(run, store={**run.store, "fingerprint": "0" * 16})
    assert compare(run, other).warnings == ("the stores held equally many articles, but not the same ones",)
    older = dataclasses.replace(run, store={key: value for key, value in run.store.items() if key != "fingerprint"})
    assert compare(older, run).warnings == ()


def test_nothing_shared_is_an_error(make_assistant: Any) -> None:
    with pytest.raises(QuestionSetError, match="share no question"):
        compare(run_of(make_assistant, 2, questions=ROWS[:5]), run_of(make_assistant, 2, questions=ROWS[5:9]))


def test_settings_that_differ_are_listed(make_assistant: Any) -> None:
    run = run_of(make_assistant, 2)
    settings = {**run.settings, "retrieve": {**run.settings["retrieve"], "word_weight": 0.9}}
    other = dataclasses.replace(run, settings=settings, models={**run.models, "reader": "other"})
    assert compare(run, other).settings == {
        "retrieve.word_weight": (run.settings["retrieve"]["word_weight"], 0.9),
        "models.reader": ("fake-reader", "other"),
    }


def test_a_comparison_is_json(make_assistant: Any) -> None:
    comparison = compare(run_of(make_assistant, 2), run_of(make_assistant, 3))
    document = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert document["questions"] == 40
    assert document["changes"][0]["direction"] == "better"
