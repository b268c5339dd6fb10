"""An evaluation on the page with the real engine and the sample questions: run, look, compare, keep the report."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from rag.assistant import Assistant
from rag.evaluation.failures import PASSAGES_SHOWN
from rag.evaluation.question_files import read_questions
from rag.evaluation.run_files import list_runs, load_run
from tests.browser.accessibility import serious
from tests.browser.conftest import NARROW, Visit, Watch, emptied
from tests.browser.steps import ArticlePage

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
PATIENCE = 300_000
"""Milliseconds for the models to load and some questions to be asked on a machine with better things to do."""
PATIENCE_FOR_ALL = 900_000
"""The same for the whole sample set."""
HOSTILE = "Who is <img src=x onerror=alert(1)>?"


@pytest.fixture(scope="module")
def assistant(real_assistant: Assistant) -> Assistant:
    emptied(real_assistant).add(SEEDS)
    return real_assistant


@pytest.fixture
def address(real_address: str) -> str:
    return real_address


def sample_rows(count: int) -> list[dict[str, object]]:
    """The first ``count`` questions of the development split of the sample set that stand alone."""
    rows = [json.loads(line) for line in (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["split"] == "dev" and not row["history"]][:count]


def subset() -> bytes:
    """Some sample questions, one of them with a wrong expectation, and one that no article answers."""
    rows = sample_rows(6)
    rows[0] = {**rows[0], "id": "off", "answers": ["Nobody of that name"], "source": None}
    rows.append({"id": "hostile", "question": HOSTILE, "answers": [], "source": None, "split": "test"})
    return "\n".join(json.dumps(row) for row in rows).encode()


def go_to_evaluate(user: ArticlePage) -> None:
    user.page.get_by_role("tab", name="Evaluate").click()
    expect(user.page.locator("#set-card").locator(".set-card, .notice")).to_be_visible()


def upload(user: ArticlePage, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    user.page.locator("#evaluate-tab input[type=file]").set_input_files(file)  # type: ignore[arg-type]


def run_and_wait(user: ArticlePage, assistant: Assistant, patience: int = PATIENCE) -> str:
    """Press Run and wait for the results; gives back the new run's id."""
    before = {one.run for one in list_runs(Path(assistant.store_path))}
    user.page.get_by_role("button", name="Run", exact=True).click()
    expect(user.page.locator("#evaluation-progress .running")).to_be_visible()
    expect(user.page.locator("#evaluation-progress .running")).to_have_count(0, timeout=patience)
    (made,) = {one.run for one in list_runs(Path(assistant.store_path))} - before
    expect(
        user.page.locator(f"#failures [data-run='{made}'], #results-head [data-report='{made}']").first
    ).to_be_visible()
    return made


def chart(user: ArticlePage, name: str) -> Locator:
    return user.page.locator(f"#{name}-chart svg")


def test_an_evaluation_from_choosing_the_set_to_the_report(
    visit: Visit, assistant: Assistant, watch: Watch, tmp_path: Path
) -> None:
    user = visit()
    page = user.page
    go_to_evaluate(user)
    expect(page.get_by_label("Question set")).to_have_value("Questions on the sample articles")

    upload(user, "mine.jsonl", subset())
    expect(page.locator("#set-card")).to_contain_text("7 questions: 6 with an answer in the articles, 1 without")
    first = run_and_wait(user, assistant)
    run = load_run(first, Path(assistant.store_path))
    assert (len(run.rows), run.partial) == (7, False)
    assert any(row.right for row in run.rows)

    for name in ("recall", "reliability", "risk"):
        expect(chart(user, name)).to_be_visible()
        box = chart(user, name).bounding_box()
        assert box is not None
        assert box["width"] > 200
    expect(page.locator("#recall-chart circle.dot")).to_have_count(10)
    expect(page.locator("#recall-chart circle.dot title").first).to_contain_text("found among the first 1")
    page.locator("#recall-chart summary").click()
    expect(page.locator("#recall-chart tbody tr")).to_have_count(10)
    page.get_by_text("All figures with their intervals").click()
    row = page.locator("#results-head tr", has_text="Recall@10")
    expect(row).to_contain_text(f"{run.figure('retrieval.recall@10'):.3f}")

    failed = [row.id for row in run.rows if row.failed]
    assert "off" in failed
    expect(page.locator("details.asked-one")).to_have_count(len(failed))
    page.locator("details.asked-one[data-question='off'] summary").click()
    detail = page.locator("details.asked-one[data-question='off'] .question-detail")
    expect(detail.locator(".sides")).to_contain_text("Nobody of that name")
    given = next(row for row in run.rows if row.id == "off")
    assert given.answer is not None
    expect(detail.locator(".sides")).to_contain_text(given.answer)
    expect(detail.locator("ol.passages li").first).to_be_visible()
    assert serious(user.page) == []
    page.screenshot(path=tmp_path / "evaluated.png", full_page=True)
    detail.locator("ol.passages button").first.click()
    expect(page.locator(".source-title")).to_be_visible()
    page.keyboard.press("Escape")

    second = run_and_wait(user, assistant)
    page.get_by_label("Compare with").click()
    page.get_by_role("option", name="ended well").first.click()
    expect(page.locator("#comparison .verdict")).to_contain_text(
        "Of 7 shared questions, 0 turned right and 0 turned wrong"
    )
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the report").click()
    report = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert waiting.value.suggested_filename == f"evaluation-{second}.html"
    assert f"Compared with <bdi>{first}" in report
    assert (watch.outside, watch.requests > 10) == ([], True)


