from __future__ import annotations

from typing import Any

from benchmarks import markdown
from benchmarks.parts import PARTS
from benchmarks.render import introduction, machine_names, made_by, page
from benchmarks.results import RESULTS, deviations, quality_figures, read_results


def test_the_page_is_rendered_from_the_results() -> None:
    written = RESULTS.with_name("README.md").read_text(encoding="utf-8")
    assert written == page(read_results()), "run: python -m benchmarks.render"


def test_every_recorded_part_has_ranges_that_its_own_figures_are_in() -> None:
    parts = read_results()["parts"]
    assert set(parts) <= {part.name for part in PARTS}
    assert {"retrieval", "reader", "open_domain", "peers"} <= {name for name, one in parts.items() if one["expected"]}
    for entry in parts.values():
        assert set(entry["expected"]) == {name for name, _ in quality_figures(entry["figures"])}
        assert deviations(entry, entry) == []


def test_every_part_has_a_module_that_measures_and_renders() -> None:
    for part in PARTS:
        module = part.load()
        assert callable(module.measure)
        assert callable(module.section)


def test_numbers_are_shown_with_their_intervals() -> None:
    figure = {"value": 0.5, "low": 0.4567, "high": 0.5433}
    assert markdown.share(figure) == "50.0 (45.7–54.3)"
    assert markdown.share(figure, interval=False) == "50.0"
    assert markdown.rate(figure) == "0.500 (0.457–0.543)"
    assert [markdown.share(nothing) for nothing in (None, {"value": None})] == ["–", "–"]
    assert markdown.number(12345.67, 1, "ms") == "12,345.7 ms"
    assert markdown.significance(0.04) == "p = 0.040, significant"
    assert markdown.table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def entry(processor: str, seconds: float | None = 90.0, threads: int = 2) -> dict[str, Any]:
    machine = {"processor": processor, "instructions": "AVX2", "cores": 2, "memory_gb": 8, "system": "Linux"}
    return {
        "command": "citespan bench", "date": "2026-01-02T03:04:05+00:00", "seconds": seconds, "threads": threads,
        "versions": {"citespan": "1"}, "machine": {**machine, "bfloat16": False},
    }  # fmt: skip


def test_a_part_says_how_long_it_took_and_with_how_many_threads() -> None:
    one = entry("A processor", threads=1)
    assert made_by(one, machine_names([one])) == "`citespan bench` · 2026-01-02 · 90 s · 1 thread · citespan 1"


def test_parts_say_on_which_machine_only_where_they_differ() -> None:
    alike, other = [entry("Old"), entry("Old")], entry("New")
    assert set(machine_names(alike).values()) == {""}
    names = machine_names([*alike, other])
    assert list(names.values()) == ["machine A", "machine B"]
    assert "· machine B ·" in made_by(other, names)


def test_the_introduction_says_how_long_everything_took_when_that_is_known() -> None:
    assert "one part after the other (here in 3 minutes)." in introduction([entry("A"), entry("A")])
    assert "one part after the other. One" in introduction([entry("A"), entry("A", None)])
