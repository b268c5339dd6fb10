"""A conversation as HTML: its turns, and what stands where no answer does, or not yet; ``turns.html`` says how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from rag.presentation.wording import counted, percent
from rag.records import Answer
from ui.web.chat.answer_cards import CARD_NAMES, STANDING, body_of
from ui.web.chat.conversation import Conversation, Turn
from ui.web.pieces import confidence_word, without_answer
from ui.web.templates import macro

TEMPLATE = "chat/turns.html"
SCROLLING_QUESTION = 120
"""Code points above which a question may fill more than its box on a phone, so the keyboard must reach it."""


def error_card(message: str) -> Markup:
    """A message that says what went wrong and what to do."""
    return macro(TEMPLATE, "error", message)


def waiting_card(titles: Iterable[str] = (), before: int | None = None) -> Markup:
    """That the question waits behind others or is searched, with the articles that are read once they are known."""
    return macro(TEMPLATE, "waiting", list(dict.fromkeys(titles)), "" if before is None else queued(before))


def queued(before: int) -> str:
    """How many questions come before one that waits for its turn."""
    return f"{counted(before)} before yours" if before else "Your question is next"


def suggestion_list(questions: Sequence[str], heading: str) -> Markup:
    """Questions to click; each is asked exactly as shown."""
    return macro(TEMPLATE, "suggestions", questions, heading)


def welcome(articles: int) -> Markup:
    """What an empty conversation shows: how to begin, or how to add the first articles."""
    return macro(TEMPLATE, "welcome", articles)


def announcement(turn: Turn, before: int | None = None) -> str:
    """One sentence for screen readers on what became of a turn."""
    if turn.error:
        return f"Error: {turn.error}"
    if turn.answer is None:
        return "Searching" if before is None else queued(before)
    if turn.answer.parts:
        return f"{counted(len(turn.answer.parts))}. " + " ".join(_spoken(part) for part in turn.answer.parts)
    return _spoken(turn.answer)


def _spoken(answer: Answer) -> str:
    if not answer.answered:
        return without_answer(answer)
    name = f"{CARD_NAMES.get(answer.shape, 'Answer')}: {answer.answer}"
    if answer.shape in STANDING:
        return name
    return f"{name}. {confidence_word(answer.confidence)[0]}, {percent(answer.confidence)}."


def turn_card(turn: Turn, *, is_last: bool = False, reading: Sequence[str] = (), before: int | None = None) -> Markup:
    """A question and everything that came of it."""
    if turn.error is not None:
        body = error_card(turn.error)
    elif turn.answer is None:
        body = waiting_card(reading, before)
    else:
        body = body_of(turn, turn.answer)
    scrolls = len(turn.question) > SCROLLING_QUESTION
    return macro(TEMPLATE, "turn", turn, body, announcement(turn, before), is_last, scrolls)


def conversation_view(conversation: Conversation, *, reading: Sequence[str] = (), before: int | None = None) -> str:
    """All turns, the newest last.

    Args:
        reading: the articles being read for a turn that has no answer yet.
        before: how many questions come before a turn that waits for its turn to be asked.
    """
    last = len(conversation.turns) - 1
    return Markup().join(
        turn_card(turn, is_last=position == last, reading=reading, before=before)
        for position, turn in enumerate(conversation.turns)
    )
