from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from rag.evaluation.compare import compare
from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.records import Evaluation
from rag.evaluation.report import render_report, write_report
from rag.evaluation.runs import evaluate

EVIL = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>"
ROWS = (
    Question("ribbon", "Who cut the ribbon?", ("Ida Quill",), "bridge.md"),
    Question("cost", "What did the repairs cost?", ("5 pounds",), "bridge.md", ("What reopened?",)),
    Question("wear", "What did the mayor wear?", ()),
    Question(f"evil {EVIL}", f"Who said {EVIL}?", (EVIL,), "fort.md", (EVIL,)),
)
VOID = {"meta", "br", "img", "input", "link", "hr"}


class Page(HTMLParser):
    """Checks that elements nest, and keeps their names, attributes and the text of the page."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(document)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes.extend(attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes.extend(attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def run(make_assistant: Any) -> Evaluation:
    assistant = make_assistant()
    assistant.texts["fort.md"] += f" {EVIL}."
    assistant.spans[ROWS[3].question] = ("fort.md", "Bishkek", 0.3)
    return evaluate(assistant, QuestionSet(ROWS, f"set{EVIL}.jsonl"), save=False)


def test_failures_stand_side_by_side_and_right_answers_do_not(run: Evaluation) -> None:
    page = Page(render_report(run))
    assert "Wrong: 3 of 4" in page.text
    for expected in (
        "Expected5 pounds",
        "2.3 million pounds",
        "What reopened?",
        "ExpectedNo answer",
        "green ribbon",
    ):
        assert expected in page.text
    assert "The repairs cost 2.3 million pounds." in page.text
    assert "Who cut the ribbon?" not in page.text
    assert [value for name, value in page.attributes if name == "data-question"] == [row.id for row in ROWS[1:]]


def test_every_figure_and_plot_is_there(run: Evaluation) -> None:
    page = Page(render_report(run))
    assert page.names.count("svg") == 3
    for label in ("Recall@1", "nDCG@10", "Exact match", "AUROC", "Verbatim", "Calibration error", "Median latency"):
        assert label in page.text


def test_whatever_the_texts_hold_is_shown_as_text(run: Evaluation) -> None:
    document = render_report(run)
    page = Page(document)
    assert EVIL in page.text
    assert not {"script", "img", "link", "iframe", "object", "form", "button"} & set(page.names)
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_nothing_is_fetched(run: Evaluation) -> None:
    document = render_report(run)
    page = Page(document)
    assert not {"src", "href", "xlink:href", "srcset", "data", "action"} & {name for name, _ in page.attributes}
    assert not re.search(r"@import|url\(", document)
    assert "default-src 'none'" in document
    assert "color-scheme: light dark" in document


def test_plots_and_groups_without_data_are_left_out(assistant: Any) -> None:
    rows = (Question("a", "Who cut a green ribbon?", None, relevant={"bridge.md": 1}),)
    page = Page(render_report(evaluate(assistant, QuestionSet(rows), save=False)))
    assert page.names.count("svg") == 1
    assert "Calibration" not in page.text
    assert "Wrong: 0 of 1" in page.text


def test_a_comparison_is_part_of_the_report(run: Evaluation, make_assistant: Any) -> None:
    other = make_assistant()
    other.texts["fort.md"] += f" {EVIL}."
    other.spans = {}
    before = evaluate(other, QuestionSet(ROWS), save=False)
    page = Page(render_report(run, compare(before, run)))
    assert f"Compared with {before.run}" in page.text
    assert "Turned right (1)Who cut the ribbon?silent → “Ida Quill”" in page.text


def test_the_file_is_written_even_with_half_a_surrogate_pair(run: Evaluation, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(dataclasses.replace(run, version="\ud800"), path)
    assert path.read_text(encoding="utf-8") == render_report(dataclasses.replace(run, version="\ufffd"))


def test_the_title_is_plain_text(run: Evaluation) -> None:
    assert f"<title>Evaluation {run.run}</title>" in render_report(run)


def test_points_of_plots_lie_inside(run: Evaluation) -> None:
    for across, up in re.findall(r'cx="([\d.-]+)" cy="([\d.-]+)"', render_report(run)):
        assert 0 <= float(across) <= 360
        assert 0 <= float(up) <= 280
