from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.errors import InputError
from rag.originals import PageArea, PagePicture
from rag.records import Answer, Article, Citation, Quote, Span
from tests.browser.fake_assistant import FakeAssistant
from tests.unit.ui.web.page_text import read_html
from ui.web.chat.conversation import Turn
from ui.web.chat.copying import turn_as_markdown, turn_as_text
from ui.web.chat.page_view import page_html
from ui.web.chat.source_panel import source_html
from ui.web.chat.turns import turn_card

TEXT = 'The harbour was opened by "Marta" <Solberg> in 1911. It was closed in 1974.'
NAME = '<b>"harbour".pdf'


class WithPictures(FakeAssistant):
    """Draws every page as two bytes, with an area for each span."""

    asked: Sequence[Span] = ()

    def page_picture(
        self, article_id: str, page: int, spans: Sequence[Span] = (), *, width: int = 1_000
    ) -> PagePicture:
        article = self.article(article_id)
        if not 1 <= page <= len(article.pages):
            raise InputError(f"{article.source} has no page {page}")
        self.asked = spans
        areas = tuple((PageArea(0.1 * number, 0.25, 0.5, 0.02),) for number, _ in enumerate(spans, start=1))
        return PagePicture(article_id, page, len(article.pages), b"\x89P", width, width, areas)


@pytest.fixture
def assistant(tmp_path: Path) -> WithPictures:
    return WithPictures(tmp_path)


@pytest.fixture
def article(assistant: WithPictures) -> Article:
    return assistant.put(NAME, "A title", TEXT, pages=(0, 53))


def place(article: Article, page: object = 1, **more: object) -> dict[str, object]:
    start = TEXT.index('"Marta"')
    end = TEXT.index(" in 1911")
    asked = {"article": article.article_id, "start": start, "end": end, "quote_start": 0, "quote_end": 52}
    return {**asked, "kind": "citation", "page": page, **more}


def test_the_page_shows_its_picture_with_the_sentence_below_the_span(assistant: WithPictures, article: Article) -> None:
    page = read_html(page_html(assistant, place(article)))  # type: ignore[arg-type]
    picture = page.one("img").attributes
    assert picture["src"] == "data:image/png;base64,iVA="
    assert picture["alt"] == f'Page 1 of {NAME}, as printed, with the place marked: “"Marta" <Solberg>”'
    sentence, mark = page.all("span", "area")
    assert sentence.attributes["class"].split() == ["area", "in-sentence"]
    assert mark.attributes["class"].split() == ["area", "in-mark"]
    assert mark.attributes["style"] == "left:20.000%;top:25.000%;width:50.000%;height:2.000%"
    assert [span.of(TEXT) for span in assistant.asked] == [TEXT[:52], '"Marta" <Solberg>']
    assert page.one("span", "page-number").text == "Page 1 of 2"
    assert page.one("div", "page-scroll").attributes["tabindex"] == "0"


def test_pages_can_be_turned_but_not_beyond_the_ends(assistant: WithPictures, article: Article) -> None:
    back, on, larger = read_html(page_html(assistant, place(article))).all("button")  # type: ignore[arg-type]
    assert "disabled" in back.attributes
    assert "disabled" not in on.attributes
    assert on.attributes["data-page"] == "2"
    assert larger.text == "Larger"
    assert "no page 3" in page_html(assistant, place(article, page=3))  # type: ignore[arg-type]


def test_a_closest_passage_is_lit_as_one(assistant: WithPictures, article: Article) -> None:
    request = place(article, kind="passage", quote_start=None, quote_end=None)
    (area,) = read_html(page_html(assistant, request)).all("span", "area")  # type: ignore[arg-type]
    assert "in-passage" in area.attributes["class"]


@pytest.mark.parametrize(
    "request_",
    [None, [], "x", {}, {"page": 1}, {"page": True}, {"page": "1"}, {"article": ["x"], "page": 1}, {"page": 1.0}],
)
def test_nonsense_and_what_is_not_there_show_nothing(assistant: WithPictures, request_: object) -> None:
    assert page_html(assistant, request_) == ""  # type: ignore[arg-type]


def test_only_articles_with_pages_have_a_page_to_show(assistant: WithPictures, article: Article) -> None:
    second = source_html(assistant, place(article, start=60, end=65))  # type: ignore[arg-type]
    assert second["page"] == 2
    plain = assistant.put("a.txt", "T", "Some text.")
    assert source_html(assistant, {"article": plain.article_id})["page"] is None  # type: ignore[arg-type]
    told = page_html(assistant, place(article, page=9))  # type: ignore[arg-type]
    assert "&lt;b&gt;" in told


def test_chips_and_copies_name_the_page() -> None:
    citation = Citation("a", "T", "harbour.pdf", 3, 0, 3, "The", Quote(0, 11, "The harbour"), 0.9)
    button = read_html(turn_card(Turn("q", Answer("q", "q", True, "The", 0.9, (citation,))))).one("button", "chip")
    assert button.attributes["aria-label"] == "Open citation 1: T, page 3"
    assert "page 3" in button.text
    turn = Turn("q", Answer("q", "q", True, "The", 0.9, citations=(citation,)))
    assert "p. 3" in turn_as_text(turn)
    assert r"p. 3" in turn_as_markdown(turn).replace("\\", "")
