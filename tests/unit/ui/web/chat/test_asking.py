"""A question is shown at once, waits for its turn, is answered, fails, is turned away, or is left."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
import pytest

from rag.records import Answer
from tests.browser.fake_assistant import FakeAssistant, Known
from tests.unit.ui.web.page_text import Page, read_html
from tests.unit.ui.web.running import run, steps
from ui.api.gate import Gate
from ui.web.chat.asking import Asking
from ui.web.chat.conversation import Conversation, from_json
from ui.web.chat.starters import StarterQuestions
from ui.web.chat.tab import ChatTab
from ui.web.pieces import UNEXPECTED

WHO = "Who succeeded Netanyahu?"


@pytest.fixture
def assistant(tmp_path: Path) -> FakeAssistant:
    fake = FakeAssistant(tmp_path)
    fake.put("003.txt", "A new government", "Bennett succeeded Netanyahu in June.", outlet="The Outlet")
    fake.known[WHO] = Known((("003.txt", "Bennett"),))
    return fake


@pytest.fixture
def asking(assistant: FakeAssistant) -> Asking:
    return Asking(assistant, StarterQuestions(assistant), Gate(1, 1))  # type: ignore[arg-type]


def click(**data: object) -> gr.EventData:
    return gr.EventData(None, data)


def test_the_question_shows_at_once_then_what_is_read_then_the_answer(asking: Asking) -> None:
    waiting, reading, answered = [read_html(html) for html, _, _ in asking.answer(WHO, Conversation())]
    assert waiting.one("h2", "question").text == WHO
    assert "Searching" in waiting.one("section", "waiting").text
    assert "A new government" in reading.one("section", "waiting").text
    assert answered.one("p", "answer-text").text == "Bennett"
    assert "The Outlet" in answered.one("button", "chip").text
    ids = [page.one("article").attributes["data-turn"] for page in (waiting, reading, answered)]
    assert len(set(ids)) == 1


def test_the_conversation_changes_only_with_the_answer(asking: Asking) -> None:
    before = Conversation()
    told = list(asking.answer(WHO, before))
    assert [conversation is before for _, conversation, _ in told] == [True, True, False]
    assert [saved is None for _, _, saved in told] == [True, True, False]
    assert from_json(told[-1][2]) == told[-1][1]


def test_what_nobody_foresaw_is_told_without_details(
    asking: Asking, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(question: str, **_: object) -> Answer:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(assistant, "ask", fail)
    *_, (html, conversation, _) = asking.answer(WHO, Conversation())
    assert conversation.turns[0].error == UNEXPECTED
    assert "secret detail" not in html
    assert "secret detail" in caplog.text


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


@pytest.mark.parametrize("action", ["retry", "literal", "edit"])
def test_answers_stay_when_asking_again_is_turned_away(assistant: FakeAssistant, action: str) -> None:
    gate = Gate(simultaneous=1, waiting=1)
    chat = ChatTab(assistant, StarterQuestions(assistant), gate)  # type: ignore[arg-type]
    *_, (_, once, _, _) = steps(chat.ask(WHO, None))
    *_, (_, twice, _, _) = steps(chat.ask(WHO, once))

    async def wait() -> list[tuple[object, ...]]:
        with gate.place(), gate.place():
            clicked = click(action=action, turn=twice.turns[0].turn_id, question=WHO)
            return [step async for step in chat.act(twice, clicked)]

    kept = from_json(run(wait())[-1][2])
    assert kept is not None
    assert kept.turns[:2] == twice.turns
    failed = kept.turns[2]
    assert failed.error
    *_, (_, answered, _, _) = steps(chat.act(kept, click(action="retry", turn=failed.turn_id)))
    assert [turn.error for turn in answered.turns] == [None] * 3


def test_answers_stay_when_asking_again_fails(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    *_, (_, talked, _) = asking.answer(WHO, Conversation())
    monkeypatch.setattr(asking, "_ask", lambda *_: 1 / 0)
    turn = talked.turns[0]
    again = steps(asking.in_turn(WHO, talked, None, instead_of=turn.turn_id))
    assert all(conversation.turns[:1] == talked.turns for _, conversation, _ in again)
    assert again[-1][1].turns[1].error == UNEXPECTED
    failed = again[-1][1]
    once_more = steps(asking.in_turn(WHO, failed, None, instead_of=failed.turns[1].turn_id))
    assert [one.error for one in once_more[-1][1].turns] == [None, UNEXPECTED]


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
