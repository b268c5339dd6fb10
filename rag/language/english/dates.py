"""Months, days of the week and the parts of a date."""

from __future__ import annotations

import re

MONTHS = "january february march april may june july august september october november december".split()
"""In order: the month's number is its place, from 1."""
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTH_ABBREVIATIONS = "jan feb mar apr may jun jul aug sep sept oct nov dec".split()
WEEKDAY_ABBREVIATIONS = "mon tue tues wed thu thur thurs fri sat sun".split()
SEASONS = "spring summer autumn fall winter".split()
RELATIVE_DAYS = "today yesterday tomorrow tonight".split()
CALENDAR = frozenset((*MONTHS, *WEEKDAYS))
TIME_WORDS = CALENDAR | frozenset((*RELATIVE_DAYS, "century", "decade", "spring", "summer", "autumn", "winter"))
"""Words that say when by themselves."""

MONTH_NUMBERS = {name: number for number, name in enumerate(MONTHS, 1)} | {
    name: MONTHS.index(next(month for month in MONTHS if month.startswith(name[:3]))) + 1
    for name in MONTH_ABBREVIATIONS
}
"""Full and short names, lower case, to 1 … 12."""

MONTH = rf"(?:{'|'.join(month.capitalize() for month in MONTHS)})"
"""A month as a regular expression; matched with its capital."""
WEEKDAY = rf"(?:{'|'.join(day.capitalize() for day in WEEKDAYS)})"
DATE = rf"(?:\d{{1,2}}\s+)?{MONTH}(?:\s+\d{{1,2}},?)?(?:\s+\d{{4}})?|\b(?:1\d{{3}}|20\d{{2}})s?\b"
"""A day, a month or a year, as far as it is given."""

YEAR = re.compile(r"\b(1\d{3}|20\d{2})\b")
_WORD = re.compile(r"[^\W_]+")


def date_parts(text: str) -> tuple[int | None, int | None, int | None]:
    """(year, month, day) as far as ``text`` states them."""
    year = YEAR.search(text)
    lowered = [word.lower() for word in _WORD.findall(text)]
    month = next((MONTHS.index(word) + 1 for word in lowered if word in MONTHS), None)
    day = next((int(word) for word in lowered if word.isdecimal() and 1 <= int(word) <= 31), None) if month else None
    return (int(year.group()) if year else None, month, day)


def is_calendar(word: str) -> bool:
    """Whether the word is a month, a weekday or a number."""
    return word[:1].isdecimal() or word.lower() in CALENDAR
