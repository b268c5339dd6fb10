"""When two answers say the same thing, and when they contradict each other."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rag.question.answer_types import MONTHS, NUMBER_WORDS, AnswerType, proper_names

_ARTICLES = frozenset(("a", "an", "the"))
_TOKEN = re.compile(r"[^\W_]+", re.UNICODE)
_NUMBER = re.compile(r"\d[\d,\u00a0\u202f]*(?:\.\d+)?")
_NUMBER_OR_WORD = re.compile(rf"{_NUMBER.pattern}|[^\W\d_]+", re.UNICODE)
_YEAR = re.compile(r"\b(1\d{3}|20\d{2})\b")
_SCALES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_TITLES = frozenset(
    "mr mrs ms dr sir president minister prime foreign defence defense king queen pope general secretary".split()
)


@lru_cache(maxsize=4096)
def normal_form(answer: str) -> str:
    """Lower case, no punctuation, no leading articles, one space between words: SQuAD's comparison."""
    folded = unicodedata.normalize("NFKC", answer).lower()
    return " ".join(word for word in _TOKEN.findall(folded) if word not in _ARTICLES)


def numbers(text: str) -> list[float]:
    """The numbers of ``text`` by value, in order: digits, number words and "2.5 million" alike."""
    values: list[float] = []
    current: float | None = None
    position = 0
    for match in _NUMBER_OR_WORD.finditer(text):
        word = match.group().lower()
        gap = text[position : match.start()]
        position = match.end()
        joined = current is not None and re.fullmatch(r"[\s\u00a0-]*|\s*and\s*", gap) is not None
        if word[0].isdecimal():
            if current is not None:
                values.append(current)
            current = float(re.sub(r"[^\d.]", "", word).rstrip("."))
        elif word in _SCALES and (joined or word in NUMBER_WORDS):
            current = (current if joined and current is not None else 1.0) * _SCALES[word]
        elif word in NUMBER_WORDS:
            if joined and current is not None:
                current += NUMBER_WORDS[word]
            else:
                if current is not None:
                    values.append(current)
                current = float(NUMBER_WORDS[word])
        elif current is not None and word != "and":
            values.append(current)
            current = None
    if current is not None:
        values.append(current)
    return values


def date_parts(text: str) -> tuple[int | None, int | None, int | None]:
    """(year, month, day) as far as ``text`` states them."""
    year = _YEAR.search(text)
    lowered = [word.lower() for word in _TOKEN.findall(text)]
    month = next((MONTHS.index(word) + 1 for word in lowered if word in MONTHS), None)
    day = next((int(word) for word in lowered if word.isdecimal() and 1 <= int(word) <= 31), None) if month else None
    return (int(year.group()) if year else None, month, day)


def same_answer(one: str, other: str, answer_type: AnswerType) -> bool:
    """Whether two answers to one question agree: equal text, equal value, or a name and its surname."""
    first, second = normal_form(one), normal_form(other)
    if first == second:
        return True
    if answer_type is AnswerType.NUMBER:
        return bool(numbers(one)) and numbers(one) == numbers(other)
    if answer_type is AnswerType.TIME:
        return _dates_agree(one, other)
    # Cheapest first: every pair of a question's candidates comes through here.
    return _names_agree(first, second) and bool(proper_names(one)) and bool(proper_names(other))


def contradicts(one: str, other: str, answer_type: AnswerType) -> bool:
    """Whether two answers to one question cannot both be right: numbers, dates or names that differ.

    Answers without a comparable value (clauses, reasons) never contradict each other here: that would be a guess.
    """
    if same_answer(one, other, answer_type):
        return False
    if answer_type is AnswerType.NUMBER:
        return bool(numbers(one)) and bool(numbers(other)) and set(numbers(one)).isdisjoint(numbers(other))
    if answer_type is AnswerType.TIME:
        first, second = date_parts(one), date_parts(other)
        shared = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
        return any(a != b for a, b in shared)
    if answer_type in (AnswerType.PERSON, AnswerType.PLACE):
        one_names = {name.lower() for name in proper_names(one)} - _TITLES
        other_names = {name.lower() for name in proper_names(other)} - _TITLES
        return bool(one_names) and bool(other_names) and one_names.isdisjoint(other_names)
    return False


def _dates_agree(one: str, other: str) -> bool:
    first, second = date_parts(one), date_parts(other)
    shared = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    return bool(shared) and all(a == b for a, b in shared)


def _names_agree(first: str, second: str) -> bool:
    """Whether one name is the other's ending (surname) once titles are dropped."""
    one = [word for word in first.split() if word not in _TITLES]
    other = [word for word in second.split() if word not in _TITLES]
    if not one or not other:
        return False
    shorter, longer = sorted((one, other), key=len)
    return longer[-len(shorter) :] == shorter
