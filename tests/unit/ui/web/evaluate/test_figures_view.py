from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.evaluation.compare import compare
from rag.evaluation.failures import failure_kind, occurrences
from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.run_files import list_runs
from rag.evaluation.table import verdict
from rag.presentation.wording import moment
from rag.records import Finding
from tests.unit.ui.web.evaluate.evaluated import ROWS, SET, Evaluated, an_evaluation
from tests.unit.ui.web.page_text import read_html
from ui.web.evaluate.figures_view import (
    charts_view,
    comparison_card,
    failed_questions,
    problem_list,
    progress_card,
    question_detail,
    results_head,
    run_name,
    set_card,
    time_left,
)
from ui.web.evaluate.job import Job
from ui.web.evaluate.question_sets import summary
from ui.web.settings.settings_view import effect, facts, health

HOSTILE = "</p><script>alert(1)</script>"


def test_every_problem_of_a_file_is_listed_as_text() -> None:
    page = read_html(problem_list([f"a.jsonl:{line}: id: {HOSTILE}" for line in (1, 2)], "It cannot be used."))
    assert [one.text for one in page.all("li")] == [f"a.jsonl:{line}: id: {HOSTILE}" for line in (1, 2)]
    assert "2 problems" in page.text
    assert page.all("script") == []
    assert "a.jsonl:1" in read_html(problem_list(["a.jsonl:1: bad"], "No.")).text


def test_more_problems_than_anybody_reads_are_counted() -> None:
    page = read_html(problem_list(["bad"] * 1500, "It cannot be used."))
    assert len(page.all("li")) == 1000
    assert "… and 500 more." in page.text


def test_a_set_shows_its_questions_and_what_is_expected() -> None:
    page = read_html(set_card(SET, summary(SET)))
    texts = [one.text for one in page.all("li")]
    assert texts[0] == "Who cut the ribbon?Ida Quill / Mayor Ida Quill"
    assert texts[4] == "Who <b>walked</b> on the moon?not in the articles"


def test_progress_says_what_is_happening() -> None:
    job = Job(1, "Mine <b>", 75)
    assert progress_card(None) == progress_card(replace(job, finished=True)) == ""
    assert "Loading the models…" in read_html(progress_card(job)).text
    asking = read_html(progress_card(replace(job, asking=True, done=18, seconds_left=31.0)))
    assert "Question 19 of 75 · about 30 seconds left." in asking.text
    assert "Mine <b>" in asking.text
    assert [one.attributes["aria-valuenow"] for one in asking.all("div", "progress")] == ["18"]
    assert "what was done is kept" in read_html(progress_card(replace(job, asking=True, stopping=True))).text


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, ""),
        (3.0, "a few seconds left"),
        (42.0, "about 40 seconds left"),
        (95.0, "about 2 minutes left"),
        (62.0, "about 60 seconds left"),
        (3600.0, "about 60 minutes left"),
    ],
)
def test_time_left_in_words(seconds: float | None, told: str) -> None:
    assert time_left(seconds) == told


def test_the_headline_is_the_runs_own_figures(tmp_path: Path) -> None:
    _, run = an_evaluation(tmp_path)
    text = read_html(results_head(run)).text
    assert run.figure("answers.right") == 2 / 5
    assert "Ended well40\u202f%" in text
    assert "Right when it answers33\u202f%" in text
    assert "Rightly silent50\u202f%" in text
    assert "Download the report" in text


def test_the_table_has_every_figure_that_is_defined(tmp_path: Path) -> None:
    _, run = an_evaluation(tmp_path)
    page = read_html(results_head(run))
    assert page.text.count("–") > 10
    assert "0.400" in page.text
    only_search = Evaluated(tmp_path).evaluate(QuestionSet((Question("a", "Which town?", None, "fort.md"),)))
    text = read_html(results_head(only_search)).text
    assert "Recall@10" in text
    assert "Exact match" not in text


def test_a_run_is_named_by_when_what_and_how_well(tmp_path: Path) -> None:
    _, run = an_evaluation(tmp_path)
    (stored,) = list_runs(tmp_path)
    assert run_name(stored) == f"{moment(run.started)} · set.jsonl · 5 questions · 40 % ended well"
    assert run_name(replace(stored, partial=True, question_set="\u202ea")).endswith("stopped early")
    assert "\u202e" not in run_name(replace(stored, question_set="\u202ea"))
    assert "/home" not in run_name(replace(stored, question_set="/home/ada/mine.jsonl"))
    assert "mine.jsonl" in run_name(replace(stored, question_set="/home/ada/mine.jsonl"))
    assert moment("nonsense") == "nonsense"


def test_charts_can_be_read_as_tables(tmp_path: Path) -> None:
    page = read_html(charts_view(an_evaluation(tmp_path)[1]))
    assert len(page.all("svg")) == len(page.all("table")) == 3
    assert len(page.all("tbody")[0].text) > 10
    assert len(page.all("circle", "dot")) == 10 + 3 + 4


