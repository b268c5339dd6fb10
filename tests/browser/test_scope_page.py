"""Collections and the scope of a conversation, in the browser."""

from __future__ import annotations

import json
import threading
import time

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.browser.accessibility import serious
from tests.browser.conftest import NARROW, WIDE, Visit
from tests.browser.fake_assistant import FakeAssistant, Known
from tests.browser.steps import ArticlePage
from ui.web.chat.reach import Reach
from ui.web.chat.scope_panel import scope_bar

QUESTION = "When did Mill Bridge reopen?"
HOSTILE = "</label><img src=x onerror=alert(1)>\u202e “q” 'a' {{value}} ${alert(1)}"


@pytest.fixture(autouse=True)
def articles(assistant: FakeAssistant) -> None:
    early = assistant.put("a.md", "Early report", "Mill Bridge reopened on 14 March 2024.", published="2024-03-15")
    late = assistant.put("b.md", "Late report", "Mill Bridge reopened on 2 April 2024.", published="2024-04-05")
    assistant.put("c.md", "Weather", "It rained in the town of Oskerby.")
    assistant.groups = {"Early": {early.article_id}, "Late": {late.article_id}, "Empty": set()}
    assistant.known[QUESTION] = Known((("a.md", "14 March 2024"), ("b.md", "2 April 2024")))


def collection(dialog: Locator, name: str) -> Locator:
    return dialog.locator(f"[data-choose='collection'][value='{name}']")


def narrow_to(user: ArticlePage, *collections: str) -> None:
    user.page.locator("[data-scope-open]").click()
    dialog = user.page.get_by_role("dialog")
    for name in collections:
        collection(dialog, name).check()
    dialog.get_by_role("button", name="Search these").click()
    expect(user.page.locator(".scope-chip")).to_have_count(len(collections))


def searching(user: ArticlePage, text: str) -> None:
    expect(user.page.locator("[data-scope-open]")).to_have_text(f"Searching {text}")


def test_a_scope_is_chosen_shown_with_the_answer_and_taken_away(visit: Visit) -> None:
    user = visit()
    searching(user, "all 3 articles")
    narrow_to(user, "Late")
    searching(user, "1 of 3 articles")
    turn = user.ask(QUESTION)
    expect(turn.locator(".answer-text")).to_have_text("2 April 2024")
    expect(turn.locator(".asked-in")).to_have_text("Searched 1 of 3 articles: Late")
    user.page.get_by_role("button", name="Take the collection Late out of the scope").click()
    searching(user, "all 3 articles")
    turn.get_by_role("button", name="Retry").click()
    expect(user.last_turn.locator(".answer-text")).to_have_text("14 March 2024")
    expect(user.last_turn.locator(".asked-in")).to_have_count(0)


def test_articles_and_dates_narrow_it_and_the_panel_counts_along(visit: Visit) -> None:
    user = visit()
    user.page.locator("[data-scope-open]").click()
    dialog = user.page.get_by_role("dialog")
    told = dialog.locator(".scope-told")
    expect(told).to_have_text("Searching all 3 articles")
    dialog.get_by_label("Find articles").fill("weath")
    expect(dialog.locator(".scope-articles .choice")).to_have_count(1)
    dialog.locator(".scope-articles input").check()
    expect(told).to_have_text("Searching 1 of 3 articles")
    collection(dialog, "Early").check()
    expect(told).to_have_text("Searching 2 of 3 articles")
    dialog.get_by_label("From", exact=True).fill("2024-04-01")
    expect(told).to_have_text("No article is in this scope. Nothing would be searched.")
    dialog.get_by_role("button", name="Search these").click()
    searching(user, "no article")
    expect(user.page.locator(".scope-chip")).to_have_text(["Early", "Weather", "Published since 1 Apr 2024"])
    expect(user.ask(QUESTION).locator(".error")).to_contain_text("no article is in the scope")
    user.page.get_by_role("button", name="Take Published since 1 Apr 2024 out of the scope").click()
    searching(user, "2 of 3 articles")
    user.last_turn.get_by_role("button", name="Retry").click()
    expect(user.last_turn.locator(".answer-text")).to_have_text("14 March 2024")