def test_the_whole_sample_set_is_run_its_plots_seen_and_a_failed_question_opened(
    visit: Visit, assistant: Assistant, watch: Watch
) -> None:
    questions = read_questions(SEEDS / "questions.jsonl")
    user = visit()
    page = user.page
    go_to_evaluate(user)
    expect(page.get_by_label("Question set")).to_have_value("Questions on the sample articles")
    expect(page.locator("#set-card")).to_contain_text(f"{len(questions)} questions")
    made = run_and_wait(user, assistant, PATIENCE_FOR_ALL)
    run = load_run(made, Path(assistant.store_path))
    assert [row.id for row in run.rows] == [question.id for question in questions]
    assert [row.error for row in run.rows if row.error] == []
    assert not run.partial

    for name, dots in (("recall", 10), ("reliability", 3), ("risk", 20)):
        expect(chart(user, name)).to_be_visible()
        assert chart(user, name).locator("circle").count() >= dots

    failed = [row for row in run.rows if row.failed]
    assert 0 < len(failed) < len(questions) / 2
    expect(page.locator("details.asked-one")).to_have_count(len(failed))
    wrong = next(row for row in failed if row.expected and any(one.hit for one in row.retrieved[:PASSAGES_SHOWN]))
    opened = page.locator(f"details.asked-one[data-question='{wrong.id}']")
    opened.locator("summary").click()
    expect(opened.locator(".question-detail .sides")).to_contain_text(wrong.expected[0] if wrong.expected else "")
    expect(opened.locator(".question-detail ol.passages > li")).to_have_count(PASSAGES_SHOWN)

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the report").click()
    report = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert f"Wrong: {len(failed)} of {len(questions)}" in report
    assert [row.id for row in failed if escape(row.question) not in report] == []
    assert watch.outside == []


def test_stopping_keeps_what_was_done_and_chatting_goes_on_meanwhile(visit: Visit, assistant: Assistant) -> None:
    evaluating, asking = visit(), visit()
    go_to_evaluate(evaluating)
    rows = [{"id": str(n), "question": f"Who spoke on day {n}?", "answers": []} for n in range(2000)]
    upload(evaluating, "long.jsonl", "\n".join(map(json.dumps, rows)).encode())
    expect(evaluating.page.locator("#set-card")).to_contain_text("2,000 questions")
    evaluating.page.get_by_role("button", name="Run", exact=True).click()
    expect(evaluating.page.locator("#evaluation-progress p.progress-text")).to_contain_text("left", timeout=PATIENCE)

    asking.box.fill("Who spoke?")
    asking.box.press("Enter")
    expect(asking.last_turn.locator(".card:not(.waiting)").first).to_be_visible(timeout=PATIENCE)
    expect(evaluating.page.locator("#evaluation-progress .running")).to_be_visible()

    evaluating.page.reload()
    go_to_evaluate(evaluating)
    evaluating.page.get_by_role("button", name="Stop").click()
    expect(evaluating.page.locator("#results-head")).to_contain_text("of 2,000 questions", timeout=PATIENCE)
    newest = list_runs(Path(assistant.store_path))[0]
    assert newest.partial
    assert 0 < newest.questions < 2000


def test_a_bad_file_is_told_row_by_row_and_nothing_runs(visit: Visit) -> None:
    user = visit(viewport=NARROW, color_scheme="dark")
    go_to_evaluate(user)
    bad = b'{"id": "a", "question": "Who?", "answers": []}\n{"id": "a", "question": "", "answers": "x"}\nnot JSON\n'
    upload(user, "<b>bad</b>.jsonl", bad)
    problems = user.page.locator("#set-card ul.problems li")
    expect(problems).to_have_count(4)
    expect(problems.nth(0)).to_have_text("<b>bad</b>.jsonl:2: question: is empty")
    expect(problems.filter(has_text=":2: id: 'a' is already on line 1")).to_have_count(1)
    expect(problems.filter(has_text=":3: row: is not JSON")).to_have_count(1)
    expect(user.page.get_by_role("button", name="Run", exact=True)).to_be_disabled()
    assert serious(user.page) == []
    assert user.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_a_starter_set_is_made_from_the_articles(visit: Visit) -> None:
    user = visit()
    go_to_evaluate(user)
    user.page.get_by_role("button", name="Make a starter set").click()
    expect(user.page.get_by_label("Question set")).to_have_value("Starter set made from your articles")
    expect(user.page.locator("#set-card")).to_contain_text("45 were well formed")
    user.page.get_by_text("Look at the questions").click()
    expect(user.page.locator("ol.questions li").first).to_be_visible()
