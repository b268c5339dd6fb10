"""The page for everyone: accessible, in light and dark, wide and narrow, and with no request leaving this machine."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize, expect

from rag.records import Span
from tests.browser.accessibility import serious
from tests.browser.conftest import NARROW, WIDE, Scheme, Visit, Watch
from tests.browser.fake_assistant import FakeAssistant, Known

ARABIC = "القاهرة هي عاصمة مصر وأكبر مدنها. يعيش فيها الملايين."
BRIDGE = "Mill Bridge reopened on 14 March 2024. The mayor cut a ribbon.\n\nSubscribe to our newsletter!"


@pytest.fixture(autouse=True)
def articles(assistant: FakeAssistant) -> None:
    assistant.put("a.md", "Bridge is back", BRIDGE, outlet="Oskerby Herald", published="2024-03-15")
    assistant.put("b.md", "Roads office notice", "The bridge reopened on 2 April 2024.", published="2024-04-05")
    assistant.put("c.md", "القاهرة", ARABIC)
    assistant.known["When did Mill Bridge reopen?"] = Known((("a.md", "14 March 2024"),), (("b.md", "2 April 2024"),))
    assistant.known["ما هي عاصمة مصر؟"] = Known((("c.md", "القاهرة"),), confidence=0.55)


@pytest.mark.parametrize(
    ("scheme", "viewport", "check"),
    [("light", WIDE, True), ("dark", NARROW, True), ("dark", WIDE, False), ("light", NARROW, False)],
    ids=["light-wide", "dark-narrow", "dark-wide", "light-narrow"],
)
def test_every_view_is_accessible_and_fits(
    visit: Visit, tmp_path: Path, scheme: Scheme, viewport: ViewportSize, check: bool
) -> None:
    user = visit(viewport=viewport, color_scheme=scheme)
    findings: dict[str, list[str]] = {}

    def look(view: str) -> None:
        user.page.screenshot(path=tmp_path / f"{view}-{scheme}-{viewport['width']}.png")
        if check:  # each colour and each layout once
            findings[view] = serious(user.page)
        assert user.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], f"{view} is too wide"

    look("welcome")
    user.ask("When did Mill Bridge reopen?")
    look("differ")
    user.open_citation(1)
    look("source")
    user.page.keyboard.press("Escape")
    user.ask("Who paid for the ribbon?")
    look("abstain")
    user.ask("x " * 1500)
    look("error")
    user.page.get_by_role("button", name="Conversations", exact=True).click()
    look("history")
    user.page.keyboard.press("Escape")
    user.go_to_articles()
    look("articles")
    user.row("Bridge is back").get_by_role("checkbox").check()
    user.page.locator("[data-remove]").click()
    look("confirm")
    assert [found for view in findings for found in findings[view]] == []


def test_the_smallest_phone_needs_no_sideways_scrolling(visit: Visit) -> None:
    user = visit(viewport=ViewportSize(width=360, height=640))
    user.ask("When did Mill Bridge reopen?")
    assert user.page.evaluate("document.documentElement.scrollWidth") <= 360
    user.go_to_articles()
    assert user.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_right_to_left_articles_read_right_to_left(visit: Visit) -> None:
    user = visit()
    turn = user.ask("ما هي عاصمة مصر؟")
    for shown in (turn.locator(".question"), turn.locator(".answer-text"), turn.locator(".quote")):
        expect(shown).to_have_css("direction", "rtl")
    assert user.open_citation(1).text_content() == "القاهرة"
    expect(user.page.locator(".article-text")).to_have_css("direction", "rtl")


def test_boilerplate_is_dimmed_in_the_open_article(visit: Visit, assistant: FakeAssistant) -> None:
    start = BRIDGE.index("Subscribe")
    assistant.put("a.md", "Bridge is back", BRIDGE, boilerplate=(Span(start, len(BRIDGE)),))
    user = visit()
    user.ask("When did Mill Bridge reopen?")
    user.open_citation(1)
    dimmed = user.page.locator(".article-text .boilerplate")
    assert "".join(dimmed.all_text_contents()) == "Subscribe to our newsletter!"
    colours = [one.evaluate("one => getComputedStyle(one).color") for one in (dimmed.first, user.mark.locator(".."))]
    assert colours[0] != colours[1]


def test_nothing_moves_for_who_wants_it_calm(visit: Visit, assistant: FakeAssistant) -> None:
    user = visit()
    go_on = threading.Event()
    assistant.before_asking = lambda question: (go_on.wait(30), None)[1]
    user.box.fill("When did Mill Bridge reopen?")
    user.box.press("Enter")
    try:
        pulse = user.last_turn.locator(".waiting .pulse")
        expect(pulse).to_have_css("animation-duration", "1e-05s")
        user.page.emulate_media(reduced_motion="no-preference")
        expect(pulse).to_have_css("animation-duration", "1.3s")
    finally:
        go_on.set()
    user.answered()


def test_no_request_leaves_this_machine_and_no_font_is_loaded(visit: Visit, watch: Watch) -> None:
    user = visit()
    fonts: list[str] = []
    user.page.on("request", lambda request: fonts.append(request.url) if request.resource_type == "font" else None)
    user.page.reload()
    user.ask("When did Mill Bridge reopen?")
    user.open_citation(1)
    expect(user.page.locator(".source-title")).to_be_visible()
    assert watch.requests > 10
    assert watch.outside == []
    assert fonts == []


def test_the_browser_itself_refuses_other_machines(visit: Visit) -> None:
    user = visit()
    refused = user.page.evaluate(
        "() => fetch('http://203.0.113.7/').then(() => 'allowed', () => 'refused')",
    )
    assert refused == "refused"
    policy = user.page.evaluate("() => fetch('/').then(answer => answer.headers.get('content-security-policy'))")
    assert "connect-src 'self'" in policy
