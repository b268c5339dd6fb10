from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.presentation.html import shown
from rag.records import ArticleSummary, Collection, Filters
from tests.browser.fake_assistant import FakeAssistant
from tests.unit.ui.web.any_values import COLLECTIONS, SCOPES, SUMMARIES, TEXT
from tests.unit.ui.web.page_text import read_html
from ui.web.chat.reach import Reach, found_articles, reach_of
from ui.web.chat.scope import Scope, scope_from, scope_json
from ui.web.chat.scope_panel import LISTED_AT_MOST, scope_bar, scope_panel, scope_rows, scope_told


@pytest.fixture
def assistant(tmp_path: Path) -> FakeAssistant:
    fake = FakeAssistant(tmp_path)
    for name, published in (("a", "2024-01-01"), ("b", "2024-06-01"), ("c", None), ("d", "2025-01-01")):
        fake.put(f"{name}.txt", f"Title {name}", f"Text of {name}.", published=published)
    fake.groups = {"Peace": {id_of(fake, "a"), id_of(fake, "b")}, "Empty": set()}
    return fake


def id_of(assistant: FakeAssistant, name: str) -> str:
    return next(one.article_id for one in assistant.articles() if one.source == f"{name}.txt")


def reached(assistant: FakeAssistant, scope: Scope) -> str:
    """The names of the articles in a scope, as the reach says and as its filters find."""
    reach = reach_of(assistant, scope)
    inside = sorted(one.source[0] for one in assistant.articles() if one.article_id in reach.inside)
    if not reach.is_empty:
        assert {one.article_id for one in assistant.articles(reach.filters)} == reach.inside
    return "".join(inside)


def test_a_scope_reaches_its_collections_and_articles_within_its_dates(assistant: FakeAssistant) -> None:
    d = id_of(assistant, "d")
    for scope, expected in (
        (Scope(), "abcd"),
        (Scope(("Peace",)), "ab"),
        (Scope(("peace",)), "ab"),
        (Scope((), (d,)), "d"),
        (Scope(("Peace",), (d,)), "abd"),
        (Scope(("Peace", "Empty")), "ab"),
        (Scope(published_from="2024-06-01"), "bd"),
        (Scope(published_to="2024-06-01"), "ab"),
        (Scope(("Peace",), (d,), "2024-02-01"), "bd"),
        (Scope(("Peace",), (), "2026-01-01"), ""),
    ):
        assert reached(assistant, scope) == expected


def test_what_is_gone_is_in_no_scope_and_widens_none(assistant: FakeAssistant) -> None:
    for scope in (Scope(("Gone",)), Scope(("Empty",)), Scope((), ("gone",)), Scope(("Gone",), ("gone",))):
        reach = reach_of(assistant, scope)
        assert reach.is_empty
        assert reach.size == "0 of 4 articles"
    assert reached(assistant, Scope(("Gone", "Peace"), ("gone",))) == "ab"


def test_the_engine_is_asked_by_collection_when_only_collections_are_chosen(assistant: FakeAssistant) -> None:
    assert reach_of(assistant, Scope()).filters is None
    assert reach_of(assistant, Scope(("peace", "Gone"))).filters == Filters(collections=("Peace",))


def test_a_scope_in_words(assistant: FakeAssistant) -> None:
    a, b = id_of(assistant, "a"), id_of(assistant, "b")
    for scope, text in (
        (Scope(), "all 4 articles"),
        (Scope(("Peace",)), "2 of 4 articles: Peace"),
        (Scope((), (a,)), "1 of 4 articles: “Title a”"),
        (Scope((), (a, b), "2024-01-01", "2024-01-01"), "1 of 4 articles: 2 chosen articles, published on 1 Jan 2024"),
        (Scope(published_from="2024-01-02"), "2 of 4 articles: published since 2 Jan 2024"),
        (
            Scope(published_from="2024-01-01", published_to="2024-07-01"),
            "2 of 4 articles: published 1 Jan 2024 – 1 Jul 2024",
        ),
    ):
        assert reach_of(assistant, scope).text == text


