"""A question that waits for its turn, is turned away, or is left."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
import pytest

from tests.browser.fake_assistant import FakeAssistant, Known
from tests.unit.ui.page_text import Page, read_html
from tests.unit.ui.running import run, steps
from ui.api.gate import Gate
from ui.chat import ChatTab
from ui.conversation import from_json
from ui.starters import StarterQuestions

WHO = "Who succeeded Netanyahu?"


@pytest.fixture
def assistant(tmp_path: Path) -> FakeAssistant:
    fake = FakeAssistant(tmp_path)
    fake.put("003.txt", "A new government", "Bennett succeeded Netanyahu in June.")
    fake.known[WHO] = Known((("003.txt", "Bennett"),))
    return fake


def click(**data: object) -> gr.EventData:
    return gr.EventData(None, data)


def test_a_question_says_how_many_are_before_it_until_it_is_its_turn(assistant: FakeAssistant) -> None:
    gate = Gate(simultaneous=1, waiting=2)
    chat = ChatTab(assistant, StarterQuestions(assistant), gate)  # type: ignore[arg-type]

    async def wait() -> list[Page]:
        asked = chat.ask(WHO, None)
        with gate.place():
            with gate.place():
                shown = [await anext(asked)]
            shown.append(await anext(asked))
        shown += [step async for step in asked]
        return [read_html(step[0]) for step in shown]

    waiting, next_one, searching, *_, answered = run(wait())
    assert waiting.one("section", "waiting").text.startswith("1 question before yours")
    assert waiting.one("article").attributes["data-said"] == "1 question before yours"
    assert next_one.one("section", "waiting").text.startswith("Your question is next")
    assert next_one.one("article").attributes["data-said"] == "Your question is next"
    assert "Searching" in searching.one("section", "waiting").text
    assert answered.one("p", "answer-text").text == "Bennett"
    assert len({page.one("article").attributes["data-turn"] for page in (waiting, next_one, searching, answered)}) == 1


def test_a_question_too_many_is_turned_away_and_can_be_asked_again(assistant: FakeAssistant) -> None:
    gate = Gate(simultaneous=1, waiting=1)
    chat = ChatTab(assistant, StarterQuestions(assistant), gate)  # type: ignore[arg-type]

    async def wait() -> list[tuple[object, ...]]:
        with gate.place(), gate.place():
            return [step async for step in chat.ask(WHO, None)]

    (step,) = run(wait())
    told = read_html(str(step[0])).one("section", "error").text
    assert "1 question is waiting already. Ask again in a while." in told
    conversation = from_json(step[2])
    assert conversation is not None
    *_, (_, answered, _, _) = steps(chat.act(conversation, click(action="retry", turn=conversation.turns[0].turn_id)))
    assert [turn.answer is not None for turn in answered.turns] == [True]


def test_who_leaves_while_their_question_is_read_gives_the_place_free(assistant: FakeAssistant) -> None:
    gate = Gate(simultaneous=1, waiting=1)
    chat = ChatTab(assistant, StarterQuestions(assistant), gate)  # type: ignore[arg-type]

    async def leave() -> list[tuple[object, ...]]:
        left = chat.ask(WHO, None)
        await anext(left)
        await anext(left)
        await left.aclose()  # type: ignore[attr-defined]
        return [step async for step in chat.ask(WHO, None)]

    assert "Bennett" in str(run(leave())[-1][0])
