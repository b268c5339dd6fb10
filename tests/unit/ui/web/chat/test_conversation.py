from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.ui.web.any_values import SCOPES, turns
from ui.web.chat.conversation import TITLE_LENGTH, Conversation, Turn, from_json, to_json
from ui.web.chat.scope import Scope


@given(st.lists(turns(), max_size=3), SCOPES)
def test_a_conversation_survives_the_way_through_the_browser(several: list[Turn], scope: Scope) -> None:
    conversation = Conversation(tuple(several), "Title", scope=scope)
    assert from_json(to_json(conversation)) == conversation
    assert "<" not in to_json(conversation)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        {},
        "",
        "not json",
        "[]",
        '"text"',
        '{"turns": 3}',
        '{"turns": [{"question": "q", "answer": {"question": "q"}}]}',
        '{"turns": [{"question": 5}]}',
        '{"turns": [], "scope": {"published_from": "soon"}}',
        '{"turns": [], "scope": {"collections": "all"}}',
    ],
)
def test_what_is_not_a_conversation_is_refused(sent: object) -> None:
    assert from_json(sent) is None


def test_a_stance_that_does_not_exist_is_refused() -> None:
    record = json.loads(to_json(Conversation((Turn("q"),))))
    record["turns"][0]["answer"] = {
        "question": "q",
        "searched_for": "q",
        "answered": True,
        "answer": "a",
        "confidence": 0.5,
        "citations": [
            {
                "article_id": "a",
                "title": "t",
                "source": "s",
                "page": None,
                "start": 0,
                "end": 1,
                "text": "a",
                "quote": {"start": 0, "end": 1, "text": "a"},
                "confidence": 0.5,
                "stance": "supports",
            }
        ],
    }
    assert from_json(json.dumps(record)) is not None
    record["turns"][0]["answer"]["citations"][0]["stance"] = "<b>"
    assert from_json(json.dumps(record)) is None


def test_a_turn_is_added_once_and_then_replaced_in_its_place() -> None:
    first, second = Turn("one"), Turn("two")
    conversation = Conversation().with_turn(first).with_turn(second)
    answered = Turn("one", error="no", turn_id=first.turn_id)
    assert conversation.with_turn(answered).turns == (answered, second)


def test_the_first_question_gives_the_title() -> None:
    conversation = Conversation().with_turn(Turn("What\nis " + "x" * 200)).with_turn(Turn("later"))
    assert conversation.title == ("What is " + "x" * 200)[:TITLE_LENGTH]


def test_before_cuts_at_a_turn_and_ignores_unknown_ones() -> None:
    first, second = Turn("one"), Turn("two")
    conversation = Conversation((first, second))
    assert conversation.before(second.turn_id).turns == (first,)
    assert conversation.before("unknown") == conversation


def test_ids_differ_for_equal_questions() -> None:
    assert Turn("same").turn_id != Turn("same").turn_id
    assert Conversation().conversation_id != Conversation().conversation_id
