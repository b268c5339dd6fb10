from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from rag.evaluation.question_files import read_questions
from tests.browser.conftest import NARROW, Visit
from tests.browser.fake_assistant import FakeAssistant, Known

BRIDGE = (
    "Mill Bridge reopened on 14 March 2024, eleven months after a flood. The mayor cut a ribbon.\n\n"
    + "Filler paragraph about the town and its people.\n\n" * 30
    + "The repairs cost 2.3 million pounds, the treasurer said. Half came from a fund."
)
NOTICE = "The roads office said that the bridge reopened on 2 April 2024. Lorries may cross it."


@pytest.fixture(autouse=True)
def articles(assistant: FakeAssistant) -> None:
    assistant.put("a.md", "Bridge is back", BRIDGE, outlet="Oskerby Herald", published="2024-03-15")
    assistant.put("b.md", "Roads office notice", NOTICE, published="2024-04-05")
    assistant.known["When did Mill Bridge reopen?"] = Known((("a.md", "14 March 2024"),), (("b.md", "2 April 2024"),))
    assistant.known["What did the repairs cost?"] = Known((("a.md", "2.3 million pounds"),), confidence=0.62)
    assistant.known["What does 2.3 million pounds stand for?"] = Known((("a.md", "The repairs"),))


def test_citation_one_opens_its_article_at_the_exact_words(visit: Visit) -> None:
    user = visit()
    turn = user.ask("What did the repairs cost?")
    expect(turn.locator(".answer-text")).to_have_text("2.3 million pounds")
    expect(turn.locator(".quote mark")).to_have_text("2.3 million pounds")
    expect(turn.locator(".chip")).to_contain_text("Oskerby Herald · 15 Mar 2024")
    mark = user.open_citation(1)
    assert mark.text_content() == "2.3 million pounds"
    expect(mark).to_be_in_viewport()
    expect(user.page.locator(".source-title")).to_have_text("Bridge is back")
    expect(user.page.locator(".source .in-passage").first).to_be_visible()
    assert user.page.locator(".article-text").text_content() == BRIDGE


def test_accounts_that_differ_stand_side_by_side_and_are_stepped_through(visit: Visit) -> None:
    user = visit()
    turn = user.ask("When did Mill Bridge reopen?")
    expect(turn.locator(".differ .account-text")).to_have_text("2 April 2024")
    assert user.open_citation(1).text_content() == "14 March 2024"
    expect(user.page.locator(".position")).to_have_text("1 of 2")
    user.page.keyboard.press("ArrowRight")
    expect(user.mark).to_have_text("2 April 2024")
    expect(turn.locator(".chip[data-number='2']")).to_have_attribute("aria-expanded", "true")
    user.page.get_by_role("button", name="Previous citation").click()
    expect(user.mark).to_have_text("14 March 2024")
    user.page.keyboard.press("Escape")
    expect(user.page.locator(".source")).to_be_hidden()
    expect(turn.locator(".chip[data-number='1']")).to_be_focused()


@contextmanager
def answers_held_back(page: Page) -> Iterator[None]:
    """What is asked of the server in the block stays unanswered until the block ends."""
    held: list[Route] = []
    page.route("**/component_server/**", lambda route: held.append(route))
    with page.expect_request("**/component_server/**"):
        yield
    for route in held:
        route.continue_()
    page.unroute_all()


def test_the_panel_never_shows_one_place_under_the_name_of_another(visit: Visit) -> None:
    user = visit()
    user.ask("When did Mill Bridge reopen?")
    user.open_citation(1)
    position = user.page.locator(".position")
    with answers_held_back(user.page):
        user.page.keyboard.press("ArrowRight")
        expect(user.page.locator(".source")).to_have_attribute("aria-busy", "true")
        expect(position).to_have_text("1 of 2")
        expect(user.page.locator(".source mark")).to_have_text("14 March 2024")
    expect(position).to_have_text("2 of 2")
    expect(user.mark).to_have_text("2 April 2024")
    user.page.keyboard.press("Escape")
    with answers_held_back(user.page):
        user.last_turn.locator(".chip[data-number='1']").click()
        expect(user.page.locator(".source")).to_be_visible()
        expect(user.page.locator(".source-body")).to_be_empty()
        expect(position).to_be_hidden()
    expect(user.mark).to_have_text("14 March 2024")