@given(SCOPES)
def test_a_scope_survives_the_way_through_the_browser(scope: Scope) -> None:
    once = scope_from(json.loads(scope_json(scope)))
    assert scope_from(json.loads(scope_json(once))) == once
    assert set(once.collections) == set(scope.collections)
    assert set(once.article_ids) == set(scope.article_ids)
    assert sorted(filter(None, (once.published_from, once.published_to))) == sorted(
        filter(None, (scope.published_from, scope.published_to))
    )
    if once.published_from and once.published_to:
        assert once.published_from <= once.published_to


def test_articles_are_found_by_all_their_words_with_the_chosen_first(assistant: FakeAssistant) -> None:
    reach = reach_of(assistant, Scope((), (id_of(assistant, "c"),)))
    assert [one.source for one in found_articles(reach, "")] == ["c.txt", "a.txt", "b.txt", "d.txt"]
    assert [one.source for one in found_articles(reach, "TITLE b.txt")] == ["b.txt"]
    assert [one.source for one in found_articles(reach, "peace title")] == ["a.txt", "b.txt"]
    assert found_articles(reach, "nothing") == []
    assert "No article has these words" in scope_rows(reach, "nothing")


def test_a_long_list_is_cut_and_says_so(tmp_path: Path) -> None:
    assistant = FakeAssistant(tmp_path)
    for number in range(LISTED_AT_MOST + 3):
        assistant.put(f"{number}.txt", f"T{number}", f"{number}")
    rows = read_html(scope_rows(reach_of(assistant, Scope()), ""))
    assert len(rows.all("input")) == LISTED_AT_MOST
    assert "and 3 more: type to find them" in rows.text


def test_the_bar_shows_a_chip_for_everything_that_narrows(assistant: FakeAssistant) -> None:
    everything = read_html(scope_bar(reach_of(assistant, Scope())))
    assert everything.one("button").text == "Searching all 4 articles"
    ids = tuple(one.article_id for one in assistant.articles())
    bar = read_html(scope_bar(reach_of(assistant, Scope(("Peace", "Gone"), (*ids, "gone"), "2024-01-01"))))
    assert [one.text for one in bar.all("button")] == [
        "Searching 3 of 4 articles", "Peace", "Gone (gone)", "Title a", "Title b", "Title c", "and 2 articles more",
        "Published since 1 Jan 2024",
    ]  # fmt: skip
    assert scope_from(json.loads(bar.one("div", "scope").attributes["data-scope"])).article_ids == (*ids, "gone")
    assert read_html(scope_bar(reach_of(assistant, Scope(("Gone",))))).all("button")[0].text == "Searching no article"
    assert "Nothing would be searched" in scope_told(reach_of(assistant, Scope(("Gone",))))
    assistant.reset()
    assert scope_bar(reach_of(assistant, Scope())) == ""


@given(st.lists(SUMMARIES, max_size=4), st.lists(COLLECTIONS, max_size=3), SCOPES, TEXT)
def test_no_text_changes_what_the_scope_is_made_of(
    articles: list[ArticleSummary], collections: list[Collection], scope: Scope, words: str
) -> None:
    scope = Scope(
        (*scope.collections, *(one.name for one in collections[:1])),
        tuple(one.article_id for one in articles[:2]),
        scope.published_from,
        scope.published_to,
    )
    reach = Reach(scope, tuple(articles), frozenset(), tuple(articles[:2]), tuple(collections), scope.collections, None)
    bar = read_html(scope_bar(reach))
    chips = [one.attributes for one in bar.all("button", "scope-chip")]
    assert tuple(one["data-value"] for one in chips if one["data-drop"] == "collection") == scope.collections
    panel = read_html(scope_panel(reach))
    boxes = [one.attributes["value"] for one in panel.all("input") if one.attributes.get("data-choose") == "collection"]
    assert boxes == [one.name for one in collections]
    titles = {shown(one.title) for one in articles}
    assert all(
        any(title in text.text for title in titles) for text in panel.all("span", "choice-text")[len(collections) :]
    )
    assert {one.tag for one in read_html(scope_rows(reach, words)).elements} <= {"label", "input", "span", "bdi", "p"}
