"""One form for all spellings of an answer: SQuAD's rules, mended for numbers and abbreviations.

As SQuAD's evaluation (Rajpurkar et al. 2016, section 6.1): lower case, no punctuation, no articles, single spaces.
Beyond it: one spelling of each character, no accents, curly marks as straight ones; numbers by value ("Thirteen", "13";
"$1,250", "1250"; "€47 million", "47 million euros"), with their sign, point and range kept, so that "-5" is not "5" nor
"$1.2 million" "$12 million"; dots and hyphens inside abbreviations and names go ("U.N.", "Wal-Mart"). As in SQuAD's, a
currency sign does not count, and so its name does not either: :func:`currencies` tells amounts apart by it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rag.language.english.function_words import ARTICLES
from rag.language.english.numbers import CURRENCIES, NUMBER_WORDS, SCALES, numbers
from rag.language.english.terms import folded
from rag.language.reading_text import reading_text

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_APOSTROPHES = re.compile("['\"’‘‚‛“”„‟`´′″]")
_SIGNS = "".join(CURRENCIES)
_SPELLED = rf"(?:{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})"
_DIGITS = r"\d+(?:[,\u00a0\u202f ]\d{3}(?!\d))*(?:\.\d+)?|\.\d+"
_SCALE = rf"(?:{'|'.join(SCALES)}|bn|tn|mn|m(?![a-z]))"
_MONEY = re.compile(rf"(?:\b(?:us|u\.s\.) ?)?([{re.escape(_SIGNS)}])\s*((?:{_DIGITS})(?:[\s-]*{_SCALE}\b)?)")
_QUANTITY = re.compile(
    rf"(?<![\w.,])(-?)(?:({_DIGITS})((?:[\s-]+(?:{'|'.join(SCALES)})\b|\s?(?:bn|tn|mn)\b)*)"
    rf"|({_SPELLED}(?:(?:[\s-]+(?:and\s+)?){_SPELLED})*)\b)(?!\.?\d)"
)
_SHORT_SCALES = {"bn": "billion", "tn": "trillion", "mn": "million", "m": "million"}
_CURRENCY = re.compile(rf"(?<=\d)\s*(?:us )?(?:{'|'.join(CURRENCIES.values())})s?\b")
_ABBREVIATION = re.compile(r"(?<![^\W_])(?:[^\W\d_]{1,3}\.){1,}(?:[^\W\d_]{1,3}(?![^\W_]))?")
_INNER = re.compile(r"(?<=[^\W_])[.'](?=[^\W\d_])|(?<=[^\W\d_])-(?=[^\W_])")
_TOKEN = re.compile(r"-?\d+(?:[.:]\d+)*(?:-\d+(?:[.:]\d+)*)*(?:[^\W\d_]+)?|[^\W_]+")


@lru_cache(maxsize=8192)
def normal_form(answer: str) -> str:
    """``answer`` so that two spellings of the same answer are the same text; applying it twice changes nothing."""
    text = folded(unicodedata.normalize("NFKC", reading_text(answer).text)).translate(_DASHES)
    text = _APOSTROPHES.sub("", text)
    text = _MONEY.sub(_spell_money, text).replace("%", " percent ").replace("per cent", "percent")
    text = _QUANTITY.sub(_by_value, text)
    text = _CURRENCY.sub(" ", text)
    text = _ABBREVIATION.sub(lambda match: match.group().replace(".", ""), text)
    text = _INNER.sub("", text)
    return " ".join(token for token in _TOKEN.findall(text) if token not in ARTICLES)


def _spell_money(match: re.Match[str]) -> str:
    amount = match[2]
    for short, scale in _SHORT_SCALES.items():
        amount = re.sub(rf"(?<=[\d\s]){short}$", f" {scale}", amount)
    return f" {amount} {CURRENCIES[match[1]]} "


def _by_value(match: re.Match[str]) -> str:
    sign, digits, scales, spelled = match.groups()
    if spelled:
        values = numbers(spelled)
        return sign + " ".join(_shown(value) for value in values)
    if not scales.strip() and not re.search(r"[,.\u00a0\u202f ]", digits):
        return match.group()
    for short, scale in _SHORT_SCALES.items():
        scales = re.sub(rf"\b{short}\b", scale, scales)
    values = numbers(f"{re.sub(r'[, ]', '', digits)} {scales.replace('-', ' ')}")
    return sign + " ".join(_shown(value) for value in values)


def _shown(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def currencies(text: str) -> frozenset[str]:
    """The currencies that ``text`` names by sign or word, as singular words."""
    lowered = text.lower()
    return frozenset(name for sign, name in CURRENCIES.items() if sign in text or re.search(rf"\b{name}s?\b", lowered))
