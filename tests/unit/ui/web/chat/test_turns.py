from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.ui.web.any_values import OUTCOMES, SOLID, SUMMARIES, TEXT, turns
from tests.unit.ui.web.made import make_turn
from tests.unit.ui.web.page_text import Page, read_html
from ui.web.articles.articles_table import article_table, outcome_row, upload_report
from ui.web.chat.conversation import Conversation, Turn
from ui.web.chat.turns import (
    conversation_view,
    error_card,
    suggestion_list,
    turn_card,
    waiting_card,
    welcome,
)
from ui.web.pieces import notice

TAGS = set(
    "article section div span p h1 h2 h3 h4 ul ol li button blockquote mark bdi b q "
    "table thead tbody tr th td input label form svg path datalist option".split()
)


def no_markup_from_text(page: Page) -> None:
    assert {one.tag for one in page.elements} <= TAGS
    for one in page.elements:
        assert not [name for name in one.attributes if name.startswith("on") or name in ("href", "src", "srcdoc")]
        assert set(one.attributes.get("style", "")) <= set("width:0123456789%")


@given(st.lists(turns(), max_size=3), st.lists(TEXT, max_size=2))
def test_no_text_of_a_conversation_becomes_markup(several: list[Turn], reading: list[str]) -> None:
    page = read_html(conversation_view(Conversation(tuple(several)), reading=reading))
    no_markup_from_text(page)
    assert [one.text for one in page.all("h2", "question")] == [turn.question for turn in several]


@given(st.lists(SUMMARIES, max_size=3), st.lists(st.tuples(TEXT, OUTCOMES), max_size=3), TEXT)
def test_no_text_of_the_articles_tab_becomes_markup(
    articles: list,
    outcomes: list,
    current: str,  # type: ignore[type-arg]
) -> None:
    rows = [outcome_row(name, outcome) for name, outcome in outcomes]
    html = article_table(articles) + upload_report(rows, 0, len(rows), current) + notice(current, is_error=True)
    no_markup_from_text(read_html(html))


@given(TEXT, SOLID)
def test_errors_suggestions_and_titles_become_no_markup(message: str, question: str) -> None:
    page = read_html(error_card(message) + suggestion_list([question], "Next") + waiting_card([message]))
    no_markup_from_text(page)
    assert page.one("p", "note").text == message
    assert page.one("button", "suggestion").attributes["data-question"] == question


def actions(page: Page) -> list[str]:
    return [one.attributes["data-action"] for one in page.all("button") if "data-action" in one.attributes]


def test_only_the_last_turn_can_be_edited() -> None:
    page = read_html(conversation_view(Conversation((make_turn(), make_turn()))))
    assert actions(page) == ["right", "wrong", "edit", "retry", "right", "wrong"]


def test_a_waiting_turn_names_what_is_read_once() -> None:
    page = read_html(conversation_view(Conversation((Turn("q"),)), reading=["One", "Two", "One"]))
    assert page.one("section", "waiting").text == "Reading 2 articlesOneTwo"
    assert "Searching" in read_html(conversation_view(Conversation((Turn("q"),)))).text


def test_an_error_is_told_instead_of_an_answer() -> None:
    page = read_html(turn_card(Turn("q", error="It broke. Mend it.")))
    assert "It broke. Mend it." in page.one("section", "error").text


def test_an_empty_store_leads_to_the_articles() -> None:
    assert read_html(welcome(0)).one("button").attributes["data-action"] == "go-to-articles"
    assert "your 1 article," in read_html(welcome(1)).text
    assert not read_html(welcome(3)).all("button")
