"""The charts of a run, one model for page and report: points and axes that ``templates/charts.html`` draws as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.evaluation.figures import Columns
from rag.evaluation.metrics.bootstrap import estimates
from rag.evaluation.metrics.curves import reliability
from rag.evaluation.records import DEPTH, Evaluation, QuestionOutcome
from rag.evaluation.thresholds import at_threshold, threshold_curve
from rag.presentation.wording import percent

Point = tuple[float, float]
WIDTH, HEIGHT = 360, 280
LEFT, RIGHT, TOP, BOTTOM = 64, 14, 14, 46
SHARES = tuple((step / 5, f"{20 * step}\u202f%") for step in range(6))


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis with its title, range, and where its numbers stand; a share from 0 to 1 unless said otherwise."""

    title: str
    low: float = 0.0
    high: float = 1.0
    marks: Sequence[tuple[float, str]] = SHARES

    def at(self, value: float) -> float:
        """Where ``value`` lies on the axis, 0 to 1; outside values are moved to the nearer end."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


@dataclass(frozen=True, slots=True)
class Series:
    """Points joined by a line.

    Attributes:
        kind: the style: "main" (a line with dots), "guide" (a dashed line), "band" (a filled area between two lines)
            or "here" (one large dot at each point).
        hints: what each point says when pointed at; as many as points, or none.
    """

    points: Sequence[Point]
    kind: str = "main"
    hints: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A line chart with what it shows.

    Attributes:
        name: what the page calls its element.
        title: its heading.
        meaning: one sentence on how to read it.
        headings, rows: the same numbers as a table, cell by cell as text.
    """

    name: str
    title: str
    meaning: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def place(self, point: Point) -> tuple[str, str]:
        """Where a point lies in the picture of ``WIDTH`` by ``HEIGHT``, from its upper left corner."""
        across = LEFT + self.x.at(point[0]) * (WIDTH - LEFT - RIGHT)
        down = HEIGHT - BOTTOM - self.y.at(point[1]) * (HEIGHT - TOP - BOTTOM)
        return f"{across:.1f}", f"{down:.1f}"

    def path(self, series: Series) -> str:
        """The points of a series as SVG writes them."""
        return " ".join(",".join(self.place(point)) for point in series.points)


def charts(run: Evaluation) -> list[Chart]:
    """Recall, reliability, and risk against coverage, each where the run has data for it."""
    every = (recall_chart(run.rows), reliability_chart(run.rows), risk_chart(run.rows))
    return [chart for chart in every if chart is not None]


def recall_chart(rows: Sequence[QuestionOutcome]) -> Chart | None:
    """How often what should be found is among the first k passages; None when the set does not say what should be."""
    columns = Columns(rows)
    if not columns.judged.any():
        return None
    ranks = [float(k) for k in range(1, DEPTH + 1)]
    recalls = list(estimates({str(k): columns.recall(int(k)) for k in ranks}, len(rows)).values())
    values, lows, highs = ([getattr(recall, side) or 0.0 for recall in recalls] for side in ("value", "low", "high"))
    band = [*zip(ranks, highs, strict=True), *reversed([*zip(ranks, lows, strict=True)])]
    table = [
        (f"{k:.0f}", percent(value), f"{percent(low)}–{percent(high)}")
        for k, value, low, high in zip(ranks, values, lows, highs, strict=True)
    ]
    hints = [f"{found} found among the first {k} ({between})" for k, found, between in table]
    return Chart(
        "recall",
        "Is it found?",
        f"How often the passage with the answer is among the first 1 to {DEPTH} (recall@k). The shaded band is the "
        "95\u202f% interval.",
        Axis("passages looked at", 1, DEPTH, [(k, f"{k:.0f}") for k in ranks]),
        Axis("found"),
        (Series(band, "band"), Series([*zip(ranks, values, strict=True)], "main", hints)),
        ("Passages", "Found", "95 % interval"),
        tuple(table),
    )


def reliability_chart(rows: Sequence[QuestionOutcome]) -> Chart | None:
    """The share of right answers by confidence; None when nothing was answered."""
    columns = Columns(rows)
    given = columns.known & columns.answered
    if not given.any():
        return None
    bins = reliability(columns.confidences, columns.right, given)
    table = [(f"{one.low:.0%}–{one.high:.0%}", percent(one.accuracy), f"{one.count:,}") for one in bins]
    hints = [f"{shares} confidence: {right} of {count} right" for shares, right, count in table]
    return Chart(
        "reliability",
        "Is its confidence honest?",
        "Of the answers given with 80\u202f% confidence, 80\u202f% should be right: then the dots lie on the dashed "
        "line (calibration).",
        Axis("confidence shown"),
        Axis("answers that were right"),
        (
            Series([(0, 0), (1, 1)], "guide"),
            Series([(one.confidence, one.accuracy) for one in bins], "main", hints),
        ),
        ("Confidence", "Right", "Answers"),
        tuple(table),
    )


def risk_chart(rows: Sequence[QuestionOutcome], threshold: float | None = None) -> Chart | None:
    """The share of wrong answers against the share of questions answered; None when nothing was answered.

    Where the run kept what an abstention held back, the curve goes on to answering everything.

    Args:
        threshold: where the ring is; where the run stood when not given.
    """
    points = threshold_curve(rows)
    if not points:
        return None
    given = [row.confidence for row in rows if row.answered and row.expected is not None]
    here = at_threshold(rows, min(given, default=1.0) if threshold is None else threshold)
    hints = [
        f"silent below {percent(one.threshold)}: {percent(one.coverage)} answered, {percent(one.risk)} of these wrong"
        for one in (*points, here)
    ]
    return Chart(
        "risk",
        "What does caution cost?",
        "Answering only what it is sure of means fewer answers, and fewer wrong ones (risk against coverage). The ring "
        f"is where {'this run stood' if threshold is None else 'this setting stands'}.",
        Axis("questions answered"),
        Axis("answers that were wrong"),
        (
            Series([(one.coverage, one.risk) for one in points], "main", hints[:-1]),
            Series([(here.coverage, here.risk)], "here", hints[-1:]),
        ),
        ("Silent below", "Answered", "Wrong"),
        tuple((percent(one.threshold), percent(one.coverage), percent(one.risk)) for one in points),
    )
