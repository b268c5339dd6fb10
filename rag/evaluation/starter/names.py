"""Names in a text: which are people, which are something else; without a model, from how the articles use them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rag.language.english.countries import COUNTRIES, NOT_STATES
from rag.language.english.dates import CALENDAR
from rag.language.english.verbs import SAYING_FORMS, alternatives

_NAME = r"[A-Z][^\W\d_]+(?:['’-][^\W\d_]+)*"
_INITIAL = r"[A-Z]\."
_PARTICLE = r"(?:van|von|de|da|del|bin|al|el|ben|der)"
PERSON_NAME = rf"{_NAME}(?: {_INITIAL})*(?: {_PARTICLE})?(?: {_NAME}){{1,2}}"
"""A first name and one or two more, with initials or a particle between."""

TITLES = (
    "President|Prime Minister|Minister|Foreign Minister|Defense Minister|Chancellor|King|Queen|Prince|Princess|Mayor|"
    "Governor|Senator|Judge|Justice|General|Colonel|Captain|Admiral|Professor|Dr|Mr|Mrs|Ms|Sir|Lady|Pope|Bishop|"
    "Ambassador|Envoy|Chairman|Secretary|Spokesman|Spokeswoman|spokesman|spokeswoman|envoy|leader|director|minister|president|mayor|"
    "author|historian|composer|painter|writer|poet|physicist|chemist|engineer|singer|actor|actress|coach|son|daughter|"
    "brother|sister|wife|husband"
)
_OFFICES = frozenset(word for title in TITLES.split("|") for word in title.split()) | {"Envoy", "Chairman", "Director"}
"""Words of a title that stand before a name and are no part of it."""
_TITLED = re.compile(rf"\b(?:{TITLES})(?: of [A-Z]\w+)?,? ({PERSON_NAME})")
_SPEAKS = re.compile(rf"({PERSON_NAME}),? (?:{alternatives(SAYING_FORMS)}|who)\b|\b(?:said|says) ({PERSON_NAME})")
_BORN = re.compile(rf"({PERSON_NAME}) (?:\([^)]*\d{{4}}[^)]*\)|was born|died|married|resigned|retired|graduated)")
_NOT_PEOPLE = frozenset(
    """
    Academy Accord Accords Act Africa Agency Agreement Air Airport America American Archive Army Assembly
    Association Authority Award Awards Bank Basin Battle Bay Bill Board Bowl Bridge Britain British Broadcasting
    Brigade Building Bureau Cathedral Center Central Centre Century Chamber Channel Charter Christian Church
    City Civil Coast College Commission Committee Commonwealth Company Conference Congress Constitution
    Convention Corporation Council County Court Crescent Cross Cup Day Declaration Defense Department District
    Division East Eastern Empire England English Europe European Festival Field Fleet Force Forces Foundation
    French Front Fund Gate German Government Great Group Gulf Hall Harbor Herald High Hill Hospital Hotel House
    Human Institute International Island Islands Israeli Israelis Kingdom Lake Latin League Library Lower
    Magazine Market Ministry Minister Mount Mountain Mountains Museum Nation National Nations Navy New News
    Nobel North Northern Ocean Office Old Olympic Olympics Orchestra Order Organisation Organization Pacific
    Palace Palestinian Palestinians Park Parliament Parties Party Peace Peninsula Plan Plant Police Post Press
    President Prime Prize Province Quartet Red Region Republic Resistance Resolution Revolution River Road Roman
    Royal Russian Russians School Science Sea Secretary Security Senate Service Sinai Society South Southern
    Soviet Square Stadium State States Station Street Strip Summit Super Supreme Temple Theatre Times Tower Town
    Trade Treaty Tribunal Tunnel Union United University Upper Valley Wall War West Western White World Yard
    """.split()
) | {name.capitalize() for name in CALENDAR}
_NOT_IN_NAMES = frozenset(
    "The A An In On At By For From After Before During Under When While But And As If This That".split()
)


def find_people(texts: Iterable[str]) -> frozenset[str]:
    """The full names of people: two or three capitalised words that a title, an act of speech or a birth goes with."""
    found: set[str] = set()
    for text in texts:
        for pattern in (_TITLED, _SPEAKS, _BORN):
            for match in pattern.finditer(text):
                name = next(group for group in match.groups() if group)
                words = name.split()
                is_name = not (_NOT_PEOPLE | _NOT_IN_NAMES | _OFFICES) & set(words)
                if is_name and not re.search("['’]s$", name):
                    found.add(name)
    return frozenset(found)


def proper_words(texts: Iterable[str]) -> frozenset[str]:
    """Words that stand capitalised inside sentences and never in lower case: safe to keep capitalised in a question."""
    texts = list(texts)
    common = {word for text in texts for word in re.findall(r"\b[a-z]+\b", text)}
    inside = {word for text in texts for word in re.findall(rf"(?<=[a-z,] )({_NAME})", text)}
    return frozenset(word for word in inside if word.lower() not in common)


def common_words(texts: Iterable[str]) -> frozenset[str]:
    """Words that are more often in lower case than with a capital inside a sentence."""
    lower: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        lower.update(re.findall(r"\b[a-z]+\b", text))
        capital.update(word.lower() for word in re.findall(r"(?<=[a-z,] )[A-Z][a-z]+", text))
    return frozenset(word for word, count in lower.items() if count > capital[word])


def surnames(people: Iterable[str]) -> dict[str, str]:
    """The last names that only one of ``people`` has, to the full name."""
    people = sorted(people)
    counts = Counter(name.split()[-1] for name in people)
    return {name.split()[-1]: name for name in people if counts[name.split()[-1]] == 1}


def is_place_like(name: str) -> bool:
    """Whether a name can stand after "in" as a place: capitalised words without months and days."""
    return bool(re.fullmatch(rf"(?:the )?{_NAME}(?: {_NAME}){{0,2}}(?:, {_NAME})?", name)) and not any(
        word in _CALENDAR for word in re.findall(r"\w+", name)
    )


STATES = frozenset(country.capitalize() for country in COUNTRIES - NOT_STATES)
"""Countries with a name of one word."""

_CALENDAR = {name.capitalize() for name in CALENDAR} | frozenset(
    "English French German Russian Arabic Latin Greek Spanish Chinese Hebrew".split()
)
