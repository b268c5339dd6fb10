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
    if figure is None:
        return "–"
    if not isinstance(figure, Mapping):
        return f"{100 * figure:.1f}"
    if figure.get("value") is None:
        return "–"
    text = f"{100 * figure['value']:.1f}"
    if interval and figure.get("low") is not None and figure.get("high") is not None:
        text += f" ({100 * figure['low']:.1f}–{100 * figure['high']:.1f})"
    return text


def rate(figure: Mapping[str, Any] | float | None, interval: bool = True) -> str:
    """A score of 0 to 1 with three digits, and its 95 % interval."""
    if figure is None:
        return "–"
    if not isinstance(figure, Mapping):
        return f"{figure:.3f}"
    if figure.get("value") is None:
        return "–"
    text = f"{figure['value']:.3f}"
    if interval and figure.get("low") is not None and figure.get("high") is not None:
        text += f" ({figure['low']:.3f}–{figure['high']:.3f})"
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
