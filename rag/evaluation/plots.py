"""Line plots as inline SVG: no script, no font and no picture from outside; colours come from the page's style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

Point = tuple[float, float]

WIDTH, HEIGHT = 360, 280
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 14, 46
TICKS = 5


@dataclass(frozen=True, slots=True)
class Series:
    """Points joined by a line.

    Attributes:
        kind: the style: "main" (a line with dots), "line" and "guide" (a line), "band" (a filled area between two
            lines) or "here" (one large dot at each point).
        hints: what each point says when pointed at; as many as points, or none.
    """

    points: Sequence[Point]
    kind: str = "main"
    hints: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis with its title and range.

    Attributes:
        ticks: where numbers stand; equal steps when empty.
    """

    title: str
    low: float = 0.0
    high: float = 1.0
    ticks: Sequence[float] = ()

    def at(self, value: float) -> float:
        """Where ``value`` lies on the axis, 0 to 1; outside values are moved to the nearer end."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    @property
    def marks(self) -> Sequence[float]:
        """Where numbers stand."""
        step = (self.high - self.low) / TICKS
        return self.ticks or [self.low + step * number for number in range(TICKS + 1)]


def line_plot(title: str, x: Axis, y: Axis, series: Sequence[Series]) -> str:
    """An ``<svg>`` element; every text in it is escaped."""
    parts = [
        f'<svg class="plot" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title>",
    ]
    for mark in x.marks:
        column = _column(x, mark)
        parts.append(f'<line class="grid" x1="{column:.1f}" x2="{column:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        parts.append(f'<text class="tick" x="{column:.1f}" y="{HEIGHT - BOTTOM + 16}">{mark:g}</text>')
    for mark in y.marks:
        row = _row(y, mark)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{row:.1f}" y2="{row:.1f}"/>')
        parts.append(f'<text class="tick left" x="{LEFT - 7}" y="{row + 4:.1f}">{_short(mark)}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text class="axis" x="{middle:.1f}" y="{HEIGHT - 8}">{escape(x.title)}</text>')
    centre = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(
        f'<text class="axis" x="13" y="{centre:.1f}" transform="rotate(-90 13 {centre:.1f})">{escape(y.title)}</text>'
    )
    for one in series:
        parts.extend(_drawn(one, x, y))
    parts.append("</svg>")
    return "".join(parts)


def _drawn(series: Series, x: Axis, y: Axis) -> list[str]:
    places = [(_column(x, across), _row(y, up)) for across, up in series.points]
    path = " ".join(f"{column:.1f},{row:.1f}" for column, row in places)
    if series.kind == "band":
        return [f'<polygon class="band" points="{path}"/>']
    drawn = [] if series.kind == "here" else [f'<polyline class="{escape(series.kind)}" points="{path}"/>']
    if series.kind in ("main", "here"):
        dot, radius = ("dot", 3.5) if series.kind == "main" else ("here", 7)
        for number, (column, row) in enumerate(places):
            hint = f"<title>{escape(series.hints[number])}</title>" if series.hints else ""
            drawn.append(f'<circle class="{dot}" cx="{column:.1f}" cy="{row:.1f}" r="{radius}">{hint}</circle>')
    return drawn


def _column(axis: Axis, value: float) -> float:
    return LEFT + axis.at(value) * (WIDTH - LEFT - RIGHT)


def _row(axis: Axis, value: float) -> float:
    return HEIGHT - BOTTOM - axis.at(value) * (HEIGHT - TOP - BOTTOM)


def _short(value: float) -> str:
    return f"{round(value, 3):g}"
