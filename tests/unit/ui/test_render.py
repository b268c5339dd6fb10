from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Alternative, Answer, Citation, Quote, Related
from tests.unit.ui.any_values import OUTCOMES, SOLID, SUMMARIES, TEXT, citations, turns
from tests.unit.ui.page_text import Page, read_html
from ui.conversation import Conversation, Source, Turn
from ui.escaping import shown
from ui.pieces import QUOTED_AROUND, chip, confidence_badge, confidence_word, counted, date_text, percent, quote
from ui.render import (
    conversation_view,
    differing,
    error_card,
    suggestion_list,
    turn_card,
    waiting_card,
    welcome,
)
from ui.render_articles import article_table, notice, outcome_row, upload_report

TAGS = set(
    "article section div span p h1 h2 h3 h4 ul ol li button blockquote mark bdi b q "
    "table thead tbody tr th td input label form svg path datalist option".split()
)


def make_citation(text: str = "Naftali Bennett", stance: str = "supports", article_id: str = "a" * 16) -> Citation:
    sentence = f"In the end {text} was chosen."
    start = 100 + len("In the end ")
    return Citation(
        article_id,
        "A title",
        "003.txt",
        None,
        start,
        start + len(text),
        text,
        Quote(100, 100 + len(sentence), sentence),
        0.91,
        stance,  # type: ignore[arg-type]
    )


def make_turn(**changes: object) -> Turn:
    values: dict[str, object] = {
        "question": "Who was chosen?",
        "searched_for": "Who was chosen?",
        "answered": True,
        "answer": "Naftali Bennett",
        "confidence": 0.91,
        "citations": (make_citation(),),
    }
    answer = Answer(**(values | changes))  # type: ignore[arg-type]
    return Turn(answer.question, answer, {"a" * 16: Source("A title", "003.txt", "The Outlet", "2021-06-13")})


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


@given(citations())
def test_the_quotes_mark_is_the_citations_text(citation: Citation) -> None:
    page = read_html(quote(citation))
    assert page.one("mark").text == citation.text
    assert page.one("blockquote").text == citation.quote.text


@given(citations(), st.integers(1, 99))
def test_a_chip_knows_its_place(citation: Citation, number: int) -> None:
    button = read_html(chip(number, citation, {})).one("button", "chip")
    assert button.attributes["data-article"] == citation.article_id
    places = [button.attributes[f"data-{name}"] for name in ("start", "end", "quote-start", "quote-end")]
    assert places == [str(n) for n in (citation.start, citation.end, citation.quote.start, citation.quote.end)]
    assert shown(citation.title) in button.text


def test_a_quote_that_does_not_hold_its_span_is_shown_without_a_mark() -> None:
    broken = Citation("a", "t", "s", None, 5, 9, "text", Quote(100, 110, "other text"), 0.5)
    page = read_html(quote(broken))
    assert not page.all("mark")
    assert page.text == "other text"


def test_a_sentence_beyond_all_measure_is_cut_around_its_span() -> None:
    text = "word " * 10_000 + "needle" + " word" * 10_000
    page = read_html(quote(Citation("a", "t", "s", None, 50_000, 50_006, "needle", Quote(0, len(text), text), 0.5)))
    assert page.one("mark").text == "needle"
    assert len(page.text) == 2 * QUOTED_AROUND + len("needle") + len("… " + " …")


def test_an_answer_shows_its_text_quote_confidence_and_source() -> None:
    page = read_html(turn_card(make_turn(), is_last=True))
    assert page.one("p", "answer-text").text == "Naftali Bennett"
    assert page.one("mark").text == "Naftali Bennett"
    assert page.one("span", "confidence").text == "Very likely 91\u202f%"
    assert page.one("button", "chip").text == "1A titleThe Outlet · 13 Jun 2021"
    assert not page.all("section", "differ")


def test_an_answer_that_is_the_whole_sentence_is_not_said_twice() -> None:
    sentence = "Naftali Bennett, a former defence minister, succeeded him after twelve years in office."
    whole = Citation(
        "a" * 16, "T", "s", None, 5, 5 + len(sentence), sentence, Quote(5, 5 + len(sentence), sentence), 0.9
    )
    page = read_html(turn_card(make_turn(answer=sentence, citations=(whole,))))
    assert not page.all("blockquote")
    assert "long" in page.one("section", "answer").attributes["class"].split()


def test_several_agreeing_articles_are_counted_and_numbered() -> None:
    page = read_html(turn_card(make_turn(citations=tuple(make_citation() for _ in range(3)))))
    assert page.one("p", "also").text == "Also said by 2 more"
    assert [one.text for one in page.all("span", "number")] == ["1", "2", "3"]


def test_a_contradicting_account_has_its_own_card_and_goes_on_counting() -> None:
    other = make_citation("Yair Lapid", "differs", "b" * 16)
    turn = make_turn(alternatives=(Alternative("Yair Lapid", 0.4, (other,)), Alternative("weaker", 0.1, ())))
    page = read_html(turn_card(turn))
    card = page.one("section", "differ")
    assert "Accounts differ" in card.text
    assert page.one("p", "account-text").text == "Yair Lapid"
    assert [one.attributes["data-number"] for one in page.all("button", "chip")] == ["1", "2"]
    assert "weaker" not in page.text


def test_a_contradicting_citation_is_not_listed_as_support() -> None:
    answer = make_turn(citations=(make_citation(), make_citation("Yair Lapid", "differs"))).answer
    assert answer is not None
    assert [account.answer for account in differing(answer)] == ["Yair Lapid"]
    page = read_html(turn_card(Turn("q", answer)))
    assert not page.all("p", "also")