def test_each_failure_has_its_kind(tmp_path: Path) -> None:
    _, run = an_evaluation(tmp_path)
    kinds = {row.id: failure_kind(row) for row in run.rows if row.failed}
    assert kinds == {"cost": "wrong", "wear": "invented", "river": "missed"}
    page = read_html(failed_questions(run))
    assert [one.attributes["data-question"] for one in page.all("details")] == ["cost", "wear", "river"]
    assert next(one.text for one in page.all("button")) == "All 3"
    nothing = replace(run, rows=tuple(row for row in run.rows if not row.failed))
    assert "Nothing went wrong" in failed_questions(nothing)
    assert failure_kind(replace(run.rows[0], error="too long")) == "error"
    assert failure_kind(replace(run.rows[0], expected=None)) == "lost"


def test_a_failure_in_full_sets_expected_and_answered_side_by_side(tmp_path: Path) -> None:
    assistant, run = an_evaluation(tmp_path)
    rows = {row.id: row for row in run.rows}
    wrong = read_html(question_detail(rows["cost"], assistant.article)).text
    for part in ("nothing", "2.3 million pounds", "80\u202f% confidence", "The repairs cost 2.3 million pounds."):
        assert part in wrong
    missed = read_html(question_detail(rows["river"], assistant.article))
    assert "It stayed silent." in missed.text
    assert "Held back, at 20\u202f% confidence: “Chu”" in missed.text
    assert [one.text for one in missed.all("span", "expected-here")] == ["Chu"]
    assert "should be found" in missed.text
    invented = read_html(question_detail(rows["wear"], assistant.article)).text
    assert "the articles do not say" in invented


def test_a_removed_article_is_said_to_be_gone_and_nothing_becomes_markup(tmp_path: Path) -> None:
    assistant, run = an_evaluation(tmp_path)
    row = next(row for row in run.rows if row.id == "cost")
    assistant.texts.clear()
    hostile = replace(
        row, answer=HOSTILE, expected=(HOSTILE,), history=(HOSTILE,), searched_for=HOSTILE, source=HOSTILE
    )
    page = read_html(question_detail(hostile, assistant.article))
    assert page.all("script") == []
    assert page.text.count(HOSTILE) == 5
    kept = replace(row, retrieved=tuple(replace(one, text=None) for one in row.retrieved))
    assert "no longer in the store" in question_detail(kept, assistant.article)


def test_expected_answers_are_marked_as_whole_words() -> None:
    text = "In 2012, 12 people; Twelve of 12."
    assert [span.of(text) for span in occurrences(text, ("12", "twelve", " "))] == ["12", "Twelve", "12"]
    assert [span.of("Ida Quill") for span in occurrences("Ida Quill", ("Ida", "Ida Quill"))] == ["Ida Quill"]


def test_what_changed_and_whether_it_is_chance(tmp_path: Path) -> None:
    assistant, first = an_evaluation(tmp_path)
    assistant.spans["What did the repairs cost?"] = ("bridge.md", "nothing", 0.8)
    del assistant.spans["Who cut the ribbon?"]
    comparison = compare(first, assistant.evaluate(SET))
    assert verdict(comparison).startswith("Of 5 shared questions, 1 turned right and 1 turned wrong.")
    page = read_html(comparison_card(comparison, "old <b>", "new"))
    assert "old <b>" in page.text
    assert [one.text for one in page.all("h4")] == ["Turned wrong (1)", "Turned right (1)"]
    assert "“Ida Quill” → silent" in page.text
    better = Evaluated(tmp_path)
    rows = tuple(replace(ROWS[3], id=str(number)) for number in range(40))
    before = better.evaluate(QuestionSet(rows))
    better.spans["Which river does it lie on?"] = ("fort.md", "Chu", 0.9)
    told = verdict(compare(before, better.evaluate(QuestionSet(rows))))
    assert "Now 100\u202f% end well, 0\u202f% before. That is more than chance" in told
    assert "As many end well as before" in verdict(compare(before, before))


def test_a_threshold_is_told_in_words_and_on_the_curve(tmp_path: Path) -> None:
    _, run = an_evaluation(tmp_path)
    page = read_html(effect(run, 0.7, passages_read=8))
    text = " ".join(page.text.split())
    assert "At this setting it would have answered 2 of 5 questions and been right on 1." in text
    assert "On the other 3 it would have stayed silent; 2 of these the articles do not answer." in text
    assert "may differ" not in text
    assert len(page.all("circle", "here")) == 1
    assert "It read at most 8 passages for a question; with 12" in effect(run, 0.7, passages_read=12)
    assert "Run an evaluation" in effect(None, 0.5, 8)


def test_a_run_that_kept_less_says_so_below_what_it_kept(tmp_path: Path) -> None:
    _, run = an_evaluation(tmp_path)
    old = replace(run, rows=tuple(row if row.answered else replace(row, candidate=None) for row in run.rows))
    assert "did not keep what it held back" in effect(old, 0.1, 8)
    assert "did not keep" not in effect(old, 0.8, 8)


def test_health_begins_with_the_worst() -> None:
    page = read_html(health([Finding("ok", "disk", "fine"), Finding("error", "reader", HOSTILE, "make install")]))
    assert [one.text for one in page.all("span", "status")] == ["Broken", "Fine"]
    assert page.one("code").text == "make install"
    assert HOSTILE in page.text
    assert "Everything is fine." in health([Finding("ok", "disk", "fine")])
    assert HOSTILE in read_html(facts([("Kept in", HOSTILE)])).text
