from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.accessibility import serious
from tests.browser.conftest import NARROW, WIDE, Scheme, ViewportSize, Visit
from tests.browser.fake_assistant import FakeAssistant, Known
from tests.browser.steps import ArticlePage

HURT = "How many people were hurt in the fire?"
MAYOR = "Who is the mayor?"
TEXTS = {
    "harbour.txt": ("The harbour fire", "The fire hurt 124 people. Mayor Ida Quill came at once."),
    "market.txt": ("At the market", "In the fire 119 people were hurt. The market was closed."),
    "fair.txt": ("A <b>fair</b>", "The fair was sunny and long."),
}


@pytest.fixture
def articles(assistant: FakeAssistant) -> FakeAssistant:
    for source, (title, text) in TEXTS.items():
        assistant.put(source, title, text)
    assistant.known[HURT] = Known((("harbour.txt", "124"), ("market.txt", "119")))
    assistant.known[MAYOR] = Known((("harbour.txt", "Ida Quill"),))
    return assistant


def fill(user: ArticlePage, *questions: str) -> None:
    user.page.get_by_role("tab", name="Table").click()
    user.page.get_by_label("Questions, one a line").fill("\n".join(questions))
    user.page.get_by_role("button", name="Fill the table").click()
    expect(user.page.locator(".answers-table tbody tr")).to_have_count(3)
    expect(user.page.get_by_role("button", name="Fill the table")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_what_each_article_says_as_a_spreadsheet(
    visit: Visit, articles: FakeAssistant, tmp_path: Path, size: ViewportSize, scheme: Scheme
) -> None:
    user = visit(size, scheme)
    fill(user, HURT, MAYOR)
    table = user.page.locator(".answers-table")
    expect(table.locator("td.contradicted .answer")).to_have_text(["119", "124"])
    expect(table.locator("td.none")).to_have_count(3)
    assert serious(user.page) == []
    assert user.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    table.get_by_role("button", name="124").click()
    expect(user.mark).to_have_text("124")
    expect(user.page.locator(".source-title")).to_have_text("The harbour fire")
    user.page.keyboard.press("Escape")

    table.get_by_role("button", name=HURT).click()
    expect(table.locator("tbody th bdi")).to_have_text(["At the market", "The harbour fire", "A <b>fair</b>"])
    table.get_by_placeholder("Filter rows").fill("market")
    expect(table.locator("tbody tr:visible")).to_have_count(1)
    expect(table.locator(".count")).to_have_text("1 of 3 rows")

    with user.page.expect_download() as download:
        table.get_by_role("button", name="Save file").click()
    download.value.save_as(tmp_path / "table.xlsx")
    sheet = load_workbook(tmp_path / "table.xlsx")["Table"]
    assert [sheet.cell(1, column).value for column in (5, 8)] == [HURT, MAYOR]
    assert {sheet.cell(row, 5).value for row in (2, 3, 4)} == {"124", "119", "not in this article"}


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "dark"), (NARROW, "light")])
def test_whether_quotes_are_right(visit: Visit, articles: FakeAssistant, size: ViewportSize, scheme: Scheme) -> None:
    user = visit(size, scheme)
    user.page.get_by_role("tab", name="Check").click()
    draft = "The fire hurt 120 people. They wrote “Mayor Ida Quill came at last” and “The market was closed”."
    user.page.get_by_label("Draft").fill(draft)
    user.page.get_by_role("button", name="Check the draft").click()
    found = user.page.locator(".draft-check")
    expect(found.locator(".quotations .status")).to_have_text(["altered", "verbatim"])
    expect(found.locator(".difference del")).to_have_text(["last"])
    expect(found.locator(".difference ins")).to_have_text(["once"])
    expect(found.locator(".value").first).to_contain_text("120: the article says 124")
    assert serious(user.page) == []
    found.get_by_role("button", name="124").click()
    expect(user.mark).to_have_text("124")


def test_a_permanent_link_opens_its_place(visit: Visit, articles: FakeAssistant) -> None:
    user = visit()
    article = next(one for one in articles.articles() if one.source == "harbour.txt")
    start = TEXTS["harbour.txt"][1].index("124")
    user.page.goto(f"{user.address.rstrip('/')}/article/{article.article_id}#{start}-{start + 3}")
    expect(user.mark).to_have_text("124")


def test_what_cannot_be_asked_is_said(visit: Visit, assistant: FakeAssistant) -> None:
    user = visit()
    user.page.get_by_role("tab", name="Table").click()
    user.page.get_by_role("button", name="Fill the table").click()
    expect(user.page.locator("#table-progress .notice")).to_contain_text("at least one question")
    user.page.get_by_label("Questions, one a line").fill(HURT)
    user.page.get_by_role("button", name="Fill the table").click()
    expect(user.page.locator("#table-progress .notice")).to_contain_text("add articles first")
