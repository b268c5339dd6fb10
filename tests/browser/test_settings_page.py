"""What a user sets: for that user alone, kept over a reload, shown on the last evaluation; light and dark by choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.runs import evaluate
from rag.records import Answer, Finding
from rag.settings import AnswerSettings
from tests.browser.accessibility import serious
from tests.browser.conftest import NARROW, Visit, serving
from tests.browser.fake_assistant import FakeAssistant, Known
from tests.browser.steps import ArticlePage


class Tuned(FakeAssistant):
    """Answers nothing that is less sure than the threshold, and can be examined."""

    threshold = 0.4

    def __init__(self, store: Path) -> None:
        super().__init__(store)
        self.store = SimpleNamespace(generation=1)
        self.encoder = SimpleNamespace(name="small-encoder", fingerprint="f" * 64)
        self.reader = SimpleNamespace(name="small-reader")
        self.asked: list[AnswerSettings | None] = []

    def ask(self, question: str, history: Sequence[Answer | str] = (), *rest: Any, **more: Any) -> Answer:
        answer = super().ask(question, history, *rest, **more)
        answering = more.get("answering")
        self.asked.append(answering)
        limit = self.threshold if answering is None or answering.abstain_below is None else answering.abstain_below
        if answer.confidence < limit:
            return Answer(question, question, False, None, answer.confidence, reason="Not sure enough.")
        return answer

    def doctor(self) -> list[Finding]:
        return [
            Finding("ok", "disk", "80 GB are free"),
            Finding("warning", "store", "<b>stale</b> index", "citespan doctor --repair"),
        ]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> FakeAssistant:
    tuned = Tuned(tmp_path_factory.mktemp("tuned"))
    tuned.put("a.txt", "Race", "Ann Archer won the race. Bob Brook came second.")
    tuned.known = {
        "Who won?": Known((("a.txt", "Ann Archer"),), confidence=0.9),
        "Who was second?": Known((("a.txt", "Bob Brook"),), confidence=0.6),
        "Who was third?": Known((("a.txt", "Ann Archer"),), confidence=0.5),
    }
    rows = (
        Question("won", "Who won?", ("Ann Archer",)),
        Question("second", "Who was second?", ("Bob Brook",)),
        Question("third", "Who was third?", ()),
        Question("fourth", "Who was fourth?", ()),
    )
    evaluate(tuned, QuestionSet(rows, "race.jsonl"))  # type: ignore[arg-type]
    return tuned


@pytest.fixture(scope="module")
def served(assistant: FakeAssistant) -> Iterator[str]:
    with serving(assistant) as address:
        yield address


@pytest.fixture
def address(served: str) -> str:
    return served


def go_to_settings(user: ArticlePage) -> None:
    user.page.get_by_role("tab", name="Settings").click()
    expect(user.page.locator("#installed dl")).to_be_visible()


def set_threshold(user: ArticlePage, value: str) -> None:
    box = user.page.locator("#abstain-below input[type=number]")
    box.fill(value)
    box.press("Enter")


def test_a_threshold_is_shown_on_the_last_evaluation_and_used_for_this_user_alone(
    visit: Visit, assistant: Tuned
) -> None:
    one, other = visit(), visit()
    go_to_settings(one)
    verdict = one.page.locator("#effect .verdict")
    expect(verdict).to_have_text("At this setting it would have answered 3 of 4 questions and been right on 2.")
    expect(one.page.locator("#effect circle.here")).to_have_count(1)
    set_threshold(one, "0.7")
    expect(verdict).to_have_text("At this setting it would have answered 1 of 4 questions and been right on 1.")
    expect(one.page.locator("#effect")).to_contain_text("On the other 3 it would have stayed silent; 2 of these")
    one.page.locator("#passages-read input[type=number]").fill("12")
    one.page.locator("#passages-read input[type=number]").press("Enter")
    expect(one.page.locator("#effect")).to_contain_text("It read at most 8 passages for a question; with 12")

    one.go_to_chat()
    expect(one.ask("Who was second?").locator(".abstain")).to_be_visible()
    wanted = assistant.asked[-1]
    assert wanted is not None
    assert (wanted.passages_read, wanted.abstain_below) == (12, 0.7)
    expect(other.ask("Who was second?").locator(".answer-text")).to_have_text("Bob Brook")
    assert assistant.asked[-1] is None

    one.page.reload()
    go_to_settings(one)
    expect(one.page.locator("#abstain-below input[type=number]")).to_have_value("0.7")
    one.page.get_by_role("button", name="Back to the usual settings").click()
    expect(verdict).to_contain_text("answered 3 of 4")
    one.go_to_chat()
    expect(one.ask("Who was second?").locator(".answer-text")).to_have_text("Bob Brook")


def test_light_or_dark_is_kept_and_stronger_than_the_system(visit: Visit) -> None:
    user = visit(color_scheme="dark")
    page = user.page
    dark = "document.body.classList.contains('dark')"
    assert page.evaluate(dark)
    go_to_settings(user)
    page.get_by_label("Light", exact=True).check()
    page.wait_for_function(f"!{dark}")
    page.reload()
    expect(page.locator(".welcome, .turn").first).to_be_visible()
    assert not page.evaluate(dark)
    page.emulate_media(color_scheme="light")
    page.emulate_media(color_scheme="dark")
    assert not page.evaluate(dark)
    go_to_settings(user)
    expect(page.get_by_label("Light", exact=True)).to_be_checked()
    page.get_by_label("As the system has it").check()
    page.wait_for_function(dark)


def test_health_is_told_on_demand_with_what_mends_it(visit: Visit, tmp_path: Path) -> None:
    user = visit(viewport=NARROW, color_scheme="dark")
    go_to_settings(user)
    user.page.get_by_role("button", name="Check now").click()
    found = user.page.locator("#health .finding")
    expect(found).to_have_count(2)
    expect(found.first).to_contain_text("<b>stale</b> index To mend it, run: citespan doctor --repair")
    expect(user.page.locator("#health .verdict")).to_have_text("1 thing to look at.")
    expect(user.page.locator("#installed")).to_contain_text("small-reader")
    user.page.screenshot(path=tmp_path / "settings.png", full_page=True)
    assert serious(user.page) == []
    assert user.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
