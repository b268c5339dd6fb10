from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from rag.errors import SettingsError
from rag.evaluation.gates import Gate, check_gates, parse_gate
from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.records import Evaluation
from rag.evaluation.runs import evaluate


@pytest.fixture
def run(assistant: Any) -> Evaluation:
    rows = (
        Question("ribbon", "Who cut the ribbon?", ("Ida Quill",), "bridge.md"),
        Question("river", "Which river does it lie on?", ("Chu",), "fort.md"),
    )
    return evaluate(assistant, QuestionSet(rows), save=False)


def test_a_gate_is_read() -> None:
    assert parse_gate(" answers.f1 = 0.7 ") == Gate("answers.f1", 0.7)
    assert parse_gate("latency_ms.p95=250").value == 250


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("answers.f1", "write metric=value"),
        ("answer.f1=0.7", r"no metric 'answer\.f1'; did you mean answers\.f1\?"),
        ("zzz=0.7", r"there are retrieval\.recall@1, "),
        ("answers.f1=high", "'high' in 'answers.f1=high' is not a number"),
        ("answers.f1=70", r"lies between 0 and 1, so 'answers\.f1=70' cannot"),
        ("answers.f1=nan", "cannot be a gate"),
        ("latency_ms.p95=-1", "between 0 and inf"),
    ],
)
def test_a_wrong_gate_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        parse_gate(text)


def test_rates_fail_below_and_latencies_above(run: Evaluation) -> None:
    assert check_gates(run, [Gate("answers.f1", 0.5), Gate("latency_ms.p50", 12.5)]) == []
    assert check_gates(run, [Gate("answers.f1", 0.51), Gate("latency_ms.p50", 12.4)]) == [
        "answers.f1 is 0.5, wanted at least 0.51",
        "latency_ms.p50 is 12.5, wanted at most 12.4",
    ]
    assert check_gates(run, [Gate("calibration.brier", 0.009)]) == ["calibration.brier is 0.01, wanted at most 0.009"]


def test_an_undefined_figure_and_an_interrupted_run_fail(run: Evaluation) -> None:
    assert check_gates(run, [Gate("abstention.recall", 0.0)]) == [
        "abstention.recall is undefined for this question set, wanted 0"
    ]
    assert check_gates(dataclasses.replace(run, partial=True), [Gate("answers.f1", 0.0)]) == [
        "the run was interrupted after 2 of 2 questions"
    ]
    assert check_gates(dataclasses.replace(run, partial=True), []) == []