def test_cancelling_changes_nothing_and_all_articles_clears(visit: Visit) -> None:
    user = visit()
    narrow_to(user, "Early")
    user.page.locator("[data-scope-open]").click()
    dialog = user.page.get_by_role("dialog")
    expect(collection(dialog, "Early")).to_be_checked()
    collection(dialog, "Late").check()
    dialog.get_by_role("button", name="Cancel").click()
    searching(user, "1 of 3 articles")
    expect(user.page.locator("[data-scope-open]")).to_be_focused()
    user.page.locator("[data-scope-open]").click()
    user.page.get_by_role("dialog").get_by_role("button", name="All articles").click()
    searching(user, "all 3 articles")


def test_two_users_never_see_each_others_scope(visit: Visit) -> None:
    one, other = visit(), visit()
    narrow_to(one, "Early")
    searching(other, "all 3 articles")
    narrow_to(other, "Late")
    searching(one, "1 of 3 articles")
    expect(one.page.locator(".scope-chip")).to_have_text("Early")
    expect(one.ask(QUESTION).locator(".answer-text")).to_have_text("14 March 2024")
    expect(other.ask(QUESTION).locator(".answer-text")).to_have_text("2 April 2024")
    other.page.reload()
    other.answered()
    expect(other.page.locator(".scope-chip")).to_have_text("Late")
    expect(one.page.locator(".scope-chip")).to_have_text("Early")


def test_a_reload_keeps_the_scope_however_late_the_tab_is_told_of(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = visit()
    narrow_to(user, "Late")
    told = threading.Event()

    def slow_for_all_articles(reach: Reach) -> str:
        if not reach.is_narrowed:
            told.set()
            time.sleep(2)
        return scope_bar(reach)

    monkeypatch.setattr("ui.web.chat.tab.scope_bar", slow_for_all_articles)
    user.page.reload()
    expect(user.page.locator(".scope-chip")).to_have_text("Late")
    user.page.wait_for_timeout(4_000 if told.wait(3) else 0)
    expect(user.page.locator(".scope-chip")).to_have_text("Late")


def test_the_scope_stays_with_its_conversation(visit: Visit) -> None:
    user = visit()
    narrow_to(user, "Late")
    user.page.wait_for_function("Object.values(localStorage).some(kept => kept.includes('Late'))")
    user.page.reload()
    expect(user.page.locator(".welcome")).to_be_visible()
    expect(user.page.locator(".scope-chip")).to_have_text("Late")
    user.ask(QUESTION)
    user.page.get_by_role("button", name="New conversation").click()
    searching(user, "all 3 articles")
    narrow_to(user, "Early")
    user.page.get_by_role("button", name="Conversations", exact=True).click()
    expect(user.page.locator(".history-title")).to_have_text([QUESTION])
    user.page.locator(".history-title").click()
    expect(user.page.locator(".scope-chip")).to_have_text("Late")
    expect(user.last_turn.locator(".asked-in")).to_have_text("Searched 1 of 3 articles: Late")
    user.page.wait_for_function(
        """Object.values(localStorage).filter(kept => kept.includes('"turns":[]')).length <= 1"""
    )


def test_the_scope_cannot_change_under_a_question_that_is_being_answered(
    visit: Visit, assistant: FakeAssistant
) -> None:
    user = visit()
    go_on = threading.Event()
    assistant.before_asking = lambda question: (go_on.wait(30), None)[1]
    user.box.fill(QUESTION)
    user.box.press("Enter")
    try:
        expect(user.last_turn.locator(".waiting")).to_be_visible()
        user.page.locator("[data-scope-open]").click()
        expect(user.page.get_by_role("dialog")).to_have_count(0)
    finally:
        go_on.set()
    user.answered()
    narrow_to(user, "Late")


def test_a_collection_that_was_deleted_is_told_and_not_widened(visit: Visit, assistant: FakeAssistant) -> None:
    user = visit()
    narrow_to(user, "Late")
    assistant.delete_collection("Late")
    expect(user.ask(QUESTION).locator(".error")).to_contain_text("0 of 3 articles: Late")
    user.go_to_articles()
    user.go_to_chat()
    searching(user, "no article")
    expect(user.page.locator(".scope-chip")).to_have_text("Late (gone)")


def test_collections_are_made_filled_shown_renamed_and_deleted(visit: Visit, assistant: FakeAssistant) -> None:
    user = visit()
    user.go_to_articles()
    page, rows = user.page, user.page.locator("#articles-table tbody tr:visible")
    page.get_by_role("button", name="New collection").click()
    page.get_by_label("Name of the collection").fill("Town")
    page.get_by_role("button", name="Make it").click()
    expect(page.locator(".notice")).to_have_text("Made the collection Town.")
    expect(page.locator(".collection[aria-pressed='true']")).to_have_text("Town0")
    expect(rows).to_have_count(0)
    page.get_by_role("button", name="All articles").click()
    expect(rows).to_have_count(3)

    for title in ("Early report", "Weather"):
        user.row(title).get_by_role("checkbox").check()
    page.get_by_role("button", name="Collections…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Early")).to_be_checked(indeterminate=True)
    dialog.get_by_label("Town").check()
    dialog.get_by_label("Early").check()
    dialog.get_by_label("Early").uncheck()
    dialog.get_by_label("New collection").fill("Fresh")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".notice")).to_contain_text(
        "2 articles into Town, 2 articles into Fresh, 1 article out of Early"
    )
    expect(user.row("Weather").locator(".tag")).to_have_text(["Fresh", "Town"])
    expect(user.row("Early report").locator(".tag")).to_have_text(["Fresh", "Town"])

    page.locator("[data-collection='Town']").click()
    expect(rows).to_have_count(2)
    page.get_by_label("Search articles").fill("rain weather")
    expect(rows).to_have_count(0)
    page.get_by_label("Search articles").fill("weather")
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Rename", exact=True).click()
    page.get_by_label("Name of the collection").fill("City")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_have_text("Renamed Town to City.")
    expect(page.locator(".collection[aria-pressed='true']")).to_have_text("City2")
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert "City" in assistant.groups
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator(".notice")).to_contain_text("Its articles are still here")
    expect(page.locator(".collection[aria-pressed='true']")).to_have_text("All articles3")
    assert "City" not in assistant.groups


