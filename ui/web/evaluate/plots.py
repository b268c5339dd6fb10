"""The interactive plots of an evaluation: Vega-Lite charts for ``gr.Plot``, each with its points as a table.

Charts carry names instead of colours: the style sheet colours the marks, so they follow light and dark at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradio.components.plot import PlotData

from rag.evaluation.figures import Columns
from rag.evaluation.metrics.bootstrap import estimates
from rag.evaluation.metrics.curves import reliability
from rag.evaluation.records import DEPTH, Evaluation, QuestionOutcome
from rag.evaluation.thresholds import AtThreshold, at_threshold, threshold_curve

HEIGHT = 230
Row = Mapping[str, float | str]


@dataclass(frozen=True, slots=True)
class Chart:
    """A plot with what it shows.

    Attributes:
        title: its heading.
        meaning: one sentence on how to read it.
        plot: for ``gr.Plot``.
        headings, rows: the same numbers as a table, cell by cell as text.
    """

    title: str
    meaning: str
    plot: PlotData
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def recall_chart(rows: Sequence[QuestionOutcome]) -> Chart | None:
    """How often what should be found is among the first k passages; None when the set does not say what should be."""
    columns = Columns(rows)
    if not columns.judged.any():
        return None
    ranks = range(1, DEPTH + 1)
    found = list(estimates({str(k): columns.recall(k) for k in ranks}, len(rows)).items())
    data: list[Row] = [
        {"k": int(k), "recall": one.value or 0.0, "low": one.low or 0.0, "high": one.high or 0.0} for k, one in found
    ]
    scale = {"domain": [1, DEPTH]}
    axis = _axis(list(ranks), ".0f")
    x = {"field": "k", "type": "quantitative", "title": "Passages looked at", "scale": scale, "axis": axis}
    tooltip = [_hint("k", "Passages looked at", ".0f"), _hint("recall", "Found"), *_interval_hints()]
    layers = [
        _layer("band", {"type": "area"}, data, x, _share("low", "Found"), y2={"field": "high"}),
        _layer("main", {"type": "line"}, data, x, _share("recall", "Found")),
        _layer("dots", {"type": "point", "filled": True, "size": 60}, data, x, _share("recall", "Found"), tooltip),
    ]
    return Chart(
        "Is it found?",
        f"How often the passage with the answer is among the first 1 to {DEPTH} (recall@k). The shaded band is the "
        "95\u202f% interval.",
        _plot("Share of questions whose passage is found, by passages looked at", layers),
        ("Passages", "Found", "95 % interval"),
        tuple((k, _percent(one.value), f"{_percent(one.low)}–{_percent(one.high)}") for k, one in found),
    )


def reliability_chart(rows: Sequence[QuestionOutcome]) -> Chart | None:
    """The share of right answers by confidence; None when nothing was answered."""
    columns = Columns(rows)
    given = columns.known & columns.answered
    if not given.any():
        return None
    bins = reliability(columns.confidences, columns.right, given)
    names = [f"{one.low:.0%}–{one.high:.0%}" for one in bins]
    data: list[Row] = [
        {"confidence": one.confidence, "right": one.accuracy, "answers": one.count, "bin": name}
        for one, name in zip(bins, names, strict=True)
    ]
    x, y = _share("confidence", "Confidence shown"), _share("right", "Answers that were right")
    tooltip: list[Mapping[str, object]] = [
        {"field": "bin", "type": "nominal", "title": "Confidence"},
        _hint("right", "Right"),
        _hint("answers", "Answers", ".0f"),
    ]
    dots = _layer("dots", {"type": "point", "filled": True}, data, x, y, tooltip)
    scale = {"range": [40, 340], "domainMin": 0}
    dots["encoding"]["size"] = {"field": "answers", "type": "quantitative", "legend": None, "scale": scale}
    diagonal: list[Row] = [{"confidence": 0.0, "right": 0.0}, {"confidence": 1.0, "right": 1.0}]
    layers = [
        _layer("guide", {"type": "line", "strokeDash": [4, 4]}, diagonal, x, y),
        _layer("main", {"type": "line"}, data, x, y),
        dots,
    ]
    return Chart(
        "Is its confidence honest?",
        "Of the answers given with 80\u202f% confidence, 80\u202f% should be right: then the dots lie on the dashed "
        "line (calibration). Larger dots: more answers.",
        _plot("Share of right answers by the confidence that was shown", layers),
        ("Confidence", "Right", "Answers"),
        tuple((name, _percent(one.accuracy), f"{one.count}") for one, name in zip(bins, names, strict=True)),
    )


def risk_chart(run: Evaluation) -> Chart | None:
    """The share of wrong answers against the share of questions answered; None when nothing was answered.

    Where the run kept what an abstention held back, the curve goes on to answering everything.
    """
    points = threshold_curve(run.rows)
    given = [row.confidence for row in run.rows if row.answered and row.expected is not None]
    if not points:
        return None
    stood = at_threshold(run.rows, min(given, default=1.0))
    data, now = ([_risk_row(one) for one in ones] for ones in (points, [stood]))
    x, y = _share("coverage", "Questions answered"), _share("risk", "Answers that were wrong")
    tooltip = [_hint("threshold", "Silent below"), _hint("coverage", "Answered"), _hint("risk", "Wrong")]
    layers = [
        _layer("main", {"type": "line"}, data, x, y),
        _layer("dots", {"type": "point", "filled": True, "size": 26}, data, x, y, tooltip),
        _layer("here", {"type": "point", "filled": True, "size": 190}, now, x, y, tooltip),
    ]
    return Chart(
        "What does caution cost?",
        "Answering only what it is sure of means fewer answers, and fewer wrong ones (risk against coverage). The ring "
        "is where this run stood.",
        _plot("Share of wrong answers by the share of questions answered", layers),
        ("Silent below", "Answered", "Wrong"),
        tuple((_percent(one.threshold), _percent(one.coverage), _percent(one.risk)) for one in points),
    )


def _risk_row(point: AtThreshold) -> Row:
    return {"coverage": point.coverage, "risk": point.risk, "threshold": point.threshold}


def charts(run: Evaluation) -> tuple[Chart | None, Chart | None, Chart | None]:
    """Recall, reliability, and risk against coverage, each where the run has data for it."""
    return recall_chart(run.rows), reliability_chart(run.rows), risk_chart(run)


def _layer(
    name: str,
    mark: Mapping[str, object],
    data: Sequence[Row],
    x: Mapping[str, object],
    y: Mapping[str, object],
    tooltip: Sequence[Mapping[str, object]] = (),
    **more: Mapping[str, object],
) -> dict[str, Any]:
    encoding: dict[str, object] = {"x": x, "y": y, **more}
    if tooltip:
        encoding["tooltip"] = tooltip
    return {"name": name, "mark": mark, "data": {"values": list(data)}, "encoding": encoding}


def _plot(description: str, layers: Sequence[Mapping[str, object]]) -> PlotData:
    chart = {
        "description": description,
        "width": "container",
        "height": HEIGHT,
        "background": None,
        "layer": layers,
        "config": {
            "view": {"stroke": None},
            "axis": {"domain": False, "tickSize": 0, "labelPadding": 8, "labelFlush": False},
        },
        "usermeta": {"embedOptions": {"renderer": "svg", "actions": False}},
    }
    return PlotData(type="altair", plot=json.dumps(chart))


def _share(field: str, title: str) -> dict[str, object]:
    """The encoding of a share from 0 to 1, as percentages."""
    ticks = [0, 0.2, 0.4, 0.6, 0.8, 1]
    scale = {"domain": [0, 1]}
    return {"field": field, "type": "quantitative", "title": title, "scale": scale, "axis": _axis(ticks, ".0%")}


def _axis(values: Sequence[float], form: str) -> dict[str, object]:
    return {"values": list(values), "format": form, "titleFontWeight": "normal", "titlePadding": 10}


def _hint(field: str, title: str, form: str = ".0%") -> dict[str, object]:
    return {"field": field, "type": "quantitative", "title": title, "format": form}


def _interval_hints() -> list[dict[str, object]]:
    return [_hint("low", "95 % interval from"), _hint("high", "to")]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
