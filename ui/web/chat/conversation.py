"""A conversation as one user sees it: frozen values that go to the browser as JSON and come back checked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from rag.presentation.html import shown
from rag.records import Answer
from ui.web.chat.scope import Scope

TITLE_LENGTH = 60
"""Code points of the first question that make a conversation's title."""


def new_id() -> str:
    """16 random hex digits: turns and conversations are told apart by these, never by their position."""
    return secrets.token_hex(8)


def now() -> str:
    """The time as ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Source:
    """What a citation chip says about its article, kept with the turn so that it outlives the article's removal."""

    title: str
    source: str
    outlet: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what became of it.

    Attributes:
        sources: what is known of every article that the answer cites or relates to, by article id.
        error: a message for the user when the question could not be asked; then ``answer`` is None.
        suggestions: questions to ask next, each known to be answered.
        verdict: what the user thinks of the answer.
        saved: what became of keeping it as a test question.
        scope: the narrowed scope it was asked in, in words; None when all articles were searched.
    """

    question: str
    answer: Answer | None = None
    sources: Mapping[str, Source] = field(default_factory=dict, repr=False)
    error: str | None = None
    suggestions: tuple[str, ...] = ()
    verdict: Literal["right", "wrong"] | None = None
    saved: str | None = None
    turn_id: str = field(default_factory=new_id)
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns in the order they were asked, and the scope of the next one."""

    turns: tuple[Turn, ...] = ()
    title: str = ""
    conversation_id: str = field(default_factory=new_id)
    updated: str = field(default_factory=now)
    scope: Scope = field(default_factory=Scope)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers so far, oldest first: the history of the next question."""
        return tuple(turn.answer for turn in self.turns if turn.answer is not None)

    def with_turn(self, turn: Turn) -> Conversation:
        """The conversation with ``turn`` added, or put in the place of the turn with the same id."""
        known = any(old.turn_id == turn.turn_id for old in self.turns)
        turns = tuple(turn if old.turn_id == turn.turn_id else old for old in self.turns)
        title = self.title or shown(turn.question)[:TITLE_LENGTH]
        return replace(self, turns=turns if known else (*turns, turn), title=title, updated=now())

    def before(self, turn_id: str) -> Conversation:
        """The conversation up to but not including a turn; unchanged when there is no such turn."""
        for position, turn in enumerate(self.turns):
            if turn.turn_id == turn_id:
                return replace(self, turns=self.turns[:position])
        return self

    def without_failed(self, turn_id: str) -> Conversation:
        """The conversation without a turn if that one has an error to tell; else unchanged."""
        return replace(self, turns=tuple(old for old in self.turns if old.turn_id != turn_id or old.error is None))

    def find(self, turn_id: str) -> Turn | None:
        """The turn with this id, or None."""
        return next((turn for turn in self.turns if turn.turn_id == turn_id), None)


_CONVERSATION: TypeAdapter[Conversation] = TypeAdapter(Conversation)


def to_json(conversation: Conversation) -> str:
    """JSON that ``from_json`` reads back into an equal conversation; holds no ``<``, so it can be no tag anywhere."""
    return _CONVERSATION.dump_json(conversation).decode().replace("<", "\\u003c")


def from_json(saved: Any) -> Conversation | None:
    """The conversation a browser kept, or None when ``saved`` is not one: what a browser sends is never trusted."""
    if not isinstance(saved, str):
        return None
    try:
        return _CONVERSATION.validate_json(saved)
    except ValidationError:
        return None
