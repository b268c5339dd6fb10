from __future__ import annotations

from pathlib import Path

import pytest

from rag.evaluation.charts import Axis, Chart, charts, recall_chart, reliability_chart, risk_chart
from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.records import Evaluation
from tests.unit.ui.web.evaluate.evaluated import Evaluated, an_evaluation


@pytest.fixture
def run(tmp_path: Path) -> Evaluation:
    return an_evaluation(tmp_path)[1]


def points(chart: Chart | None, kind: str) -> list[tuple[float, float]]:
    assert chart is not None
    (series,) = [series for series in chart.series if series.kind == kind]
    assert len(series.hints) in (0, len(series.points))
    return list(series.points)


def test_recall_rises_to_the_figure_of_the_run(run: Evaluation) -> None:
    main = points(recall_chart(run.rows), "main")
    band = points(recall_chart(run.rows), "band")
    assert [k for k, _ in main] == list(range(1, 11))
    assert main[-1][1] == run.figure("retrieval.recall@10")
    for (k, value), high, low in zip(main, band[:10], reversed(band[10:]), strict=True):
        assert high[0] == low[0] == k
        assert low[1] <= value <= high[1]


def test_reliability_holds_every_answer_once(run: Evaluation) -> None:
    chart = reliability_chart(run.rows)
    assert points(chart, "main") == [(0.6, 0.0), (0.8, 0.0), (0.9, 1.0)]
    assert chart is not None
    assert sum(int(count) for *_, count in chart.rows) == sum(row.answered for row in run.rows) == 3


def test_risk_goes_on_beyond_where_the_run_stood(run: Evaluation) -> None:
    assert points(risk_chart(run.rows), "here") == [(0.6, pytest.approx(2 / 3))]
    assert points(risk_chart(run.rows, 0.7), "here") == [(0.4, 0.5)]
    assert [coverage for coverage, _ in points(risk_chart(run.rows), "main")] == [0.2, 0.4, 0.6, 0.8]


def test_the_table_says_what_the_chart_shows(run: Evaluation) -> None:
    for chart in charts(run):
        assert len(chart.rows) == len(points(chart, "main"))
        assert all(len(row) == len(chart.headings) for row in chart.rows)


def test_a_set_without_answers_has_recall_only(tmp_path: Path) -> None:
    rows = (Question("found", "Which town?", None, "fort.md"),)
    assert [chart.name for chart in charts(Evaluated(tmp_path).evaluate(QuestionSet(rows)))] == ["recall"]
    silent = Evaluated(tmp_path).evaluate(QuestionSet((Question("none", "Who?", ()),)))
    assert charts(silent) == []


def test_points_outside_an_axis_move_to_its_end() -> None:
    axis = Axis("share", 0.0, 2.0)
    assert [axis.at(value) for value in (-1.0, 0.0, 1.0, 2.0, 9.0)] == [0.0, 0.0, 0.5, 1.0, 1.0]
