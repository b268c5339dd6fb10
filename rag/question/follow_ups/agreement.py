"""What a pronoun can stand for."""

from __future__ import annotations

from rag.language.english.countries import COUNTRIES, NATIONALITIES
from rag.language.english.dates import CALENDAR, RELATIVE_DAYS
from rag.language.english.names import GROUP_NOUNS, PLACE_NOUNS
from rag.language.english.nouns import RELATIONAL_NOUNS
from rag.question.follow_ups.phrases import Phrase

_CALENDAR = CALENDAR | frozenset(RELATIVE_DAYS)
_NO_PERSONS = (PLACE_NOUNS, GROUP_NOUNS, RELATIONAL_NOUNS)


def agrees(phrase: Phrase, who: str) -> bool:
    """Whether a pronoun can stand for ``phrase`` at all."""
    if who in ("he", "she"):
        if phrase.gender and phrase.gender != who:
            return False
        return phrase.is_person or (
            phrase.is_name and not _is_no_person(phrase) and not phrase.is_plural and not is_calendar(phrase)
        )
    if who == "it":
        return not phrase.is_plural and not phrase.is_person and not is_calendar(phrase)
    return phrase.is_plural or phrase.head in GROUP_NOUNS or (phrase.is_name and not phrase.is_person)


def _is_no_person(phrase: Phrase) -> bool:
    """Whether the name is known as a country's, a place's or a group's."""
    whole = phrase.text.lower()
    return whole in COUNTRIES or any(head in words for words in _NO_PERSONS for head in (phrase.head, whole))


def is_nationality(phrase: Phrase) -> bool:
    """Whether the phrase is one adjective of a country ("American and Russian officials"), which no "it" stands for.

    A language may be meant where a verb or a preposition leads ("learning Norwegian").
    """
    leads = phrase.is_modifier or phrase.before in ("subject", "wh", "link")
    return leads and phrase.text.lower() in NATIONALITIES


def is_calendar(phrase: Phrase) -> bool:
    """Whether the phrase is only a month, a day or a number."""
    words = phrase.text.lower().split()
    return all(word in _CALENDAR or word.strip(",.").isdigit() for word in words)