def test_what_the_articles_do_not_say_is_told_calmly_with_the_closest_passages(visit: Visit) -> None:
    user = visit()
    turn = user.ask("Who paid the mayor for the ribbon?")
    expect(turn.locator(".abstain h3")).to_have_text("Not in these articles")
    turn.locator(".passage-card").first.click()
    expect(user.page.locator(".source .in-passage").first).to_contain_text("The mayor cut a ribbon")
    expect(user.mark).to_have_count(0)


def test_a_follow_up_says_how_it_was_understood_and_can_be_searched_literally(visit: Visit) -> None:
    user = visit()
    user.ask("What did the repairs cost?")
    turn = user.ask("What does it stand for?")
    expect(turn.locator(".searched q")).to_have_text("What does 2.3 million pounds stand for?")
    expect(turn.locator(".answer-text")).to_have_text("The repairs")
    turn.get_by_role("button", name="Search literally").click()
    expect(user.last_turn.locator(".abstain")).to_be_visible()
    expect(user.last_turn.locator(".searched")).to_have_count(0)
    expect(user.turns).to_have_count(2)


def test_the_question_shows_while_the_answer_is_on_its_way(visit: Visit, assistant: FakeAssistant) -> None:
    user = visit()
    go_on = threading.Event()
    assistant.before_asking = lambda question: (go_on.wait(30), None)[1]
    user.box.fill("What did the repairs cost?")
    user.box.press("Enter")
    try:
        expect(user.last_turn.locator(".question")).to_have_text("What did the repairs cost?")
        expect(user.last_turn.locator(".waiting")).to_contain_text("Bridge is back")
        expect(user.box).to_have_value("")
    finally:
        go_on.set()
    user.answered()


def test_a_question_too_long_is_told_and_can_be_edited(visit: Visit) -> None:
    user = visit()
    turn = user.ask("x " * 1500)
    expect(turn.locator(".error")).to_contain_text("Shorten it")
    turn.get_by_role("button", name="Edit").click()
    area = user.page.get_by_label("Edit the question")
    area.fill("What did the repairs cost?")
    area.press("Enter")
    expect(user.last_turn.locator(".answer-text")).to_have_text("2.3 million pounds")
    expect(user.turns).to_have_count(1)


def test_the_page_works_by_keyboard(visit: Visit) -> None:
    user = visit()
    user.page.locator("body").press("/")
    expect(user.box).to_be_focused()
    user.page.keyboard.type("What did the repairs cost?")
    user.page.keyboard.press("Enter")
    turn = user.answered()
    chip = turn.locator(".chip")
    chip.focus()
    user.page.keyboard.press("Enter")
    expect(user.mark).to_have_text("2.3 million pounds")
    user.page.keyboard.press("Escape")
    expect(chip).to_be_focused()


def test_a_reload_keeps_the_conversation_and_its_citations(visit: Visit) -> None:
    user = visit()
    user.ask("When did Mill Bridge reopen?")
    before = user.last_turn.get_attribute("data-turn")
    user.page.reload()
    expect(user.last_turn.locator(".answer-text")).to_have_text("14 March 2024")
    assert user.last_turn.get_attribute("data-turn") == before
    assert user.open_citation(2).text_content() == "2 April 2024"
    user.ask("What did the repairs cost?")
    expect(user.turns).to_have_count(2)


def test_two_users_never_see_each_others_conversation(visit: Visit) -> None:
    one, other = visit(), visit()
    one.ask("What did the repairs cost?")
    other.ask("When did Mill Bridge reopen?")
    one.ask("Who paid the mayor?")
    assert one.page.locator(".question").all_text_contents() == ["What did the repairs cost?", "Who paid the mayor?"]
    assert other.page.locator(".question").all_text_contents() == ["When did Mill Bridge reopen?"]
    other.page.reload()
    other.answered()
    assert "repairs" not in other.page.locator("body").inner_text()


