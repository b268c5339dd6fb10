"""The forms in which people type a question: keywords, lower case without marks, and with slips of the fingers."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Sequence
from dataclasses import replace

from rag.language.english.terms import content_words
from training.examples import Example

LOWERED, KEYWORDS, MISSPELLED = 0.12, 0.10, 0.08
"""Shares of the questions that are put in each form; the others stay as they are."""
_LEAST_KEYWORDS = 3
_LEAST_LETTERS = 5
_WORD = re.compile(r"[A-Za-z]+")


def in_mixed_forms(examples: Sequence[Example], seed: int) -> list[Example]:
    """The examples in order, each question as written or in one of the other forms, drawn with ``seed``."""
    return [_in_drawn_form(example, random.Random(f"{seed} {example.identifier}")) for example in examples]


def lowered(question: str) -> str:
    """The question in lower case, without a final mark and without inner ones that stand alone."""
    bare = re.sub(r"[?!,;:\"“”‘’](?=\s|$)|(?<=\s)[\"“‘]|\.$", "", question.strip())
    return " ".join(bare.lower().split())


def keywords(question: str) -> str | None:
    """The content words in order, as typed into a search box; None when too few are left."""
    words = content_words(question)
    return " ".join(words) if len(words) >= _LEAST_KEYWORDS else None


def misspelled(question: str, chooser: random.Random) -> str | None:
    """One slip in one word that is no name: two letters exchanged, one lost, doubled or replaced; None without one."""
    words = [match for match in _WORD.finditer(question) if _can_slip(match)]
    if not words:
        return None
    match = chooser.choice(words)
    word, place = match.group(), chooser.randrange(1, len(match.group()) - 1)
    slips = (
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        word[:place] + word[place + 1 :],
        word[:place] + word[place] + word[place:],
        word[:place] + chooser.choice(string.ascii_lowercase) + word[place + 1 :],
    )
    return question[: match.start()] + chooser.choice(slips) + question[match.end() :]


def _can_slip(match: re.Match[str]) -> bool:
    return len(match.group()) >= _LEAST_LETTERS and match.group().islower()


def _in_drawn_form(example: Example, chooser: random.Random) -> Example:
    draw, question = chooser.random(), None
    if draw < LOWERED:
        question = lowered(example.question)
    elif draw < LOWERED + KEYWORDS:
        question = keywords(example.question)
        if question is not None and chooser.random() < 0.5:
            question = question.lower()
    elif draw < LOWERED + KEYWORDS + MISSPELLED:
        question = misspelled(example.question, chooser)
    return example if question is None else replace(example, question=question)
