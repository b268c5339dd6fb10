"""Numbers by value, however they are written."""

from __future__ import annotations

import re

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SCALES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
NUMBER_WORDS = (
    {word: value for value, word in enumerate(_UNITS)}
    | {word: 10 * value for value, word in enumerate(_TENS, 2)}
    | {word: int(value) for word, value in SCALES.items()}
)
ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 1
    )
}
NUMBER_WORD = rf"(?:{'|'.join([*_UNITS[1:], *_TENS])})"
"""A number word below a hundred as a regular expression."""

CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee", "₽": "ruble", "₪": "shekel"}
_NUMBER = re.compile(r"\d[\d,\u00a0\u202f]*(?:\.\d+)?")
_NUMBER_OR_WORD = re.compile(rf"{_NUMBER.pattern}|[^\W\d_]+", re.UNICODE)
_JOINED = re.compile(r"[\s\u00a0-]*|\s*and\s*")


def numbers(text: str) -> list[float]:
    """The numbers of ``text`` by value, in order: digits, number words and "2.5 million" alike."""
    values: list[float] = []
    total, current, position = 0.0, None, 0
    for match in _NUMBER_OR_WORD.finditer(text):
        word = match.group().lower()
        is_joined = current is not None and _JOINED.fullmatch(text[position : match.start()]) is not None
        position = match.end()
        if word == "and" and current is not None:
            position = match.start()
            continue
        value = _value(word)
        if value is not None and is_joined and current is not None:
            if word in SCALES:
                if value == 100:
                    current *= value
                else:
                    total, current = total + current * value, 0.0
                continue
            if not word[0].isdecimal() and _adds_up(total, current, value):
                current += value
                continue
        if current is not None:
            values.append(total + current)
        total, current = 0.0, value
    return values if current is None else [*values, total + current]


def _value(word: str) -> float | None:
    if word[0].isdecimal():
        return float(re.sub(r"[^\d.]", "", word).rstrip("."))
    return float(NUMBER_WORDS[word]) if word in NUMBER_WORDS else None


def _adds_up(total: float, current: float, value: float) -> bool:
    """Whether a number word goes on with the number before it: "two hundred (and) five", "twenty-one"."""
    if current == 0:
        return total > 0
    return (current >= 100 and current % 100 == 0 and value < 100) or (
        20 <= current % 100 < 100 and current % 10 == 0 and value < 10
    )


def is_number(word: str) -> bool:
    """Whether the word is written in digits or is a number word."""
    return word[:1].isdecimal() or word.lower() in NUMBER_WORDS
