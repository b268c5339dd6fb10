from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.presentation.html import shown
from rag.records import Alternative, Answer
from tests.unit.ui.web.any_values import TEXT, turns
from tests.unit.ui.web.made import make_citation, make_turn
from ui.web.chat.conversation import Conversation, Turn
from ui.web.chat.copying import conversation_as_markdown, markdown, turn_as_markdown, turn_as_text


@given(TEXT)
def test_markdown_shows_exactly_the_words(text: str) -> None:
    rendered = MarkdownIt("commonmark").parse(f"x{markdown(text)}x")
    inline = next(token for token in rendered if token.type == "inline")
    assert {child.type for child in inline.children or []} <= {"text", "text_special"}
    assert "".join(child.content for child in inline.children or []) == f"x{shown(text)}x"


@given(st.lists(turns(), max_size=3))
def test_every_footnote_mark_of_an_export_has_its_note(several: list[Turn]) -> None:
    text = conversation_as_markdown(Conversation(tuple(several), "Title"))
    notes = re.findall(r"^\[\^(\d+)\]: ", text, re.MULTILINE)
    assert notes == [str(number) for number in range(1, len(notes) + 1)]
    marks = set(re.findall(r"(?<!^)(?<!\\)\[\^(\d+)\]", text, re.MULTILINE))
    assert marks <= set(notes)


def test_plain_text_names_answer_quote_and_source() -> None:
    assert turn_as_text(make_turn()).splitlines() == [
        "Who was chosen?",
        "",
        "Naftali Bennett",
        "",
        "[1] “In the end Naftali Bennett was chosen.”",
        "    A title, The Outlet, 2021-06-13, 003.txt, characters 111–126",
    ]


def test_markdown_has_footnotes_and_tells_other_accounts_apart() -> None:
    other = make_citation("Yair Lapid", "differs", "b" * 16)
    text = turn_as_markdown(make_turn(alternatives=(Alternative("Yair Lapid", 0.4, (other,)),)))
    assert text.startswith("**Who was chosen?**\n\nNaftali Bennett[^1]\n\nAnother account: Yair Lapid[^2]\n")
    assert "[^1]: “In the end Naftali Bennett was chosen.” (A title, The Outlet, 2021\\-06\\-13" in text


def test_an_abstention_is_exported_as_one() -> None:
    turn = Turn("Why?", Answer("Why?", "Why?", False, None, 0.1, reason="Nobody says."))
    assert "Not in these articles. Nobody says." in turn_as_text(turn)
    assert "Not in these articles. Nobody says." in turn_as_markdown(turn)


def test_waiting_turns_are_left_out_of_an_export() -> None:
    assert "pending" not in conversation_as_markdown(Conversation((make_turn(), Turn("pending"))))


def test_a_narrowed_scope_stands_beside_the_question() -> None:
    scope = "1 of 3 articles: <b>"
    for turn in (replace(make_turn(), scope=scope), Turn("Who was chosen?", error="no", scope=scope)):
        assert turn_as_text(turn).startswith(f"Who was chosen? (searched {scope})\n")
        assert "\\<b\\>" in turn_as_markdown(turn).splitlines()[0]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer("Hello", "Hello", False, None, 0.0, reason="Ask a question.", shape="help"), "\nAsk a question.\n"),
        (
            Answer("Sum up", "Sum up", False, None, 0.0, reason="Two fit.", reason_kind="ambiguous"),
            "\nWhich article? Two fit.\n",
        ),
    ],
)
def test_what_is_no_abstention_is_not_copied_as_one(answer: Answer, said: str) -> None:
    turn = replace(make_turn(), answer=answer)
    assert turn_as_text(turn).endswith(said)
    assert "Not in these articles" not in turn_as_markdown(turn)
