"""A conversation as safe HTML: its turns, and what stands where no answer does, or not yet.

Every text from an article, a file name or a question goes through ``ui.web.escaping`` or
``ui.web.highlight``; the only markup is what this file and ``ui.web.chat.answer_cards`` write.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.records import Answer
from ui.web.chat.answer_cards import CARD_NAMES, STANDING, body_of
from ui.web.chat.conversation import Conversation, Turn
from ui.web.escaping import attributes, escape, label
from ui.web.highlight import flowing
from ui.web.pieces import confidence_word, counted, percent, without_answer

SCROLLING_QUESTION = 120
"""Code points above which a question may fill more than its box on a phone, so the keyboard must reach it."""


def error_card(message: str) -> str:
    """A message that says what went wrong and what to do."""
    told = f'<p class="note" dir="auto">{flowing(message)}</p>'
    return f'<section class="card error" role="alert"><h3>That did not work</h3>{told}</section>'


def waiting_card(titles: Iterable[str] = (), before: int | None = None) -> str:
    """That the question waits behind others or is searched, with the articles that are read once they are known."""
    names = list(dict.fromkeys(titles))
    reading = "".join(f"<li>{label(name)}</li>" for name in names)
    if before is not None:
        told = f"<p>{queued(before)}</p><p class='note'>Others are asking too. Yours is answered in its turn.</p>"
    elif names:
        told = f"<p>Reading {counted(len(names), 'article')}</p><ul>{reading}</ul>"
    else:
        told = "<p>Searching your articles…</p>"
    return f'<section class="card waiting" role="status">{told}<span class="pulse" aria-hidden="true"></span></section>'


def queued(before: int) -> str:
    """How many questions come before one that waits for its turn."""
    return f"{counted(before, 'question')} before yours" if before else "Your question is next"


def suggestion_list(questions: Sequence[str], heading: str) -> str:
    """Questions to click; each is asked exactly as shown."""
    if not questions:
        return ""
    items = "".join(
        f'<li><button type="button" class="suggestion" data-action="ask"{attributes(data_question=question)}>'
        f"{label(question)}</button></li>"
        for question in questions
    )
    return f'<section class="suggestions"><h4>{escape(heading)}</h4><ul>{items}</ul></section>'


def announcement(turn: Turn, before: int | None = None) -> str:
    """One sentence for screen readers on what became of a turn."""
    if turn.error:
        return f"Error: {turn.error}"
    if turn.answer is None:
        return "Searching" if before is None else queued(before)
    if turn.answer.parts:
        return f"{len(turn.answer.parts)} questions. " + " ".join(_said(part) for part in turn.answer.parts)
    return _said(turn.answer)


def _said(answer: Answer) -> str:
    if not answer.answered:
        return without_answer(answer)
    if answer.shape in STANDING:
        return f"{CARD_NAMES[answer.shape]}: {answer.answer}"
    word, _ = confidence_word(answer.confidence)
    return f"Answer: {answer.answer}. {word}, {percent(answer.confidence)}."


def asked_in(turn: Turn) -> str:
    """The narrowed scope in which a question was asked; empty when all articles were searched."""
    return f'<p class="asked-in" dir="auto">Searched {label(turn.scope)}</p>' if turn.scope else ""


def turn_card(turn: Turn, *, is_last: bool = False, reading: Sequence[str] = (), before: int | None = None) -> str:
    """A question and everything that came of it."""
    answer = turn.answer
    if turn.error is not None:
        body = error_card(turn.error)
    elif answer is None:
        body = waiting_card(reading, before)
    else:
        body = body_of(turn, answer)
    tools = (
        '<span class="question-tools"><button type="button" class="quiet" data-action="edit">Edit</button>'
        '<button type="button" class="quiet" data-action="retry">Retry</button></span>'
        if is_last and (answer or turn.error)
        else ""
    )
    follow = suggestion_list(turn.suggestions, "Ask next") if is_last else ""
    scrolls = attributes(tabindex=0 if len(turn.question) > SCROLLING_QUESTION else None)
    identity = attributes(id=f"turn-{turn.turn_id}", data_turn=turn.turn_id, data_said=announcement(turn, before))
    return (
        f'<article class="turn"{identity}>'
        f'<div class="asked"><h2 class="question" dir="auto"{scrolls}>{escape(turn.question)}</h2>{tools}</div>'
        f"{asked_in(turn)}{body}{follow}</article>"
    )


def conversation_view(conversation: Conversation, *, reading: Sequence[str] = (), before: int | None = None) -> str:
    """All turns, the newest last.

    Args:
        reading: the articles being read for a turn that has no answer yet.
        before: how many questions come before a turn that waits for its turn to be asked.
    """
    last = len(conversation.turns) - 1
    return "".join(
        turn_card(turn, is_last=position == last, reading=reading, before=before)
        for position, turn in enumerate(conversation.turns)
    )


def welcome(articles: int) -> str:
    """What an empty conversation shows: how to begin, or how to add the first articles."""
    if not articles:
        return (
            '<section class="welcome first"><h1>Ask your own articles</h1>'
            "<p>CiteSpan answers with the exact words of your articles and shows where they stand. "
            "Nothing is made up, and nothing leaves this computer.</p>"
            "<p>There are no articles yet. Add text, Markdown, HTML or PDF files to begin.</p>"
            '<p><button type="button" class="primary" data-action="go-to-articles">Add articles</button></p></section>'
        )
    told = f"Answers are quoted word for word from your {counted(articles, 'article')}, each with its place."
    return f'<section class="welcome"><h1>What do you want to know?</h1><p>{told}</p></section>'
