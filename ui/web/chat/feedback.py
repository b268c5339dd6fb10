"""What the user thinks of an answer, and the test questions that come of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from rag.errors import QuestionSetError
from rag.evaluation.question_writing import append_question
from rag.evaluation.questions import question_of_turn
from ui.web.chat.conversation import Conversation, Turn
from ui.web.escaping import attributes, escape

SAVED_QUESTIONS = "questions.jsonl"
"""Inside the store: the question set that ``citespan evaluate`` can run."""
_THUMB = (
    "M7 9.5l3-6c1.4 0 2.2 1 2 2.4L11.6 8H15a1.6 1.6 0 0 1 1.6 1.9l-.9 5A1.7 1.7 0 0 1 14 16.3H7z M3.5 9.5H7v6.8H3.5z"
)


def verdict_buttons(turn: Turn) -> str:
    """Thumbs up and down; the one that was given is pressed."""

    def button(verdict: str, name: str) -> str:
        state = attributes(aria_label=name, title=name, aria_pressed="true" if turn.verdict == verdict else "false")
        return (
            f'<button type="button" class="quiet thumb {verdict}" data-action="{verdict}"{state}>'
            f'<svg viewBox="0 0 20 20" aria-hidden="true"><path d="{_THUMB}"/></svg></button>'
        )

    return button("right", "This is right") + button("wrong", "This is wrong")


def verdict_form(turn: Turn) -> str:
    """What follows a verdict: the offer to keep the turn as a test question, or where it was kept."""
    if turn.verdict is None or turn.answer is None:
        return ""
    if turn.saved is not None:
        return f'<p class="judged" role="status">{escape(turn.saved)}</p>'
    save = '<button type="submit" class="quiet">Save as test question</button>'
    if turn.verdict == "right":
        return f'<form class="judged" data-judge><span>Good to know.</span>{save}</form>'
    name = "The right answer, in the article’s words"
    hint = "The right answer, or nothing if the articles do not say"
    return (
        '<form class="judged" data-judge>'
        f'<input name="answer" maxlength="500" autocomplete="off"{attributes(aria_label=name, placeholder=hint)}>'
        f"{save}</form>"
    )


def judged(turn: Turn, verdict: str) -> Turn:
    """The turn with a verdict; the same verdict again takes it back."""
    given: Literal["right", "wrong"] = "right" if verdict == "right" else "wrong"
    return replace(turn, verdict=None if turn.verdict == given else given, saved=None)


def save_test_question(store: Path, conversation: Conversation, turn: Turn, right_answer: str) -> Turn:
    """Keep a judged turn as a test question in the store's question set; the turn says where, or why not.

    Args:
        right_answer: for a turn judged wrong, what would be right; empty when the articles do not say. Not used for a
            turn judged right.
    """
    answer = turn.answer
    if answer is None or turn.verdict is None:
        return turn
    earlier = conversation.before(turn.turn_id).answers if answer.searched_for != answer.question else ()
    answers: Sequence[str] | None = None if answer.answered else ()
    if turn.verdict == "wrong":
        answers = [right_answer.strip()] if right_answer.strip() else []
    path = store / SAVED_QUESTIONS
    try:
        append_question(path, question_of_turn(answer, earlier, answers=answers))
    except QuestionSetError as error:
        known = any("already in the set" in problem for problem in error.problems)
        return replace(turn, saved="It is already among the test questions." if known else str(error))
    except OSError as error:
        return replace(turn, saved=f"It could not be saved: {error}")
    return replace(turn, saved=f"Saved. Measure with: citespan evaluate {path}")