def test_files_are_uploaded_into_a_collection(visit: Visit, assistant: FakeAssistant) -> None:
    user = visit()
    user.go_to_articles()
    into = user.page.get_by_label("Put them into a collection")
    into.fill("Uploads")
    into.blur()
    user.upload_files([("new.txt", b"Something new.")])
    expect(user.row("Something new.").locator(".tag")).to_have_text("Uploads")
    options = user.page.locator("#collection-names option").evaluate_all("all => all.map(one => one.value)")
    assert options == ["Early", "Empty", "Late", "Uploads"]


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_hostile_names_are_text_everywhere_and_everything_is_accessible(
    visit: Visit, assistant: FakeAssistant, viewport: ViewportSize
) -> None:
    article = assistant.put("h.txt", HOSTILE, "Mill Bridge stands.", outlet=HOSTILE)
    assistant.groups = {HOSTILE: {article.article_id}}
    user = visit(viewport=viewport)
    page = user.page
    page.locator("[data-scope-open]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".choice-text bdi").first).to_have_text(HOSTILE.replace("\u202e", "\ufffd"))
    found = serious(page)
    dialog.locator("[data-choose='collection']").check()
    dialog.get_by_role("button", name="Search these").click()
    expect(page.locator(".scope-chip")).to_have_count(1)
    sent = json.loads(page.locator("[data-scope]").get_attribute("data-scope") or "")
    assert sent["collections"] == [HOSTILE]
    user.ask("Where does it stand?")
    expect(user.last_turn.locator(".asked-in")).to_contain_text("<img src=x")
    found += serious(page)
    user.go_to_articles()
    page.locator("[data-collection]").nth(1).click()
    user.page.locator("tbody tr:visible input").check()
    page.get_by_role("button", name="Collections…").click()
    found += serious(page)
    expect(page.locator("dialog img, .scope img, .turn img, #articles-table img")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert found == []
