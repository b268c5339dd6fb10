"""Numbers and tables of the rendered page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def share(figure: Mapping[str, Any] | float | None, interval: bool = True) -> str:
    """A rate of 0 to 1 as percent with one digit, and its 95 % interval."""
    return _with_interval(figure, interval, scale=100, digits=1)


def rate(figure: Mapping[str, Any] | float | None, interval: bool = True) -> str:
    """A score of 0 to 1 with three digits, and its 95 % interval."""
    return _with_interval(figure, interval, scale=1, digits=3)


def _with_interval(figure: Mapping[str, Any] | float | None, interval: bool, *, scale: int, digits: int) -> str:
    if figure is None:
        return "–"
    value, low, high = (
        (figure.get(name) for name in ("value", "low", "high")) if isinstance(figure, Mapping) else (figure, None, None)
    )
    if value is None:
        return "–"
    text = f"{scale * value:.{digits}f}"
    if interval and low is not None and high is not None:
        text += f" ({scale * low:.{digits}f}–{scale * high:.{digits}f})"
    return text


def number(value: float | None, digits: int = 0, unit: str = "") -> str:
    """A measured number with its unit."""
    return "–" if value is None else f"{value:,.{digits}f}{f' {unit}' if unit else ''}"


def times(value: float | None) -> str:
    """A ratio."""
    return "–" if value is None else f"{value:.2f} ×"


def significance(p: float | None) -> str:
    """A p-value in words."""
    if p is None:
        return "not tested"
    return f"p = {p:.3f}" + (", significant" if p < 0.05 else ", not significant")
