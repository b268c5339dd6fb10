from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from rag.evaluation.compare import compare
from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.records import Evaluation
from rag.evaluation.runs import evaluate
from rag.evaluation.table import comparison_table, evaluation_table, failures_table

ROWS = (
    Question("ribbon", "Who cut the ribbon?", ("Ida Quill", "Ida"), "bridge.md"),
    Question("cost", "What did the repairs cost?", ("5 pounds",), "bridge.md"),
    Question("wear", "What did the mayor wear?", ()),
    Question("long", "x" * 300, ("Ida",)),
)


@pytest.fixture
def run(assistant: Any) -> Evaluation:
    return evaluate(assistant, QuestionSet(ROWS, "set.jsonl"), save=False)


def test_figures_stand_beside_their_intervals(run: Evaluation) -> None:
    lines = evaluation_table(run).splitlines()
    assert lines[0].startswith("set.jsonl: 4 questions (3 answerable, 1 not in the articles) in ")
    assert lines[1] == "2 articles, 6 passages; encoder fake-encoder, reader fake-reader"
    assert lines[2] == "1 question could not be asked"
    (verbatim,) = [line for line in lines if "Verbatim" in line]
    assert verbatim.split() == ["Verbatim", "1.000", "1.000–1.000"]
    (median,) = [line for line in lines if "Median latency" in line]
    assert median.split()[2] == "13.0"


def test_an_undefined_figure_is_a_dash_and_an_empty_group_is_left_out(assistant: Any) -> None:
    answerable = evaluate(assistant, QuestionSet(ROWS[:1]), save=False)
    assert "  AUROC                                –" in evaluation_table(answerable).splitlines()
    retrieval = evaluate(
        assistant, QuestionSet((Question("a", "ribbon?", None, relevant={"bridge.md": 1}),)), save=False
    )
    assert "retrieval only" in evaluation_table(retrieval)
    assert "Abstention" not in evaluation_table(retrieval)


def test_an_interrupted_run_says_so(run: Evaluation) -> None:
    partial = dataclasses.replace(run, partial=True, rows=run.rows[:2])
    assert "Interrupted after 2 of 4 questions" in evaluation_table(partial)


def test_failures_say_what_was_expected_found_and_answered(run: Evaluation) -> None:
    text = failures_table(run, most=2)
    assert text.splitlines() == [
        "Wrong: 3 of 4",
        "cost: What did the repairs cost?",
        "    expected 5 pounds; answered 2.3 million pounds (0.80, found at rank 1)",
        "wear: What did the mayor wear?",
        "    expected an abstention; answered green ribbon (0.60)",
        "… and 1 more; --html writes them all to a report",
    ]
    assert "failed: the question is too long" in failures_table(run)
    assert failures_table(dataclasses.replace(run, rows=run.rows[:1])) == ""


def test_a_comparison_marks_what_is_significant(make_assistant: Any) -> None:
    rows = tuple(Question(f"q{number}", f"Who cut {number}?", ("Ida Quill",), "bridge.md") for number in range(20))
    spans = {row.question: ("bridge.md", "Ida Quill", 0.9) for row in rows}
    good = evaluate(make_assistant(spans), QuestionSet(rows), save=False)
    bad = evaluate(make_assistant({rows[0].question: ("bridge.md", "March", 0.9)}), QuestionSet(rows[:19]), save=False)
    text = comparison_table(compare(good, bad), most=3)
    assert "19 questions shared" in text
    assert f"Warning: 1 question in run {good.run} only" in text
    (line,) = [line for line in text.splitlines() if line.startswith("answers.exact_match")]
    assert line.split() == [
        "answers.exact_match",
        "1.000",
        "0.000",
        "-1.000",
        "-1.000",
        "to",
        "-1.000",
        "0.002",
        "*",
        "worse",
    ]
    assert "Worse in B: 19" in text
    assert "  q0: Who cut 0?\n      Ida Quill → March" in text
    assert "  q1: Who cut 1?\n      Ida Quill → (abstained)" in text
    assert "… and 16 more" in text
    assert "Better in B" not in text
