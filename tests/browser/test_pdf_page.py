"""A PDF file from the upload to the page that shows where the answer stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from rag.assistant import Assistant
from rag.settings import Settings
from tests.browser.conftest import NARROW, Visit, serving
from tests.browser.test_everyone import serious
from tests.integration.hashed_encoder import HashedEncoder
from tests.unit.rag.ingest.pdf.written import HEIGHT, MONO_WIDTH, WIDTH, Put, paragraph, written

SIZE = 12
SECOND = [
    "The harbour of Lindness was opened by the engineer Marta",
    "Solberg in May 1911. The town paid for half of it.",
]
SENTENCE = "The harbour of Lindness was opened by the engineer Marta Solberg in May 1911."
HEADER = Put("Yearbook of the town", x=60, y=800, size=9)
PAGES = [
    [
        HEADER,
        Put("Lindness and its people", x=60, y=740, size=22),
        *paragraph(["It is a small town."], x=60, size=SIZE),
    ],
    [HEADER, *paragraph(SECOND, x=60, y=400, size=SIZE, font="mono")],
]


@pytest.fixture
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings.load(answer={"reader": "sentences", "abstain_below": 0.0})
    with Assistant(tmp_path_factory.mktemp("pdf-store"), settings, encoder=HashedEncoder()) as real:
        yield real


@pytest.fixture
def address(assistant: Assistant) -> Iterator[str]:
    with serving(assistant) as address:
        yield address


def share_of(area: Locator, sheet: Locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of an area as shares of the page, as the browser draws both."""
    inner, outer = area.bounding_box(), sheet.bounding_box()
    assert inner is not None
    assert outer is not None
    left = (inner["x"] - outer["x"]) / outer["width"]
    top = (inner["y"] - outer["y"]) / outer["height"]
    return left, top, left + inner["width"] / outer["width"], top + inner["height"] / outer["height"]


def test_a_citation_of_a_pdf_file_shows_its_page_with_the_place(visit: Visit, assistant: Assistant) -> None:
    user = visit()
    user.go_to_articles()
    lines = user.upload_files([("yearbook.pdf", written(PAGES)), ("scan.pdf", written([[]]))], seconds=90)
    expect(lines.locator(".status")).to_have_text(["Added", "Not added"])
    expect(lines.nth(1)).to_contain_text("a scan")
    user.go_to_chat()
    question = "Who opened the harbour of Lindness?"
    user.ask(question)
    citation = assistant.ask(question).citations[0]
    assert (citation.page, citation.text) == (2, SENTENCE)
    chip = user.last_turn.locator(".chip").first
    expect(chip).to_contain_text("page 2")
    assert user.open_citation(1).text_content() == SENTENCE

    source = user.page.locator(".source-page")
    image = source.get_by_role("img")
    expect(image).to_have_attribute("alt", f"Page 2 of yearbook.pdf, as printed, with the place marked: “{SENTENCE}”")
    assert image.evaluate("one => one.decode().then(() => one.naturalWidth)") >= 1_300
    areas = source.locator(".area.in-mark")
    expect(areas).to_have_count(2)
    expect(areas.first).to_be_in_viewport()
    character = MONO_WIDTH * SIZE / WIDTH
    for number, words in enumerate((SECOND[0], "Solberg in May 1911.")):
        left, top, right, bottom = share_of(areas.nth(number), source.locator("img"))
        base = (HEIGHT - 400 + number * 1.25 * SIZE) / HEIGHT
        assert left == pytest.approx(60 / WIDTH, abs=0.004)
        assert right == pytest.approx(60 / WIDTH + len(words) * character, abs=0.004)
        assert top < base < bottom < top + 2 * SIZE / HEIGHT

    source.get_by_role("button", name="Previous page").click()
    expect(source.locator(".page-number")).to_have_text("Page 1 of 2")
    expect(source.locator(".area")).to_have_count(0)
    expect(source.get_by_role("button", name="Previous page")).to_be_disabled()
    larger = source.get_by_role("button", name="Larger")
    larger.press("Enter")
    expect(user.page.locator(".source-scroll")).to_be_hidden()
    source.get_by_role("button", name="Smaller").press("Enter")
    expect(user.mark).to_be_visible()


def test_the_page_fits_a_phone_and_other_articles_have_none(visit: Visit, assistant: Assistant) -> None:
    user = visit(viewport=NARROW, color_scheme="dark")
    user.go_to_articles()
    note = b"The old lighthouse of Tarnside was closed in 1974."
    user.upload_files([("yearbook.pdf", written(PAGES)), ("note.txt", note)], seconds=90)
    user.go_to_chat()
    user.ask("Who opened the harbour of Lindness?")
    user.open_citation(1)
    area = user.page.locator(".source-page .area.in-mark").first
    expect(area).to_be_in_viewport()
    assert user.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert serious(user.page) == []
    user.page.keyboard.press("Escape")
    user.ask("When was the old lighthouse of Tarnside closed?")
    expect(user.open_citation(1)).to_have_text(note.decode())
    expect(user.page.locator(".source-page")).to_be_hidden()
