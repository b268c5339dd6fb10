"""A question of a conversation from its place in the line to its turn with the answer."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from anyio import CancelScope

from rag.errors import ArticleNotFoundError, CiteSpanError, FilterError
from rag.records import Answer, Retrieved
from ui.api.gate import BusyError, Gate
from ui.web.chat.conversation import Conversation, Source, Turn, new_id, to_json
from ui.web.chat.reach import Reach, reach_of
from ui.web.chat.starters import StarterQuestions
from ui.web.chat.turns import conversation_view
from ui.web.pieces import UNEXPECTED
from ui.web.settings.preferences import answering

if TYPE_CHECKING:
    from rag.assistant import Assistant

_LOG = logging.getLogger(__name__)
TITLES_SHOWN = 5
"""Passages whose articles are named while they are being read."""
Step = tuple[str, Conversation, str | None]
"""The view's HTML, the conversation, and the JSON the browser keeps (None while a question is under way)."""


class Asking:
    """Asks questions as turns of conversations; holds nothing of any user."""

    def __init__(self, assistant: Assistant, starters: StarterQuestions, gate: Gate) -> None:
        self._assistant = assistant
        self._starters = starters
        self._gate = gate

    async def in_turn(
        self,
        question: str,
        conversation: Conversation,
        preferences: Any,
        *,
        instead_of: str | None = None,
        literal: bool = False,
    ) -> AsyncGenerator[Step, None]:
        """Ask once it is this question's turn; while it waits, say how many are before it.

        Args:
            instead_of: the turn whose place the question takes, and that of those after it, once it is answered.
        """
        turn = Turn(question=question)
        asked_of = conversation if instead_of is None else conversation.before(instead_of)
        waiting = asked_of.with_turn(turn)
        kept = conversation if instead_of is None else conversation.without_failed(instead_of)
        try:
            with self._gate.place() as place:
                async for before in place.numbers():
                    yield conversation_view(waiting, before=before), kept, None
                steps = self.answer(
                    question,
                    asked_of,
                    turn.turn_id,
                    literal=literal,
                    preferences=preferences,
                    unless_answered=kept,
                )
                try:
                    while (step := await self._gate.in_thread(partial(next, steps, None))) is not None:
                        yield step
                finally:  # whoever left the page leaves the question that is being read; its thread is waited for
                    with CancelScope(shield=True):
                        await self._gate.in_thread(steps.close)
        except BusyError as error:
            yield changed(kept.with_turn(replace(turn, error=f"{error}.")))

    def answer(
        self,
        question: str,
        conversation: Conversation,
        turn_id: str | None = None,
        *,
        literal: bool = False,
        preferences: Any = None,
        unless_answered: Conversation | None = None,
    ) -> Generator[Step, None, None]:
        """Ask ``question`` as the next turn: first the waiting card, then what is being read, then the answer.

        Args:
            literal: the conversation so far is not used to understand the question.
            preferences: what the user's browser kept of the Settings tab.
            unless_answered: what the conversation stays, with the error as its next turn, when the question fails;
                ``conversation`` when not given.
        """
        turn = Turn(question=question, turn_id=turn_id or new_id())
        kept = conversation if unless_answered is None else unless_answered
        history = () if literal else conversation.answers
        waiting = conversation.with_turn(turn)
        yield conversation_view(waiting), kept, None
        try:
            reach = reach_of(self._assistant, conversation.scope)
            told = reach.text if reach.is_narrowed else None
            if reach.is_empty:
                raise FilterError(
                    f"Nothing was searched, because no article is in the scope of this conversation ({told}). "
                    "Choose a wider scope beside the question box."
                )
            asking = self._ask(question, history, reach, preferences)
            while isinstance(step := next(asking), list):
                yield conversation_view(waiting, reading=step), kept, None
            answer = step
            asked = [old.question for old in conversation.turns] + [question]
            turn = Turn(
                question=question,
                answer=answer,
                sources=self._sources(answer),
                suggestions=self._starters.after(answer, asked, reach.inside if reach.is_narrowed else None),
                turn_id=turn.turn_id,
                scope=told,
            )
        except CiteSpanError as error:
            turn = Turn(question=question, error=str(error), turn_id=turn.turn_id)
        except Exception:
            _LOG.exception("a question failed")
            turn = Turn(question=question, error=UNEXPECTED, turn_id=turn.turn_id)
        yield changed((kept if turn.error else conversation).with_turn(turn))

    def _ask(
        self, question: str, history: Sequence[Answer], reach: Reach, preferences: Any
    ) -> Iterator[list[str] | Answer]:
        """The titles of the articles that are being read, as soon as they are known, and at last the answer."""
        told: SimpleQueue[list[str] | None] = SimpleQueue()

        def on_retrieved(found: Sequence[Retrieved]) -> None:
            told.put([one.article.title for one in found[:TITLES_SHOWN]])

        wanted = answering(preferences, self._assistant.settings.answer)
        own: dict[str, Any] = {"answering": wanted} if wanted else {}
        with ThreadPoolExecutor(max_workers=1) as worker:
            asking = worker.submit(
                self._assistant.ask, question, history=history, filters=reach.filters, on_retrieved=on_retrieved, **own
            )
            asking.add_done_callback(lambda _: told.put(None))
            while (titles := told.get()) is not None:
                yield titles
            yield asking.result()

    def _sources(self, answer: Answer) -> dict[str, Source]:
        cited = [citation.article_id for citation in answer.citations]
        cited += [citation.article_id for other in answer.alternatives for citation in other.citations]
        cited += [related.article_id for related in answer.related]
        sources = {}
        for article_id in dict.fromkeys(cited):
            try:
                article = self._assistant.article(article_id)
            except ArticleNotFoundError:
                continue
            sources[article_id] = Source(article.title, article.source, article.outlet, article.published)
        return sources


def changed(conversation: Conversation) -> Step:
    """The step that shows ``conversation`` and has the browser keep it."""
    return conversation_view(conversation), conversation, to_json(conversation)