def test_a_list_marks_all_its_items_in_one_quote_and_numbers_each() -> None:
    sentence = "In the end Egypt, Jordan and Syria signed."
    items = []
    for name in ("Egypt", "Jordan", "Syria"):
        start = sentence.index(name)
        items.append(
            Citation(
                "a" * 16, "T", "t.txt", None, start, start + len(name), name, Quote(0, len(sentence), sentence), 0.8
            )
        )
    page = read_html(turn_card(make_turn(answer="Egypt, Jordan and Syria", citations=tuple(items), shape="list")))
    assert page.one("mark").text == "Egypt, Jordan and Syria"
    assert len(page.all("button", "chip")) == 3
    assert not page.all("p", "also")


def test_evidence_is_no_yes_and_has_no_percentage() -> None:
    card = turn_card(make_turn(shape="evidence"))
    assert 'aria-label="Evidence"' in card
    assert "Whether it says yes or no is for you to judge." in card
    assert "%" not in card.split("data-copy")[0]


def test_the_speaker_is_named_below_the_quote() -> None:
    spoken = replace(make_citation(), speaker="the <b>ministry")
    assert "According to the &lt;b&gt;ministry" in turn_card(make_turn(citations=(spoken,)))
    assert "According to" not in turn_card(make_turn())


def test_a_greeting_is_answered_with_help_only() -> None:
    card = turn_card(
        make_turn(answered=False, answer=None, citations=(), confidence=0.0, reason="Ask away.", shape="help")
    )
    assert 'aria-label="Help"' in card
    assert "Ask away." in card
    assert "Not in these articles" not in card


def test_an_article_to_choose_is_no_failure() -> None:
    card = turn_card(make_turn(answered=False, answer=None, citations=(), reason="Name one.", reason_kind="ambiguous"))
    assert "<h3>Which article?</h3>" in card
    assert "Not in these articles" not in card


def test_each_of_several_questions_stands_above_its_answer_and_all_are_judged_once() -> None:
    parts = (
        Answer("Who was <chosen>?", "Who?", True, "Naftali Bennett", 0.9, (make_citation(),)),
        Answer("Why?", "Why?", False, None, 0.1, reason="No article says."),
    )
    card = turn_card(make_turn(shape="parts", parts=parts))
    page = read_html(card)
    assert [one.text for one in page.all("h3", "part-question")] == ["Who was <chosen>?", "Why?"]
    assert page.text.index("Who was <chosen>?") < page.text.index("In the end") < page.text.index("No article says.")
    assert card.count('data-action="right"') == 1


def test_an_abstention_gives_the_reason_and_the_closest_passages() -> None:
    long_passage = "word " * 200
    related = (Related("a" * 16, 10, 1010, long_passage),)
    turn = make_turn(answered=False, answer=None, citations=(), reason="Nobody says.", related=related)
    page = read_html(turn_card(turn))
    assert page.one("section", "abstain").attributes["aria-label"] == "Not in these articles"
    assert page.one("p", "note").text == "Nobody says."
    passage = page.one("button", "passage-card")
    assert (passage.attributes["data-start"], passage.attributes["data-end"]) == ("10", "1010")
    assert passage.attributes["data-open"] == "passage"
    assert page.one("span", "passage-text").text.endswith(" …")
    assert not page.all("section", "answer")


def actions(page: Page) -> list[str]:
    return [one.attributes["data-action"] for one in page.all("button") if "data-action" in one.attributes]


def test_how_a_follow_up_was_understood_is_told_only_when_it_differs() -> None:
    assert "Searched for" not in turn_card(make_turn())
    page = read_html(turn_card(make_turn(searched_for="Who was chosen prime minister?")))
    assert page.one("q").text == "Who was chosen prime minister?"
    assert actions(page) == ["literal", "right", "wrong"]


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


@pytest.mark.parametrize(
    ("confidence", "word"),
    [
        (1.0, "Very likely"),
        (0.9, "Very likely"),
        (0.7, "Likely"),
        (0.5, "Plausible"),
        (0.49, "Uncertain"),
        (0, "Uncertain"),
    ],
)
def test_confidence_has_a_word(confidence: float, word: str) -> None:
    assert confidence_word(confidence)[0] == word


@pytest.mark.parametrize(
    ("confidence", "told"),
    [(0.62, "about 6 in 10"), (0.96, "nearly all"), (0.01, "hardly any")],
)
def test_confidence_says_what_it_means(confidence: float, told: str) -> None:
    assert told in read_html(confidence_badge(confidence)).one("span", "confidence").attributes["data-tip"]


@pytest.mark.parametrize(("share", "text"), [(0.999, "99"), (1.0, "100"), (0.001, "1"), (0.0, "0"), (0.914, "91")])
def test_only_certainty_is_written_as_certainty(share: float, text: str) -> None:
    assert percent(share) == f"{text}\u202f%"


@pytest.mark.parametrize(
    ("published", "text"),
    [("2025-08-16", "16 Aug 2025"), ("2025", "2025"), (None, ""), ("2025-13-01", "2025-13-01"), ("²-1-1", "²-1-1")],
)
def test_dates_are_written_out(published: str | None, text: str) -> None:
    assert date_text(published) == text


def test_counts_agree_with_their_nouns() -> None:
    assert [counted(number, "article") for number in (0, 1, 1204)] == ["0 articles", "1 article", "1,204 articles"]
