from __future__ import annotations

import dataclasses
import json
import statistics
from typing import Any

import pytest

from rag.errors import QuestionSetError
from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.records import Evaluation
from rag.evaluation.run_files import list_runs
from rag.evaluation.runs import evaluate, store_fingerprint
from rag.records import Progress
from rag.settings import AnswerSettings

ROWS = (
    Question("ribbon", "Who cut the ribbon?", ("Ida Quill",), "bridge.md", split="dev", extra={"kind": "fact"}),
    Question("cost", "What did the repairs cost?", ("2.3 million",), "bridge.md"),
    Question("renamed", "When was it renamed?", ("1926",), "fort.md", ("What was Bishkek?", "Who cut the ribbon?")),
    Question("wear", "What did the mayor wear?", ()),
    Question("moon", "Who walked on the moon?", ()),
    Question("river", "Which river does it lie on?", ("Chu",), "fort.md"),
)
SET = QuestionSet(ROWS, "set.jsonl")


def test_figures_by_hand(assistant: Any) -> None:
    run = evaluate(assistant, SET)
    right = {row.id: row.right for row in run.rows}
    assert right == {"ribbon": True, "cost": True, "renamed": True, "wear": False, "moon": True, "river": False}
    assert run.figure("answers.exact_match") == 2 / 4
    assert run.figure("answers.contains") == 3 / 4
    assert run.figure("answers.f1") == pytest.approx((1 + 0.8 + 1 + 0) / 4)
    assert run.figure("answers.v2_exact_match") == pytest.approx((2 + 1) / 6)
    assert run.figure("answers.right") == pytest.approx(4 / 6)
    assert run.figure("abstention.precision") == 1 / 2
    assert run.figure("abstention.recall") == 1 / 2
    assert run.figure("abstention.f1") == 1 / 2
    # answerable 0.9 0.8 0.7 0.2 against unanswerable 0.6 0.2: three win twice, one loses and ties
    assert run.figure("abstention.auroc") == 6.5 / 8
    assert run.figure("citations.verbatim") == 1.0
    assert run.figure("citations.in_source") == 1.0
    assert run.figure("calibration.brier") == pytest.approx((0.01 + 0.04 + 0.09 + 0.36) / 4)
    assert run.figure("abstention.risk_area") == pytest.approx((0 + 0 + 0 + 1 / 4) / 4)
    assert run.figure("retrieval.recall@10") == 1.0
    for row in run.rows[:2]:
        assert row.recall[0] == 1.0


def test_intervals_stand_beside_each_rate(assistant: Any) -> None:
    document = evaluate(assistant, SET).to_dict()
    for group in ("retrieval", "answers", "abstention", "citations", "calibration", "latency_ms"):
        rates = [key for key in document[group] if not key.endswith("_ci")]
        for key in rates:
            low, high = document[group][f"{key}_ci"]
            assert low <= document[group][key] <= high
    assert (document["questions"], document["answerable"], document["unanswerable"], document["errors"]) == (6, 4, 2, 0)
    assert len(document["per_question"]) == 6


def test_the_json_can_be_read_back(assistant: Any) -> None:
    run = evaluate(assistant, SET)
    again = Evaluation.from_dict(json.loads(json.dumps(run.to_dict(), allow_nan=False)))
    assert again == run


def test_history_is_asked_first_and_shared_within_a_conversation(assistant: Any) -> None:
    rows = (
        Question("one", "When was it renamed?", ("1926",), history=("Who cut the ribbon?",)),
        Question("two", "Which river?", ("Chu",), history=("Who cut the ribbon?", "When was it renamed?")),
        Question("three", "Which river?", ("Chu",), history=("When was it renamed?",)),
    )
    evaluate(assistant, QuestionSet(rows))
    assert assistant.asked[1:] == [
        ("Who cut the ribbon?", ()),
        ("When was it renamed?", ("=Ida Quill",)),
        ("When was it renamed?", ("=Ida Quill",)),
        ("Which river?", ("=Ida Quill", "=1926")),
        ("When was it renamed?", ()),
        ("Which river?", ("=1926",)),
    ]


def test_history_that_cannot_be_asked_stays_a_plain_question(assistant: Any) -> None:
    evaluate(assistant, QuestionSet((Question("one", "Which river?", ("Chu",), history=("x" * 300,)),)))
    assert assistant.asked[-1] == ("Which river?", ("x" * 300,))


def test_citations_that_are_not_verbatim_are_counted(assistant: Any) -> None:
    assistant.shift = 1
    run = evaluate(assistant, SET)
    assert run.figure("citations.verbatim") == 0.0
    assert not any(citation.exact for row in run.rows for citation in row.citations)


def test_an_answer_from_another_article_is_not_in_source(make_assistant: Any) -> None:
    run = evaluate(make_assistant({"Who cut the ribbon?": ("fort.md", "Bishkek", 0.9)}), SET)
    assert run.figure("citations.in_source") == 0.0


def test_models_are_loaded_and_warm_before_anything_is_timed(assistant: Any) -> None:
    run = evaluate(assistant, SET)
    assert assistant.loaded == 1
    assert assistant.asked[0] == assistant.asked[1] == ("Who cut the ribbon?", ())
    assert run.rows[0].milliseconds == 12.0


