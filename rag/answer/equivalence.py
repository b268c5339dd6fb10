"""When two answers say the same thing, and when they contradict each other."""

from __future__ import annotations

from rag.language.english.dates import date_parts
from rag.language.english.names import TITLES, proper_names
from rag.language.english.normal_form import currencies, normal_form
from rag.language.english.numbers import numbers
from rag.question.answer_types import AnswerType

MOST_WORDS_OF_A_NUMBER = 6
"""Words of a number with its unit."""


def same_answer(one: str, other: str, answer_type: AnswerType) -> bool:
    """Whether two answers to one question agree: equal text, equal value, or a name and its surname."""
    first, second = normal_form(one), normal_form(other)
    named = currencies(one), currencies(other)
    if all(named) and named[0].isdisjoint(named[1]):
        return False
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

    Two numbers or two dates differ whatever the question's form. A name and a role do not, nor do answers without a
    comparable value (clauses, reasons): that would be a guess.
    """
    if same_answer(one, other, answer_type):
        return False
    if _is_date(one) and _is_date(other):
        first, second = date_parts(one), date_parts(other)
        shared = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
        return any(a != b for a, b in shared)
    if answer_type is AnswerType.NUMBER or (_is_number(one) and _is_number(other)):
        return bool(numbers(one)) and bool(numbers(other)) and set(numbers(one)).isdisjoint(numbers(other))
    if answer_type in (AnswerType.PERSON, AnswerType.PLACE) and _is_name(one) and _is_name(other):
        one_names = {name.lower() for name in proper_names(one)} - TITLES
        other_names = {name.lower() for name in proper_names(other)} - TITLES
        return bool(one_names) and bool(other_names) and one_names.isdisjoint(other_names)
    return False


def _is_date(text: str) -> bool:
    return any(part is not None for part in date_parts(text))


def _is_number(text: str) -> bool:
    """Whether the text is a number with its unit: "40 million crowns", "about 62.5%"; no name with a number in it."""
    words = text.split()
    return bool(numbers(text)) and len(words) <= MOST_WORDS_OF_A_NUMBER


def _is_name(text: str) -> bool:
    """Whether all its words but particles are capitalised: a role ("harbour master") is no name."""
    return all(word[0].isupper() or len(word) <= 3 for word in text.split() if word[0].isalpha())


def _dates_agree(one: str, other: str) -> bool:
    first, second = date_parts(one), date_parts(other)
    shared = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    return bool(shared) and all(a == b for a, b in shared)


def _names_agree(first: str, second: str) -> bool:
    """Whether one name is the other's ending (surname) once titles are dropped."""
    one = [word for word in first.split() if word not in TITLES]
    other = [word for word in second.split() if word not in TITLES]
    if not one or not other:
        return False
    shorter, longer = sorted((one, other), key=len)
    return longer[-len(shorter) :] == shorter
