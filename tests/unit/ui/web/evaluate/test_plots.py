from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.records import Evaluation
from tests.unit.ui.web.evaluate.evaluated import Evaluated, an_evaluation
from ui.web.evaluate.plots import Chart, charts, recall_chart, reliability_chart, risk_chart


@pytest.fixture
def run(tmp_path: Path) -> Evaluation:
    return an_evaluation(tmp_path)[1]


def layer(chart: Chart | None, name: str) -> list[dict[str, Any]]:
    assert chart is not None
    (found,) = [one for one in json.loads(chart.plot.plot)["layer"] if one["name"] == name]
    values: list[dict[str, Any]] = found["data"]["values"]
    return values


def test_recall_rises_to_the_figure_of_the_run(run: Evaluation) -> None:
    points = layer(recall_chart(run.rows), "main")
    assert [point["k"] for point in points] == list(range(1, 11))
    assert points[-1]["recall"] == run.figure("retrieval.recall@10")
    assert all(point["low"] <= point["recall"] <= point["high"] for point in points)


def test_reliability_holds_every_answer_once(run: Evaluation) -> None:
    points = layer(reliability_chart(run.rows), "dots")
    assert sum(point["answers"] for point in points) == sum(row.answered for row in run.rows) == 3
    assert [(point["confidence"], point["right"]) for point in points] == [(0.6, 0.0), (0.8, 0.0), (0.9, 1.0)]


def test_risk_goes_on_beyond_where_the_run_stood(run: Evaluation) -> None:
    chart = risk_chart(run)
    (here,) = layer(chart, "here")
    assert (here["coverage"], here["risk"]) == (0.6, pytest.approx(2 / 3))
    assert [(point["coverage"], point["threshold"]) for point in layer(chart, "main")] == [
        (0.2, 0.9),
        (0.4, 0.8),
        (0.6, 0.6),
        (0.8, 0.2),
    ]


def test_the_table_says_what_the_plot_shows(run: Evaluation) -> None:
    for chart in charts(run):
        assert chart is not None
        assert chart.rows
        assert all(len(row) == len(chart.headings) for row in chart.rows)


def test_nothing_is_fetched_and_no_colour_is_fixed(run: Evaluation) -> None:
    for chart in charts(run):
        assert chart is not None
        assert chart.plot.type == "altair"
        for forbidden in ("http", "$schema", "color", '"fill"', '"stroke": "'):
            assert forbidden not in chart.plot.plot


def test_a_set_without_answers_has_recall_only(tmp_path: Path) -> None:
    rows = (Question("found", "Which town?", None, "fort.md"),)
    recall, reliability, risk = charts(Evaluated(tmp_path).evaluate(QuestionSet(rows)))
    assert recall is not None
    assert (reliability, risk) == (None, None)
    silent = Evaluated(tmp_path).evaluate(QuestionSet((Question("none", "Who?", ()),)))
    assert charts(silent) == (None, None, None)