def test_a_question_that_cannot_be_asked_is_an_outcome_with_an_error(assistant: Any) -> None:
    long = Question("long", "x" * 300, ("Ida",), "bridge.md")
    run = evaluate(assistant, QuestionSet((long, *ROWS)))
    assert run.rows[0].error == "the question is too long"
    assert (run.rows[0].right, run.rows[0].recall[-1], run.rows[0].milliseconds) == (False, 0.0, None)
    assert run.to_dict()["errors"] == 1
    assert run.figure("latency_ms.p50") == statistics.median(row.milliseconds for row in run.rows[1:])


def test_unknown_sources_are_all_reported_before_anything_is_asked(assistant: Any) -> None:
    rows = tuple(Question(str(line), "Who?", ("x",), f"no-{line}.md", line=line) for line in (1, 2))
    with pytest.raises(QuestionSetError) as caught:
        evaluate(assistant, QuestionSet((*rows, *ROWS), "set.jsonl"))
    assert len(caught.value.problems) == 2
    assert assistant.asked == []


def test_an_empty_set_is_refused(assistant: Any) -> None:
    with pytest.raises(QuestionSetError, match="has no questions"):
        evaluate(assistant, QuestionSet(()))


def test_interrupting_keeps_what_was_done(assistant: Any) -> None:
    assistant.interrupt_on = "When was it renamed?"
    run = evaluate(assistant, SET)
    assert run.partial
    assert [row.id for row in run.rows] == ["ribbon", "cost"]
    assert run.figure("answers.exact_match") == 0.5
    (stored,) = list_runs(assistant.store_path)
    assert (stored.partial, stored.questions) == (True, 2)


def test_interrupting_the_first_question_leaves_nothing(assistant: Any) -> None:
    assistant.interrupt_on = "Who cut the ribbon?"
    with pytest.raises(KeyboardInterrupt):
        evaluate(assistant, SET)
    assert list_runs(assistant.store_path) == []


def test_progress_counts_to_the_end(assistant: Any) -> None:
    steps: list[Progress] = []
    evaluate(assistant, SET, progress=steps.append)
    assert [step.done for step in steps] == [0, 1, 2, 3, 4, 5, 6]
    assert {step.total for step in steps} == {6}
    assert [step.item for step in steps] == [*(question.id for question in SET), ""]


def test_a_run_says_what_made_it(assistant: Any) -> None:
    run = evaluate(assistant, SET)
    assert run.models == {"encoder": "fake-encoder", "encoder_fingerprint": "f" * 64, "reader": "fake-reader"}
    assert run.store["generation"] == 7
    assert run.store["articles"] == 2
    assert run.store["fingerprint"] == store_fingerprint(assistant.articles()[::-1])
    assert run.store["fingerprint"] != store_fingerprint(assistant.articles()[:1])
    assert run.question_set == {"path": "set.jsonl", "fingerprint": SET.fingerprint, "questions": 6}
    assert run.settings["retrieve"]["word_weight"] == assistant.settings.retrieve.word_weight
    assert not run.partial


def test_the_same_input_gives_the_same_rows_and_figures(make_assistant: Any) -> None:
    first, second = evaluate(make_assistant(), SET), evaluate(make_assistant(), SET)
    assert first.rows == second.rows
    assert first.figures == second.figures


def test_retrieval_only_sets_have_no_answer_figures(assistant: Any) -> None:
    rows = (
        Question("ribbon", "Who cut a green ribbon?", None, relevant={"bridge.md": 1}),
        Question("fort", "What lies on the river?", None, relevant={"fort.md": 2, "bridge.md": 0}),
    )
    run = evaluate(assistant, QuestionSet(rows))
    assert run.figure("answers.f1") is None
    assert run.interval("answers.f1") is None
    assert run.figure("abstention.precision") is None
    assert run.figure("retrieval.recall@1") == 1.0
    assert run.to_dict()["answerable"] == 0


def test_outcomes_cannot_be_changed(assistant: Any) -> None:
    run = evaluate(assistant, SET)
    with pytest.raises(dataclasses.FrozenInstanceError):
        run.rows[0].answer = "else"  # type: ignore[misc]


def test_stopping_keeps_what_was_done(assistant: Any) -> None:
    done: list[str] = []
    run = evaluate(assistant, SET, progress=lambda step: done.append(step.item), should_stop=lambda: len(done) == 2)
    assert run.partial
    assert [row.id for row in run.rows] == ["ribbon", "cost"]
    (stored,) = list_runs(assistant.store_path)
    assert (stored.partial, stored.questions) == (True, 2)


def test_a_stop_after_the_last_question_changes_nothing(assistant: Any) -> None:
    done: list[str] = []
    run = evaluate(assistant, SET, progress=lambda step: done.append(step.item), should_stop=lambda: len(done) == 6)
    assert (run.partial, len(run.rows)) == (False, 6)


def test_other_answer_settings_are_used_and_recorded(assistant: Any) -> None:
    wanted = AnswerSettings(passages_read=3, abstain_below=0.4)
    run = evaluate(assistant, SET, answering=wanted)
    assert set(assistant.answering) == {wanted}
    assert (run.settings["answer"]["passages_read"], run.settings["answer"]["abstain_below"]) == (3, 0.4)
    assert run.settings["retrieve"] == evaluate(assistant, SET).settings["retrieve"]
    assert assistant.answering[-1] == assistant.settings.answer
