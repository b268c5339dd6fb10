"""What kind of thing a question asks for, and where a text mentions that kind of thing.

Light English rules: they are one cue among several and never decide alone.
"""

from __future__ import annotations

import re
from enum import Enum

from rag.language.english.dates import TIME_WORDS
from rag.language.english.names import proper_names
from rag.language.english.numbers import NUMBER_WORDS
from rag.language.english.words import words_of


class AnswerType(Enum):
    """The kinds of things that questions ask for."""

    PERSON = "person"
    PLACE = "place"
    TIME = "time"
    NUMBER = "number"
    REASON = "reason"
    OTHER = "other"


_QUESTION_CUES: tuple[tuple[AnswerType, re.Pattern[str]], ...] = tuple(
    (answer_type, re.compile(pattern, re.IGNORECASE))
    for answer_type, pattern in (
        (AnswerType.NUMBER, r"\bhow (many|much|long|old|far|large|big|tall|high|often|wide|deep|fast|heavy)\b"),
        (
            AnswerType.NUMBER,
            r"\b(what|which) (number|share|percentage|percent|proportion|population|amount|sum|cost)\b",
        ),
        (AnswerType.TIME, r"\b(when|since when|until when|how soon|how long ago)\b"),
        (AnswerType.TIME, r"\b(what|which) (\w+ )?(year|date|day|month|century|decade|time|weekday)\b"),
        (AnswerType.PERSON, r"\b(who|whom|whose)\b"),
        (AnswerType.PLACE, r"\bwhere\b"),
        (AnswerType.PLACE, r"\b(what|which) (\w+ )?(city|country|town|place|state|region|capital|village|river)\b"),
        (AnswerType.REASON, r"\b(why|how come|for what reason|what caused|what led)\b"),
    )
)

_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})s?\b")
_DIGITS = re.compile(r"\d")
_REASON_CUES = re.compile(
    r"\b(because|since|as a result|due to|owing to|in order to|so that|therefore|to (avoid|prevent|reduce|protect))\b",
    re.IGNORECASE,
)
_PLACE_CUES = re.compile(r"\b(in|at|from|to|near|outside|across|of) (the )?[A-Z]")


def expected_type(question: str) -> AnswerType:
    """The kind of thing ``question`` asks for, by its question words."""
    for answer_type, pattern in _QUESTION_CUES:
        if pattern.search(question):
            return answer_type
    return AnswerType.OTHER


def mentions(answer_type: AnswerType, text: str, question: str = "") -> bool:
    """Whether ``text`` mentions a thing of this kind that ``question`` does not name itself."""
    if answer_type is AnswerType.TIME:
        asked = set(_YEAR.findall(question))
        return bool(set(_YEAR.findall(text)) - asked) or any(
            word.text.lower() in TIME_WORDS and not word.is_function_word for word in words_of(text)
        )
    if answer_type is AnswerType.NUMBER:
        return bool(_DIGITS.search(text)) or any(word.text.lower() in NUMBER_WORDS for word in words_of(text))
    if answer_type is AnswerType.REASON:
        return bool(_REASON_CUES.search(text))
    if answer_type in (AnswerType.PERSON, AnswerType.PLACE):
        if answer_type is AnswerType.PLACE and not _PLACE_CUES.search(text):
            return False
        named = {word.lower() for word in proper_names(question)}
        return any(word.lower() not in named for word in proper_names(text, skip_first=True))
    return True
