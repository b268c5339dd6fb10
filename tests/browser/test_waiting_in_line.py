"""Several people ask at once: who waits sees how many are before them, who comes too late is told so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import httpx
import pytest
from playwright.sync_api import expect

from rag.settings import Settings
from tests.browser.accessibility import serious
from tests.browser.conftest import NARROW, Visit, serving
from tests.browser.fake_assistant import FakeAssistant, Known
from tests.browser.steps import ArticlePage
from ui.api.gate import SIMULTANEOUS_QUESTIONS

BEFORE = tuple(f"Who came before number {number}?" for number in range(SIMULTANEOUS_QUESTIONS))
PATIENCE = 240


class Held(FakeAssistant):
    """Answers some questions only once they are let go, and says which have been begun."""

    def hold(self, questions: Iterable[str]) -> None:
        self.begun = {question: Event() for question in questions}
        self.let_go = {question: Event() for question in questions}

        def wait(question: str) -> None:
            if question in self.begun:  # not one that the page tries by itself, to offer it
                self.begun[question].set()
                assert self.let_go[question].wait(PATIENCE)

        self.before_asking = wait


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Held, str]]:
    held = Held(tmp_path_factory.mktemp("held"))
    held.settings = Settings.load(ui={"max_waiting": 2})
    with serving(held) as address:
        yield held, address


@pytest.fixture
def assistant(served: tuple[Held, str]) -> Held:
    held, _ = served
    held.reset()
    held.put("a.txt", "Race", "Ann won the race. Bob came second.")
    held.known = {"Who won?": Known((("a.txt", "Ann"),)), "Who was second?": Known((("a.txt", "Bob"),))}
    held.hold((*BEFORE, *held.known))
    return held


@pytest.fixture
def address(served: tuple[Held, str]) -> str:
    return served[1]


@pytest.fixture
def others(assistant: Held, address: str) -> Iterator[list[Future[httpx.Response]]]:
    """As many questions of programs as are answered at once, all of them under way."""

    def ask(question: str) -> httpx.Response:
        return httpx.post(f"{address}api/ask", json={"question": question}, timeout=PATIENCE)

    with ThreadPoolExecutor(SIMULTANEOUS_QUESTIONS) as pool:
        asked = [pool.submit(ask, question) for question in BEFORE]
        try:
            for question in BEFORE:
                assert assistant.begun[question].wait(PATIENCE)
            yield asked
        finally:
            for one in assistant.let_go.values():
                one.set()


def type_question(user: ArticlePage, question: str) -> None:
    user.box.fill(question)
    user.box.press("Enter")


def test_who_waits_sees_the_line_move_up_to_their_answer(
    visit: Visit, assistant: Held, others: list[Future[httpx.Response]]
) -> None:
    first, second, late = visit(), visit(viewport=NARROW, color_scheme="dark"), visit()
    type_question(first, "Who won?")
    waiting = first.last_turn.locator(".waiting")
    expect(waiting).to_contain_text("Your question is next")
    expect(first.last_turn.locator(".question")).to_have_text("Who won?")
    type_question(second, "Who was second?")
    expect(second.last_turn.locator(".waiting")).to_contain_text("1 question before yours")
    expect(second.page.locator("#announcer")).to_have_text("1 question before yours")
    assert serious(second.page) == []

    type_question(late, "Who came too late?")
    refused = late.last_turn.locator(".error")
    expect(refused).to_contain_text("2 questions are waiting already. Ask again in a while.")
    expect(late.page.locator("#announcer")).to_contain_text("2 questions are waiting already")
    assert not assistant.begun["Who won?"].is_set()

    assistant.let_go[BEFORE[2]].set()
    assert others[2].result().status_code == 200
    expect(second.last_turn.locator(".waiting")).to_contain_text("Your question is next")
    expect(second.page.locator("#announcer")).to_have_text("Your question is next")
    expect(waiting).to_contain_text("Searching your articles")
    assert assistant.begun["Who won?"].wait(PATIENCE)
    assistant.let_go["Who won?"].set()
    expect(first.answered().locator(".answer-text")).to_have_text("Ann")
    assistant.let_go["Who was second?"].set()
    expect(second.answered().locator(".answer-text")).to_have_text("Bob")

    late.last_turn.get_by_role("button", name="Retry").click()
    expect(late.last_turn.locator(".abstain")).to_be_visible()
    expect(late.turns).to_have_count(1)


def test_who_leaves_while_waiting_is_not_waited_for(
    visit: Visit, assistant: Held, others: list[Future[httpx.Response]]
) -> None:
    leaving, staying = visit(), visit()
    type_question(leaving, "Who won?")
    expect(leaving.last_turn.locator(".waiting")).to_contain_text("Your question is next")
    type_question(staying, "Who was second?")
    expect(staying.last_turn.locator(".waiting")).to_contain_text("1 question before yours")
    leaving.page.close()
    expect(staying.last_turn.locator(".waiting")).to_contain_text("Your question is next")
    assistant.let_go[BEFORE[0]].set()
    assert assistant.begun["Who was second?"].wait(PATIENCE)
    assistant.let_go["Who was second?"].set()
    expect(staying.answered().locator(".answer-text")).to_have_text("Bob")
    assert not assistant.begun["Who won?"].is_set()
