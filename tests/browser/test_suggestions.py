"""Questions to begin with and to go on with: only such as are answered, asked exactly as they are when clicked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.fake_assistant import FakeAssistant, Known
from ui.web.chat import starters
from ui.web.chat.starters import Try

WON, SECOND = "Who won the race?", "Who came second?"
HOSTILE = 'Who is <img src=x onerror=alert(1)> \u202ein ${alert(2)} the "harbour"?'
TRIES = (Try(WON, ("Ann",)), Try("Who was late?", ("Cy",)), Try(SECOND, ("Bob",)), Try(HOSTILE, ("Dee",)))


@pytest.fixture(autouse=True)
def questions(assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starters, "sample_questions", lambda sources: list(TRIES))
    assistant.put("race.txt", "Race", "Ann won the race, as was expected. Bob came second.")
    assistant.put("harbour.txt", "Harbour", "Dee is in the harbour since the race ended.")
    assistant.known[WON] = Known((("race.txt", "Ann"),))
    assistant.known["Who was late?"] = Known((("race.txt", "Bob"),))  # a wrong answer: not offered
    assistant.known[SECOND] = Known((("race.txt", "Bob"),))
    assistant.known[HOSTILE] = Known((("harbour.txt", "Dee"),))


def test_what_is_offered_is_answered(visit: Visit) -> None:
    user = visit()
    offered = user.page.locator("#beginning .suggestion")
    expect(offered).to_have_text([WON, HOSTILE.replace("\u202e", "\ufffd")])
    offered.first.click()
    turn = user.answered()
    expect(turn.locator(".question")).to_have_text(WON)
    expect(turn.locator(".answer-text")).to_have_text("Ann")
    after = turn.locator(".suggestion")
    expect(after).to_have_text([SECOND])
    after.click()
    expect(user.turns).to_have_count(2)
    expect(user.answered().locator(".answer-text")).to_have_text("Bob")
    expect(user.last_turn.locator(".suggestion")).to_have_count(0)


def test_a_hostile_suggestion_is_text_and_asked_word_for_word(visit: Visit) -> None:
    user = visit()
    user.page.locator("#beginning .suggestion").nth(1).click()
    turn = user.answered()
    assert turn.locator(".question").text_content() == HOSTILE
    expect(turn.locator(".answer-text")).to_have_text("Dee")
    expect(user.page.locator("#beginning img, .turn img")).to_have_count(0)
