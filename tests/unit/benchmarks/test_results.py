from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.protocol import Measured
from benchmarks.results import (
    RESULTS,
    deviations,
    entry_of,
    expected_ranges,
    merge,
    quality_figures,
    read_results,
)
from rag.errors import InputError


def figure(value: float, half: float = 0.0) -> dict[str, float]:
    return {"value": value, "low": value - half, "high": value + half}


def entry(value: float, half: float = 0.0, questions: int = 10) -> dict[str, Any]:
    return entry_of(
        Measured({"set": {"f1": figure(value, half)}, "p50_ms": 3.0}, {"questions": questions}), "run", 1.0, 2
    )


def test_only_figures_with_a_value_are_quality_figures() -> None:
    figures = {"a": {"b": figure(0.5), "p50_ms": 7.0}, "c": figure(0.1), "d": {"value": "word"}, "e": {"value": None}}
    assert [name for name, _ in quality_figures(figures)] == ["a.b", "c"]


def test_a_range_is_wider_when_the_figure_rests_on_few_questions() -> None:
    ranges = expected_ranges({"many": figure(0.5, 0.004), "few": figure(0.5, 0.2), "bare": {"value": 0.5}})
    assert ranges == {"many": [0.49, 0.51], "few": [0.4, 0.6], "bare": [0.49, 0.51]}


@pytest.mark.parametrize(("value", "side"), [(0.5, None), (0.509, None), (0.489, "below"), (0.511, "above")])
def test_a_figure_that_leaves_its_range_is_named(value: float, side: str | None) -> None:
    problems = deviations(entry(0.5), entry(value))
    assert [f"is {side} the expected 0.49 to 0.51" in problem for problem in problems] == (
        [] if side is None else [True]
    )


def test_with_another_number_of_questions_the_interval_counts() -> None:
    assert deviations(entry(0.5), entry(0.4, half=0.2, questions=3)) == []
    assert deviations(entry(0.5), entry(0.4, half=0.2)) != []
    assert deviations(entry(0.5), entry(0.4, half=0.05, questions=3)) != []


def test_a_figure_that_is_gone_is_a_deviation() -> None:
    gone = entry_of(Measured({}, {"questions": 10}), "run", 1.0, 2)
    assert deviations(entry(0.5), gone) == ["set.f1: was not measured any more"]


def test_parts_are_merged_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    assert read_results(path) == {"parts": {}}
    merge(path, "one", entry(0.5))
    merge(path, "two", entry(0.6))
    merge(path, "one", entry(0.7))
    parts = read_results(path)["parts"]
    assert {name: part["figures"]["set"]["f1"]["value"] for name, part in parts.items()} == {"one": 0.7, "two": 0.6}
    assert [file.name for file in tmp_path.iterdir()] == ["results.json"]


@pytest.mark.parametrize("text", ["{", "[]", '{"parts": 3}'])
def test_a_broken_results_file_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "results.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"results\.json"):
        read_results(path)


def test_an_entry_says_what_made_it_and_names_no_folder() -> None:
    made = entry(0.5)
    assert {"processor", "instructions", "cores", "memory_gb", "system", "bfloat16"} == set(made["machine"])
    assert {"citespan", "python", "encoder", "torch"} <= set(made["versions"])
    assert made["threads"] == 2
    assert str(RESULTS.parents[2]) not in json.dumps(made)
