"""Answer equivalence: does an answer say what an acceptable one says? Strict where a small difference changes the fact.

One definition for fitting confidences, for judging runs and for reports. Numbers must agree by value, with sign and
currency; the words of names must all be there, or the end of the name; a negation must stand on both sides or on
neither. Shared words alone never make an answer right: SQuAD's exact match and F1 are reported beside it, raw.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.language.english.normal_form import currencies, normal_form
from rag.language.english.terms import content_terms

_NEGATIONS = frozenset(
    "not no never none nobody nothing neither nor without cannot dont didnt doesnt isnt wasnt".split()
)
_REACH = 3
"""Words before an answer within which a negation denies it."""
_EXPLANATION = 4
"""Content words from which an acceptable answer counts as an explanation, which may be put in other words."""
_SHARED = 0.6
"""Share of an explanation's content words that an answer must hold, and of its own that must be the explanation's."""
_NUMBER = re.compile(r"-?\d[\d.:-]*")


def is_right(answer: str | None, acceptable: Sequence[str]) -> bool:
    """Whether ``answer`` is equivalent to one of the acceptable answers; an abstention is right when there are none."""
    if not acceptable or not answer:
        return not acceptable and not answer
    return any(is_equivalent(answer, expected) for expected in acceptable)


def is_equivalent(answer: str, expected: str) -> bool:
    """Whether ``answer`` says what ``expected`` says.

    It does when the normal forms are equal; when it holds the expected words together, not denied by a negation before
    them; when it gives the same number without its unit, or the same name by its end; or when it explains with most of
    the same words and the same numbers, names and negation.
    """
    given, wanted = normal_form(answer).split(), normal_form(expected).split()
    if not given or not wanted:
        return given == wanted and answer.strip() == expected.strip()
    if given == wanted:
        return _same_currency(answer, expected)
    if not _same_currency(answer, expected):
        return False
    if _holds(given, wanted):
        return True
    if _numbers(given) != _numbers(wanted) or _is_negated(given) != _is_negated(wanted):
        return False
    return _is_short_for(given, wanted, expected) or _explains_alike(answer, expected)


def _holds(given: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the wanted words stand together in the given ones, and no negation of the answer's own before them."""
    size = len(wanted)
    for start in range(len(given) - size + 1):
        if list(given[start : start + size]) == list(wanted):
            before = given[max(0, start - _REACH) : start]
            if not _NEGATIONS.intersection(before):
                return True
    return False


def _is_short_for(given: Sequence[str], wanted: Sequence[str], expected: str) -> bool:
    """Whether ``given`` is the wanted number without its unit, or the end of the wanted name."""
    if all(_NUMBER.fullmatch(word) for word in given):
        return set(given) <= set(wanted)
    name = [word for word in expected.split() if word[:1].isalpha()]
    is_name = len(name) > 1 and all(word[0].isupper() for word in name)
    return is_name and list(wanted[-len(given) :]) == list(given)


def _explains_alike(answer: str, expected: str) -> bool:
    """Whether two explanations share most of their content words and all of the expected one's names."""
    given, wanted = set(content_terms(answer)), set(content_terms(expected))
    if len(wanted) < _EXPLANATION:
        return bool(wanted) and wanted <= given
    names = {term for word in _names(expected) for term in content_terms(word)}
    shared = len(given & wanted)
    return names <= given and shared >= _SHARED * len(wanted) and shared >= _SHARED * len(given)


def _names(text: str) -> list[str]:
    """Capitalised words that do not begin the text."""
    return [word for word in text.split()[1:] if word[:1].isupper()]


def _numbers(words: Sequence[str]) -> list[str]:
    return sorted(word for word in words if _NUMBER.fullmatch(word))


def _is_negated(words: Sequence[str]) -> bool:
    return not _NEGATIONS.isdisjoint(words)


def _same_currency(answer: str, expected: str) -> bool:
    """Whether not two different currencies are named."""
    given, wanted = currencies(answer), currencies(expected)
    return not given or not wanted or given == wanted
