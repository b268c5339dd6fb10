"""The numbers, dates and names of a text, each with its range and with what it is compared by."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from rag.language.english.dates import CALENDAR, MONTH, MONTH_NUMBERS, date_parts
from rag.language.english.names import TITLES
from rag.language.english.numbers import NUMBER_WORDS, SCALES, numbers
from rag.language.english.terms import folded
from rag.language.english.words import Word, words_of
from rag.records import Span
from rag.table.draft.records import ValueKind

_DATE = re.compile(
    rf"\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?)?{MONTH}\b(?:\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!\d))?"
    r"(?:,?\s+\d{4}\b)?"
)
_SPELLED = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_SCALE = rf"(?:[\s\u00a0-]+(?:{'|'.join(SCALES)})\b)*"
_NUMBER = re.compile(
    rf"(?<![\w.,])\d[\d,\u00a0\u202f]*(?:\.\d+)?(?!\w){_SCALE}|\b(?:{_SPELLED})\b(?:(?:[\s-]+(?:and\s+)?)(?:{_SPELLED})\b)*",
    re.IGNORECASE,
)
_BARE = frozenset({"one", "One"})
"""A number word that is mostly a pronoun or an article; alone it is no number to compare."""
_PARTICLES = frozenset("of the and bin ibn al el de der van von".split())
"""Words in lower case that may stand inside a name."""
_BETWEEN = re.compile(r"[\s\u00a0]+|[-’']|\s+(?:of|the|of the|and|bin|ibn|al|el|de|der|van|van der|von)[\s-]+")


@dataclass(frozen=True, slots=True)
class Value:
    """A name, number or date in a text.

    Attributes:
        span: its range in the text.
        key: equal for equal values: a number's value, a date's parts, a name's words in lower case.
    """

    kind: ValueKind
    span: Span
    text: str
    key: Hashable


def values_of(text: str) -> list[Value]:
    """The dates, numbers and names of ``text`` in order; a number inside a date or a name is not listed again."""
    dates = list(_dates(text))
    taken = [value.span for value in dates]
    counted = [value for value in _numbers(text) if not any(value.span.overlaps(span) for span in taken)]
    taken += [value.span for value in counted]
    names = [value for value in _names(text) if not any(value.span.overlaps(span) for span in taken)]
    return sorted([*dates, *counted, *names], key=lambda value: value.span)


def agree(one: Value, other: Value) -> bool:
    """Whether two values of one kind say the same: a date as far as both state it, a name also by its last word."""
    if one.kind != other.kind:
        return False
    if one.kind == "date":
        pairs = list(zip(_parts(one), _parts(other), strict=True))
        shared = [(a, b) for a, b in pairs if a is not None and b is not None]
        return bool(shared) and all(a == b for a, b in shared)
    if one.kind == "name":
        first, second = _words(one), _words(other)
        shorter, longer = sorted((first, second), key=len)
        return bool(shorter) and (longer[-len(shorter) :] == shorter or set(shorter) <= set(longer))
    return one.key == other.key


def _parts(value: Value) -> Sequence[int | None]:
    return value.key if isinstance(value.key, tuple) else ()


def _words(value: Value) -> list[str]:
    return list(value.key) if isinstance(value.key, tuple) else []


def _dates(text: str) -> Iterator[Value]:
    for match in _DATE.finditer(text):
        written = match.group()
        if written[0].isdecimal() and "-" in written:
            year, month, day = (int(part) for part in written.split("-"))
            key: tuple[int | None, int | None, int | None] = (year, month, day)
        else:
            if written in ("May", "March") and not _is_month(text, match.start(), match.end()):
                continue
            key = date_parts(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", written))
        yield Value("date", Span(*match.span()), written, key)


def _is_month(text: str, start: int, end: int) -> bool:
    """Whether "May" or "March" alone is the month: after a preposition, and no verb or name follows it."""
    before = text[:start].split()[-1:]
    return bool(before) and before[0].lower() in {"in", "since", "until", "by", "of", "last", "next", "late", "early"}


def _numbers(text: str) -> Iterator[Value]:
    for match in _NUMBER.finditer(text):
        written = match.group().rstrip(",\u00a0\u202f ")
        found = numbers(written)
        if written in _BARE or not found:
            continue
        yield Value("number", Span(match.start(), match.start() + len(written)), written, found[0])


def _names(text: str) -> Iterator[Value]:
    group: list[Word] = []
    for word in [*words_of(text), None]:
        if group and word is not None and word.text in _PARTICLES:
            continue
        if word is not None and _is_name(word) and (not group or _joins(text, group[-1], word)):
            group.append(word)
            continue
        if group:
            yield from _name_of(text, group)
        group = [word] if word is not None and _is_name(word) else []


def _is_name(word: Word) -> bool:
    lower = word.text.lower()
    if word.is_marked_name or word.is_abbreviation:
        return True
    return (
        word.is_capitalised
        and not word.is_function_word
        and not word.is_number
        and lower not in CALENDAR
        and lower not in MONTH_NUMBERS
        and lower not in NUMBER_WORDS
    )


def _joins(text: str, one: Word, other: Word) -> bool:
    return _BETWEEN.fullmatch(text[one.end : other.start]) is not None


def _name_of(text: str, group: list[Word]) -> Iterator[Value]:
    """The name that capitalised words side by side make; one word that only begins its sentence is none."""
    first = group[0]
    opens = not text[: first.start].strip() or text[: first.start].rstrip()[-1] in '.!?:\n“"„«#*>-'
    if opens and len(group) == 1 and not first.is_abbreviation and not _stands_elsewhere(text, first):
        return
    key = tuple(folded(word.text).removesuffix("'s") for word in group if word.text.lower() not in TITLES)
    if key:
        span = Span(first.start, group[-1].end)
        yield Value("name", span, span.of(text), key)


def _stands_elsewhere(text: str, word: Word) -> bool:
    """Whether the word is capitalised within a sentence, too, or is a name by what follows it ("Merz said")."""
    after = text[word.end : word.end + 12].lstrip()
    return after.startswith(("said", "says", "told", "’s ", "'s ")) or f" {word.text}" in text[word.end :]
