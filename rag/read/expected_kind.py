"""Whether a span can be what its question asks for: a number for "how many", a time for "when", no time for "where".

Rules over the span and the words right beside it. They rule out what cannot be; they do not say that the rest is right.
Of the right answers to questions about SQuAD's held-out articles they rule out one in a hundred of their kinds.
"""

from __future__ import annotations

import re

from rag.language.english.dates import TIME_WORDS
from rag.language.english.function_words import AUXILIARY
from rag.language.english.numbers import NUMBER_WORD
from rag.language.english.terms import content_terms, stem
from rag.question.answer_types import AnswerType, expected_type
from rag.records import Span

_NUMBER = re.compile(
    rf"\d|\b(?:{NUMBER_WORD}|dozens?|hundreds?|thousands?|millions?|billions?|hundred|half|halves|thirds?|quarters?|several|"
    r"few|fewer|many|most|all|none|no|nobody|both|single|couple|pair|once|twice|double|majority|every|an?|second|third|"
    r"decades?|centur(?:y|ies)|years?|months?|weeks?|days?|hours?|minutes?)\b",
    re.IGNORECASE,
)
_YEAR_ALONE = re.compile(r"\W*(?:in\s+)?(?:1\d|20)\d\d\W*")
_TIME = re.compile(
    r"\d|\b(?:ago|after|before|when|while|during|until|since|as\s+soon|next|last|later|earlier|now|soon|tonight|night|"
    r"morning|afternoon|evening|noon|midnight|dawn|dusk|weekend|day|days|week|weeks|month|months|year|years|hours?|minutes?|"
    rf"centur(?:y|ies)|decades?|season|term|war|start|end|beginning|middle|eve|{NUMBER_WORD}|{'|'.join(sorted(TIME_WORDS))})\b",
    re.IGNORECASE,
)
_ONLY_TIME = re.compile(
    rf"\W*(?:(?:in|on|at|by|the|of|during|last|next|this|early|late|night|morning|afternoon|evening|noon|midnight|day|"
    rf"{'|'.join(sorted(TIME_WORDS))}|\d{{1,2}}(?:st|nd|rd|th)?|(?:1\d|20)\d\d)\W*)+",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    r"\bhow\s+many\s+(?P<noun>(?:[^\W\d_][\w’'-]*\s+){0,3}?[^\W\d_][\w’'-]*)\s+"
    rf"(?:{AUXILIARY}|in|of|from|on|at|for|there|[a-z]+ed)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"^\W*(?:(?:and|but|so)\s+)?(?:(?:since|until|from|by|on|in|at)\s+)?(?:when\s+"
    rf"{AUXILIARY}\b|(?:what|which)\s+(?:\w+\s+)?(?:year|date|day|month|century|decade|time|weekday)\b)",
    re.IGNORECASE,
)
_MEASURED = re.compile(r"\bhow\s+(?:many|long|far|old|tall|high|deep|wide|big|large|heavy|fast)\b", re.IGNORECASE)
_MONEY = re.compile(r"[$€£¥]|\b(?:pounds|dollars|euros|crowns|francs|yen|cents)\b", re.IGNORECASE)
_AGE = re.compile(r"\bhow\s+old\b", re.IGNORECASE)
_STATES_AGE = re.compile(
    r"-?\s*years?[\s-]old|\b(?:aged?|at|older|younger|over|under)\b|,\s*\d{1,3}\s*(?:,|$)|\bborn\b|\bcentur(?:y|ies)\b"
    r"|\bbirthday\b",
    re.IGNORECASE,
)
AROUND = 12
"""Code points beside a number within which a word makes it an age."""
_COUNTED = re.compile(r"\s*(?:per\s+cent|percent|%|[^\W\d_][\w’-]*)")
_UNITS = frozenset(
    stem(word)
    for word in "pounds dollars euros crowns francs yen cents metres meters kilometres kilometers miles feet tonnes "
    "tons kilograms kilos litres degrees hours minutes seconds".split()
)
"""What a number right before one of these counts, and nothing else."""


def can_answer(question: str, text: str, span: Span, sentence: Span) -> bool:
    """Whether ``span`` can be of the kind that ``question`` asks for.

    Args:
        text: the article's text.
        sentence: the sentences that hold the span.
    """
    answer = span.of(text)
    if _WHEN.match(question):
        return _TIME.search(answer) is not None
    if expected_type(question) is AnswerType.PLACE:
        return _ONLY_TIME.fullmatch(answer) is None
    if _MEASURED.search(question):
        return _NUMBER.search(answer) is not None and _counts_what_is_asked(question, text, span, sentence)
    return True


def _counts_what_is_asked(question: str, text: str, span: Span, sentence: Span) -> bool:
    """Whether the number is no year where a measure is asked, no other age, and counts no other unit."""
    answer = span.of(text)
    counted = _HOW_MANY.search(question)
    if counted is None and (_YEAR_ALONE.fullmatch(answer) or _MONEY.search(answer)):
        return False
    if _AGE.search(question):
        return (
            _STATES_AGE.search(text[max(sentence.start, span.start - 12) : min(sentence.end, span.end + 12)])
            is not None
        )
    if counted is None:
        return True
    asked = set(content_terms(counted["noun"]))
    following = _COUNTED.match(text, _end_of_number(text, span))
    return following is None or stem(following.group().split()[0]) not in _UNITS or bool(_UNITS & asked)


def _end_of_number(text: str, span: Span) -> int:
    """Where the last number word of the span ends."""
    numbers = list(re.finditer(rf"\d[\d.,]*|\b(?:{NUMBER_WORD})\b", span.of(text), re.IGNORECASE))
    return span.start + numbers[-1].end() if numbers else span.end
