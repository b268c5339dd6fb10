"""Whether a page's text layer is language: a wrong or missing table of meanings turns every letter into another one."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter

_SHARES = {
    "e": 0.13, "a": 0.08, "i": 0.075, "n": 0.072, "t": 0.07, "o": 0.065, "r": 0.065, "s": 0.065, "l": 0.045,
    "d": 0.042, "u": 0.037, "h": 0.035, "c": 0.03, "m": 0.03, "p": 0.024, "g": 0.02, "f": 0.017, "b": 0.015,
    "k": 0.015, "v": 0.013, "w": 0.013, "y": 0.012, "z": 0.01, "j": 0.006, "q": 0.003, "x": 0.003,
}  # fmt: skip
"""Letters in European languages that are written in Latin script, roughly: English, German, French, Spanish, Polish."""
_LEAST_LIKELY = -3.35
"""Mean log-likelihood of a page's letters. Measured: prose in fourteen languages -2.76 (Dutch) to -3.19 (Polish);
English with its alphabet shifted at most -3.43, with a random alphabet below this value in 97 of 100."""
_FEWEST_LETTERS = 120
_MOST_UNKNOWN = 0.1
"""Share of characters without a stated meaning."""
_MOST_SIGNS = 0.3
_SIGN = re.compile(r"[~{}|^\\`@#$%&*=+<>/\[\]_]")
_LATIN = re.compile(r"[a-z]")


def is_legible(text: str, unknown: int) -> bool:
    """Whether a page's text can be language.

    Args:
        text: the page's text.
        unknown: how many of its characters the file does not say the meaning of.
    """
    visible = sum(not character.isspace() for character in text)
    if unknown > _MOST_UNKNOWN * (visible + unknown):
        return False
    letters = sum(character.isalpha() for character in text)
    if letters < _FEWEST_LETTERS:
        return True
    signs = len(_SIGN.findall(text))
    if signs > _MOST_SIGNS * (letters + signs):
        return False
    counts = Counter(_LATIN.findall(unicodedata.normalize("NFKD", text).lower()))
    latin = counts.total()
    if latin < 0.5 * letters:
        return True  # another script: nothing is known of its letters
    likelihood = sum(times * math.log(_SHARES[letter]) for letter, times in counts.items()) / latin
    return likelihood >= _LEAST_LIKELY