def test_conversations_are_kept_renamed_exported_and_deleted(visit: Visit) -> None:
    user = visit()
    user.ask("What did the repairs cost?")
    user.page.get_by_role("button", name="New conversation").click()
    expect(user.turns).to_have_count(0)
    user.ask("When did Mill Bridge reopen?")
    user.page.get_by_role("button", name="Conversations", exact=True).click()
    titles = user.page.locator(".history-title")
    expect(titles).to_have_text(["When did Mill Bridge reopen?", "What did the repairs cost?"])
    user.page.get_by_role("button", name="Rename What did the repairs cost?").click()
    user.page.get_by_label("Title of the conversation").fill("Costs <b>&")
    user.page.keyboard.press("Enter")
    expect(titles.nth(0)).to_have_text("When did Mill Bridge reopen?")
    expect(titles.nth(1)).to_have_text("Costs <b>&")
    with user.page.expect_download() as download:
        user.page.get_by_role("button", name="Export Costs <b>& as Markdown").click()
    assert download.value.suggested_filename == "Costs-b.md"
    text = download.value.path().read_text()
    assert "2\\.3" not in text
    assert "2.3 million pounds[^1]" in text
    titles.nth(1).click()
    expect(user.last_turn.locator(".answer-text")).to_have_text("2.3 million pounds")
    user.page.get_by_role("button", name="Conversations", exact=True).click()
    user.page.get_by_role("button", name="Delete Costs <b>&").click()
    expect(titles).to_have_text(["When did Mill Bridge reopen?"])
    user.page.keyboard.press("Escape")
    expect(user.turns).to_have_count(0)


def test_a_wrong_answer_becomes_a_test_question(visit: Visit, assistant: FakeAssistant) -> None:
    (assistant.store_path / "questions.jsonl").unlink(missing_ok=True)
    user = visit()
    turn = user.ask("What did the repairs cost?")
    turn.get_by_role("button", name="This is wrong").click()
    turn.get_by_label("The right answer").fill("3 million <b>pounds</b>")
    turn.get_by_role("button", name="Save as test question").click()
    expect(turn.locator(".judged")).to_contain_text("Open Evaluate")
    (question,) = read_questions(assistant.store_path / "questions.jsonl")
    assert question.answers == ("3 million <b>pounds</b>",)
    user.page.reload()
    expect(user.last_turn.get_by_role("button", name="This is wrong")).to_have_attribute("aria-pressed", "true")


def test_an_answer_is_copied_with_its_source(visit: Visit) -> None:
    user = visit()
    user.ask("What did the repairs cost?").get_by_role("button", name="Copy", exact=True).click()
    expect(user.last_turn.get_by_role("button", name="Copied")).to_be_visible()
    copied = user.page.evaluate("navigator.clipboard.readText()")
    assert "2.3 million pounds" in copied
    assert "Bridge is back, Oskerby Herald" in copied


def test_the_source_is_a_drawer_on_a_narrow_screen(visit: Visit) -> None:
    user = visit(viewport=NARROW)
    user.ask("What did the repairs cost?")
    assert user.open_citation(1).text_content() == "2.3 million pounds"
    panel = user.page.locator(".source")
    expect(panel).to_have_attribute("role", "dialog")
    box = panel.bounding_box()
    assert box is not None
    assert box["x"] == 0
    assert box["width"] == NARROW["width"]
    assert user.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    user.page.locator(".source-backdrop").click(position={"x": 20, "y": 20})
    expect(panel).to_be_hidden()


def test_screen_readers_are_told_the_answer(visit: Visit) -> None:
    user = visit()
    user.ask("What did the repairs cost?")
    expect(user.page.locator("#announcer")).to_have_text("Answer: 2.3 million pounds. Plausible, 62\u202f%.")
