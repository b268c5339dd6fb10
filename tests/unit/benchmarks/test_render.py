from __future__ import annotations

from benchmarks import markdown
from benchmarks.parts import PARTS
from benchmarks.render import page
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
