"""What a user set on the Settings tab, in that user's questions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from rag.records import Answer
from rag.settings import AnswerSettings
from tests.browser.fake_assistant import FakeAssistant, Known
from tests.unit.ui.web.running import steps
from ui.api.gate import Gate
from ui.web.chat.conversation import Conversation
from ui.web.chat.starters import StarterQuestions
from ui.web.chat.tab import ChatTab

WHO = "Who won?"
OWN = {"passages_read": 12, "abstain_below": 0.7}


class Listening(FakeAssistant):
    def ask(self, *arguments: Any, **options: Any) -> Answer:
        self.given = options.get("answering")
        return super().ask(*arguments, **options)

    given: AnswerSettings | None


@pytest.fixture
def assistant(tmp_path: Path) -> Listening:
    fake = Listening(tmp_path)
    fake.put("a.txt", "Race", "Ann won the race.")
    fake.known[WHO] = Known((("a.txt", "Ann"),))
    return fake


@pytest.fixture
def chat(assistant: Listening) -> ChatTab:
    return ChatTab(assistant, StarterQuestions(assistant), Gate(1, 1))  # type: ignore[arg-type]


def last(asked: AsyncIterator[tuple[Any, ...]]) -> Conversation:
    *_, step = steps(asked)
    conversation = step[1]
    assert isinstance(conversation, Conversation)
    return conversation


def test_a_question_and_every_click_that_asks_use_them(chat: ChatTab, assistant: Listening) -> None:
    conversation = last(chat.ask(WHO, None, OWN))
    wanted = AnswerSettings(**OWN)  # type: ignore[arg-type]
    assert assistant.given == wanted
    turn = conversation.turns[0].turn_id
    for action in ("ask", "retry", "edit", "literal"):
        assistant.given = None
        last(chat.act(conversation, gr.EventData(None, {"action": action, "turn": turn, "question": WHO}), OWN))
        assert assistant.given == wanted, action


@pytest.mark.parametrize("preferences", [None, {}, {"passages_read": 10**9}, "x"])
def test_without_any_the_usual_settings_hold(chat: ChatTab, assistant: Listening, preferences: Any) -> None:
    last(chat.ask(WHO, None, preferences))
    assert assistant.given is None
