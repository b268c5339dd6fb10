"""The conversation so far as candidates: every phrase that a follow-up could carry over, with where it came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.question.follow_ups.phrases import Phrase, asked_phrase, noun_phrases
from rag.question.follow_ups.words import Role, terms, tokenize

_IDENTITY = re.compile(
    r"\W*(?:(?:and|but|so)\W+)?(?:who|what)\s+(?:is|was|are|were)\s+(?:the|his|her|its|their)\s", re.I
)
LONGEST_HISTORY = 12
"""Turns looked at: the first one and the latest; older ones in between are dropped."""
LONGEST_TEXT = 400
"""Code points of an answer or quote that are looked at."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange.

    Attributes:
        question: the question as asked.
        resolved: the question standing alone.
        answer: the answer's text, "" when unknown.
        title: the title of the first cited article, "".
        quote: the first citation's sentence, "".
        carried: the phrases that ``resolved`` carried over from before.
    """

    question: str
    resolved: str
    answer: str = ""
    title: str = ""
    quote: str = ""
    carried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase somewhere in the conversation.

    Attributes:
        source: "question", "answer", "title", "quote", or "asked" for what a question without known answer asks for.
        distance: 0 for the latest turn, 1 for the one before …
        turn: 0-based number of the turn.
        order: rank of the phrase within its text.
    """

    phrase: Phrase
    source: str
    distance: int
    turn: int
    order: int


def mentions(turns: Sequence[Turn]) -> list[Mention]:
    """Every phrase of the conversation, latest turn first, each text's phrases in order."""
    latest = len(turns) - 1
    return [
        Mention(phrase, source, latest - number, number, order)
        for number in range(latest, -1, -1)
        for phrase, source, order in _phrases(turns[number], number == latest)
    ]


@lru_cache(maxsize=512)
def _phrases(turn: Turn, with_quote: bool) -> tuple[tuple[Phrase, str, int], ...]:
    """The phrases of one turn with their source and their rank in it; quotes count for the latest turn only."""
    asked = None if turn.answer else asked_phrase(turn.resolved)
    texts = (
        ("question", turn.resolved),
        ("answer", turn.answer[:LONGEST_TEXT]),
        ("title", turn.title if is_topic(turn.title) else ""),
        ("quote", turn.quote[:LONGEST_TEXT] if with_quote else ""),
    )
    found = [(asked, "asked", 0)] if asked is not None else []
    named = _named(turn)
    for source, text in texts:
        for order, phrase in enumerate(noun_phrases(text) if text else ()):
            if source == "question" and named is not None and phrase.end == named[0].end:
                if phrase == named[0]:
                    found.append((named[1], source, order))
            elif asked is None or source != "question" or phrase.start != asked.start:
                found.append((phrase, source, order))
    return tuple(found)


def _named(turn: Turn) -> tuple[Phrase, Phrase] | None:
    """The phrase of the question that its answer names, and the answer's: "Who is the mayor?", "Ida Quill"."""
    whole = [phrase for phrase in noun_phrases(turn.answer[:LONGEST_TEXT]) if phrase.terms == terms(turn.answer)]
    if not whole:
        return None
    phrases = noun_phrases(turn.resolved)
    if match := _IDENTITY.match(turn.resolved):
        if not whole[0].is_name and whole[0].determiner != "the":
            return None
        end = len(turn.resolved.rstrip().rstrip("?.! "))
        options = [phrase for phrase in phrases if phrase.start >= match.end() and phrase.end == end]
    else:
        asked = asked_phrase(turn.resolved)
        options = [phrase for phrase in phrases if asked and phrase.start == asked.start and phrase.end == asked.end]
    return (options[0], whole[0]) if options else None


def is_topic(title: str) -> bool:
    """Whether a title names its topic ("Rod Stewart"); a headline ("Teacher wins prize") is a sentence, and no name."""
    tokens = [token for token in tokenize(title) if token.role is not Role.PUNCTUATION]
    content = [token for token in tokens if terms(title[token.start : token.end])]
    return all(title[token.start].isupper() or title[token.start].isdigit() for token in content) and not any(
        token.role is Role.VERB for token in tokens
    )


def known_texts(turns: Sequence[Turn]) -> list[str]:
    """The raw texts of the conversation: what a carried phrase must occur in."""
    return [
        text for turn in turns for text in (turn.question, turn.resolved, turn.answer, turn.title, turn.quote) if text
    ]
