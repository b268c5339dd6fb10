from __future__ import annotations

import threading
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.fake_assistant import FakeAssistant, Known


def test_from_an_empty_store_to_an_answer_and_back(visit: Visit, assistant: FakeAssistant) -> None:
    assistant.known["Who won the race?"] = Known((("race.txt", "Ann Archer"),))
    user = visit()
    user.page.get_by_role("button", name="Add articles").click()
    expect(user.page.locator("#articles-table .empty")).to_be_visible()
    files = [("race.txt", b"The race\nAnn Archer won the race."), ("b.txt", b"Weather\nIt rained."), ("c.txt", b"")]
    lines = user.upload_files(files)
    expect(lines.locator(".status")).to_have_text(["Added", "Added", "Not added"])
    expect(lines.nth(2)).to_contain_text("it is empty")
    expect(user.page.locator("#articles-table tbody tr")).to_have_count(2)
    expect(user.row("The race").locator("td.words")).to_have_text("7")

    user.go_to_chat()
    expect(user.page.locator(".welcome")).to_contain_text("your 2 articles")
    expect(user.ask("Who won the race?").locator(".answer-text")).to_have_text("Ann Archer")
    assert user.open_citation(1).text_content() == "Ann Archer"
    user.page.keyboard.press("Escape")

    user.go_to_articles()
    user.remove("The race")
    expect(user.page.locator("#articles-message .notice")).to_have_text("Removed The race.")
    expect(user.page.locator("#articles-table tbody tr")).to_have_count(1)
    user.go_to_chat()
    expect(user.ask("Who won the race?").locator(".abstain")).to_be_visible()
    user.turns.first.locator(".chip").click()
    expect(user.page.locator(".source-body")).to_contain_text("This article was removed")


def test_the_table_is_searched_sorted_and_read(visit: Visit, assistant: FakeAssistant) -> None:
    for title, words, date in (("Beta", 5, "2024-01-02"), ("alpha", 50, "2025-01-01"), ("Gamma", 20, None)):
        assistant.put(f"{title}.txt", title, f"{title} " + "word " * words, published=date)
    user = visit()
    user.go_to_articles()
    titles = user.page.locator("#articles-table .read")

    user.page.get_by_role("button", name="Title", exact=True).click()
    expect(titles).to_have_text(["alpha", "Beta", "Gamma"])
    user.page.get_by_role("button", name="Words", exact=True).click()
    expect(titles).to_have_text(["alpha", "Gamma", "Beta"])
    user.page.get_by_role("button", name="Words", exact=True).click()
    expect(titles).to_have_text(["Beta", "Gamma", "alpha"])
    user.page.get_by_label("Search articles").fill("gam")
    expect(user.page.locator("#articles-table tbody tr:visible")).to_have_count(1)
    user.page.get_by_label("Select all").check()
    expect(user.page.locator("[data-remove]")).to_have_text("Remove 1")
    titles.nth(1).click()
    expect(user.page.locator(".source-title")).to_have_text("Gamma")


def test_the_table_survives_an_open_article_and_says_when_nothing_is_found(
    visit: Visit, assistant: FakeAssistant
) -> None:
    long = "A title that goes on and on until the bridge of the town is mended at last"
    assistant.put("a.txt", long, "The harbour was opened.", outlet="The Outlet", published="2024-01-02")
    assistant.put("b.txt", "Short", "Nothing of it.")
    user = visit()
    user.go_to_articles()
    user.row(long).locator(".read").click()
    expect(user.page.locator(".source-title")).to_have_text(long)
    box = user.row(long).locator(".read").bounding_box()
    assert box is not None
    assert box["width"] > 300
    user.page.keyboard.press("Escape")
    user.page.get_by_label("Search articles").fill("harbour")
    rows = user.page.locator("#articles-table tbody tr:visible")
    expect(rows).to_have_count(1)
    expect(user.page.locator("#articles-table .count")).to_have_text("1 article · 1 passage")
    user.page.get_by_label("Search articles").fill("zeppelin")
    expect(rows).to_have_count(0)
    expect(user.page.get_by_text("No article has these words")).to_be_visible()
    expect(user.page.locator("#articles-table .count")).to_have_text("0 articles · 0 passages")


def test_removal_waits_for_the_confirmation(visit: Visit, assistant: FakeAssistant) -> None:
    assistant.put("a.txt", "Kept", "Kept text.")
    user = visit()
    user.go_to_articles()
    user.row("Kept").get_by_role("checkbox").check()
    user.page.locator("[data-remove]").click()
    user.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(user.page.get_by_role("dialog")).to_have_count(0)
    assert len(assistant.articles()) == 1


def test_chatting_goes_on_while_articles_are_added(visit: Visit, assistant: FakeAssistant) -> None:
    assistant.put("a.txt", "A", "Ann won.")
    assistant.known["Who won?"] = Known((("a.txt", "Ann"),))
    go_on = threading.Event()
    assistant.before_adding = lambda name: (go_on.wait(30), None)[1]
    adding, asking = visit(), visit()
    adding.go_to_articles()
    payload = [{"name": "slow.txt", "mimeType": "text/plain", "buffer": b"Slow text."}]
    adding.page.locator("#drop input[type=file]").set_input_files(payload)  # type: ignore[arg-type]
    try:
        expect(adding.page.locator("#upload-report .progress-text")).to_contain_text("slow.txt")
        expect(asking.ask("Who won?").locator(".answer-text")).to_have_text("Ann")
    finally:
        go_on.set()
    expect(adding.page.locator("#upload-report .outcome .status")).to_have_text("Added")


def test_a_file_over_the_limit_is_refused(visit: Visit, assistant: FakeAssistant, tmp_path: Path) -> None:
    big = tmp_path / "big.txt"
    with big.open("wb") as file:
        file.truncate(26 * 1024 * 1024)
    user = visit()
    user.go_to_articles()
    user.page.locator("#drop input[type=file]").set_input_files(big)
    expect(user.page.get_by_text("maximum allowed size")).to_be_visible()
    assert assistant.articles() == []
