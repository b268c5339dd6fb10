"""Questions that ask for several things; measured by ``list_questions.py``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks import list_questions
from benchmarks.markdown import number, share, table
from benchmarks.protocol import Measured, Setup
from rag.read.checkpoint import load_shipped_reader

SYSTEMS = {"best_span": "the reader's best span alone", "ours": "the answer's citations"}
MATCHES = {"exact": "whole spans", "partial": "words"}


def measure(setup: Setup) -> Measured:
    """All validation questions, or the first ``setup.questions``."""
    cases = list_questions.read_cases(setup.file("eval") / "multispanqa_valid.jsonl.gz")[: setup.questions]
    setup.progress("reading", 0, len(cases))
    figures = list_questions.measure(cases, load_shipped_reader(), lambda _: None)
    return Measured(with_intervals(figures), {"questions": figures["questions"]})


def with_intervals(one: Mapping[str, Any]) -> dict[str, Any]:
    """F1 as figures with their intervals, wherever a table has one."""
    result: dict[str, Any] = {}
    for name, value in one.items():
        if isinstance(value, Mapping) and "f1_interval" in value:
            low, high = value["f1_interval"]
            rest = {key: inner for key, inner in value.items() if key != "f1_interval"}
            result[name] = {**rest, "f1": {"value": value["f1"], "low": low, "high": high}}
        else:
            result[name] = with_intervals(value) if isinstance(value, Mapping) else value
    return result


def section(figures: Mapping[str, Any]) -> str:
    """Precision, recall and F1 of spans and words."""
    seen = figures["recognised"]
    groups = {"all questions": figures, "those seen to ask for several things": seen}
    rows = [
        [
            group,
            title,
            match,
            share(one[system][kind]["precision"]),
            share(one[system][kind]["recall"]),
            share(one[system][kind]["f1"]),
        ]
        for group, one in groups.items()
        for system, title in SYSTEMS.items()
        if system in one
        for kind, match in MATCHES.items()
    ]
    return (
        f"MultiSpanQA's {figures['questions']:,} validation questions, each with its passage and every span of its "
        f"answer; every question is answered. {share(seen['share'])} % are seen by their wording to ask for "
        "several things.\n\n"
        + table(["", "", "match", "precision, %", "recall, %", "F1, %"], rows)
        + f"\n\nProcessor time without the reader, median: {number(figures['processor_ms_p50'], 2)} ms."
    )
