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

SAVED_QUESTIONS = "questions.jsonl"
"""Inside the store: the question set that ``citespan evaluate`` can run."""


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
    return replace(turn, saved="Saved among the test questions.")
