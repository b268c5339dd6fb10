from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import StoreError
from rag.records import Article, Span
from tests.browser.fake_assistant import FakeAssistant
from tests.unit.ui.web.page_text import Page, read_html
from ui.web.chat.source_panel import SHOWN_AROUND, source_html

TEXT = 'Intro line.\n\nThe <script>alert("x")</script> &amp; the 👩‍👩‍👧 came. Then more.\n\nSubscribe now!'


@pytest.fixture
def assistant(tmp_path: Path) -> FakeAssistant:
    return FakeAssistant(tmp_path)


def opened(assistant: FakeAssistant, article: Article, **request: object) -> Page:
    answer = source_html(assistant, {"article": article.article_id, **request})  # type: ignore[arg-type]
    return read_html(answer["head"] + answer["body"])


def test_the_cited_span_its_sentence_and_passage_are_marked(assistant: FakeAssistant) -> None:
    article = assistant.put("a.txt", "T", TEXT, boilerplate=(Span(TEXT.index("Subscribe"), len(TEXT)),))
    start = TEXT.index("<script>")
    end = TEXT.index(" the 👩")
    sentence = (TEXT.index("The <"), TEXT.index(" Then"))
    page = opened(
        assistant, article, start=start, end=end, quote_start=sentence[0], quote_end=sentence[1], kind="citation"
    )
    mark = page.one("mark")
    assert mark.text == TEXT[start:end]
    assert mark.attributes["class"].split() == ["in-passage", "in-sentence"]
    assert page.one("div", "article-text").text == TEXT
    passage = "".join(one.text for one in page.elements if "in-passage" in one.attributes.get("class", "").split())
    assert passage == "The <script>" + passage.removeprefix("The <script>")
    assert passage.endswith("Then more.")
    assert page.one("span", "boilerplate").text == "Subscribe now!"


def test_a_closest_passage_is_lit_without_a_mark(assistant: FakeAssistant) -> None:
    article = assistant.put("a.txt", "T", TEXT)
    page = opened(assistant, article, start=0, end=11, kind="passage")
    assert not page.all("mark")
    assert page.one("span", "in-passage").text == "Intro line."


def test_an_article_opens_without_a_place(assistant: FakeAssistant) -> None:
    article = assistant.put("a.txt", "T", TEXT, outlet="The Outlet", author="A. Writer", published="2024-03-14")
    page = opened(assistant, article, kind="article")
    assert page.one("div", "article-text").text == TEXT
    assert [one.text for one in page.all("p", "source-meta")] == ["The Outlet · 14 Mar 2024", "A. Writer"]


def test_the_page_of_a_paged_article_is_named(assistant: FakeAssistant) -> None:
    article = assistant.put("a.pdf", "T", TEXT, pages=(0, 13))
    assert "page 2" in opened(assistant, article, start=20, end=25).one("p", "source-meta").text


def test_a_long_article_is_shown_around_the_place_and_further_when_asked(assistant: FakeAssistant) -> None:
    text = "x " * SHOWN_AROUND + "here" + " y" * SHOWN_AROUND
    article = assistant.put("long.txt", "T", text)
    place = {"start": 2 * SHOWN_AROUND, "end": 2 * SHOWN_AROUND + 4}
    page = opened(assistant, article, **place)
    assert page.one("mark").text == "here"
    assert len(page.one("div", "article-text").text) == 2 * SHOWN_AROUND + 4
    before, after = page.all("button")
    assert before.attributes["data-around"] == after.attributes["data-around"] == str(4 * SHOWN_AROUND)
    whole = opened(assistant, article, **place, around=4 * SHOWN_AROUND)
    assert whole.one("div", "article-text").text == text
    assert not whole.all("button")


@pytest.mark.parametrize("around", [-1, 0, True, None, "9", 1.5])
def test_never_less_than_a_useful_part_is_shown(assistant: FakeAssistant, around: object) -> None:
    article = assistant.put("long.txt", "T", "x " * SHOWN_AROUND)
    assert len(opened(assistant, article, around=around).one("div", "article-text").text) == SHOWN_AROUND + 1


def test_a_removed_article_is_told(assistant: FakeAssistant) -> None:
    assert "removed" in source_html(assistant, {"article": "0" * 16})["body"]  # type: ignore[arg-type]


def test_a_store_that_fails_is_told(assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(article_id: str) -> Article:
        raise StoreError("the store is <gone>. Run citespan doctor")

    monkeypatch.setattr(assistant, "article", fail)
    assert "&lt;gone&gt;. Run citespan doctor" in source_html(assistant, {"article": "x"})["body"]  # type: ignore[arg-type]


@pytest.mark.parametrize("request_", [None, [], "x", 5, {}, {"article": ["x"]}, {"article": {"$": 1}}])
def test_nonsense_from_the_browser_is_answered_calmly(assistant: FakeAssistant, request_: object) -> None:
    assert "body" in source_html(assistant, request_)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "end"),
    [(-1, 5), (5, 5), (9, 3), (0, 10**9), ("0", "5"), (None, 4), (0.0, 5.0), (True, 5), ([0], [5])],
)
def test_a_place_that_is_none_opens_the_article_unmarked(assistant: FakeAssistant, start: object, end: object) -> None:
    article = assistant.put("a.txt", "T", TEXT)
    page = opened(assistant, article, start=start, end=end)
    assert not page.all("mark")
    assert page.one("div", "article-text").text == TEXT
