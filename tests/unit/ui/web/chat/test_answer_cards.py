from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rag.presentation.html import shown
from rag.records import Alternative, Answer, Citation, Quote, Related
from tests.unit.ui.web.any_values import citations
from tests.unit.ui.web.made import make_citation, make_turn
from tests.unit.ui.web.page_text import Page, read_html
from ui.web.chat.answer_cards import TEMPLATE, cited_articles, differing
from ui.web.chat.conversation import Turn
from ui.web.chat.turns import (
    turn_card,
)
from ui.web.templates import macro


@given(citations("supports"), st.integers(1, 99))
def test_a_chip_knows_its_place(citation: Citation, number: int) -> None:
    button = read_html(macro(TEMPLATE, "chips", cited_articles([citation], {}, number))).one("button", "chip")
    assert button.attributes["data-article"] == citation.article_id
    assert button.attributes["data-number"] == str(number)
    places = [button.attributes[f"data-{name}"] for name in ("start", "end", "quote-start", "quote-end")]
    assert places == [str(n) for n in (citation.start, citation.end, citation.quote.start, citation.quote.end)]
    assert shown(citation.title) in button.text


def test_an_article_has_one_chip_with_a_number_for_each_of_its_places() -> None:
    cited = (make_citation(), make_citation("Yair Lapid", article_id="b" * 16), make_citation("Naftali"))
    page = read_html(turn_card(make_turn(citations=cited)))
    assert len(page.all("li", "chip-group")) == len(page.all("button", "chip")) == 2
    assert [one.attributes["data-number"] for one in page.all("button", "chip-more")] == ["3"]
    assert page.one("p", "also").text == "Also said by 1 more"


def test_sentences_that_bear_on_a_question_stand_below_their_article() -> None:
    sentences = [make_citation("Naftali Bennett"), make_citation("<Yair Lapid>", article_id="b" * 16)]
    page = read_html(turn_card(make_turn(shape="passages", answer="Naftali Bennett <Yair Lapid>", citations=sentences)))
    assert page.one("section", "answer").attributes["aria-label"] == "What the articles say"
    assert [one.text for one in page.all("button", "sentence")] == ["1Naftali Bennett", "2<Yair Lapid>"]
    assert [one.attributes["data-open"] for one in page.all("button", "sentence")] == ["citation"] * 2
    assert len(page.all("p", "passage-source")) == 2
    assert len(page.all("span", "confidence")) == 1


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
    cited = tuple(make_citation(article_id=letter * 16) for letter in "abc")
    page = read_html(turn_card(make_turn(citations=cited)))
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
    assert [one.text for one in page.all("span", "number")] == ["1", "2", "3"]
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
