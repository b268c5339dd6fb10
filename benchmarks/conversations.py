"""Follow-up questions made to stand alone; measured by ``follow_ups.py``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks import follow_ups
from benchmarks.markdown import number, share, table
from benchmarks.protocol import Measured, Setup

SYSTEMS = {"ours": "ours", "nothing": "leave the question alone", "prepend": "put the previous question before it"}


def measure(setup: Setup) -> Measured:
    """Every set, whole."""
    figures: dict[str, Any] = {}
    for done, name in enumerate(follow_ups.SETS):
        setup.progress("rewriting", done, len(follow_ups.SETS))
        figures[name] = with_intervals(follow_ups.evaluate(setup.data, [name])[name])
    return Measured(figures, {name: one["questions"] for name, one in figures.items()})


def with_intervals(one: Mapping[str, Any]) -> dict[str, Any]:
    """F1 and harm of each system as figures with their intervals."""
    result = dict(one)
    for system in SYSTEMS:
        measured = dict(one[system])
        for name in ("f1", "harm"):
            low, high = measured.pop(f"{name}_interval")
            measured[name] = {"value": measured[name], "low": low, "high": high}
        result[system] = measured
    return result


def section(figures: Mapping[str, Any]) -> str:
    """Added terms and harm of each system on each set."""
    rows = [
        [
            f"{name} ({one['split']}, {one['questions']:,})",
            title,
            share(one[system]["precision"]),
            share(one[system]["recall"]),
            share(one[system]["f1"]),
            share(one[system]["harm"]),
        ]
        for name, one in figures.items()
        for system, title in SYSTEMS.items()
    ]
    spent = ", ".join(f"{name} {number(one['processor_ms_p50'], 2)} ms" for name, one in figures.items())
    return (
        table(["set", "", "precision, %", "recall, %", "F1, %", "harm, %"], rows)
        + "\n\nPrecision, recall and F1 of the terms added to the question, against a person's rewrite; harm is the "
        f"share of questions that stand alone and were changed all the same. Processor time, median: {spent}."
    )
