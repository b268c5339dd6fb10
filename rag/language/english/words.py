"""The words of a text as written: ranges and case, which decide what is a name and what a function word."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rag.language.english.function_words import FUNCTION_WORDS, NAMES_WHEN_CAPITALISED, is_name_like_function_word
from rag.records import Span

LONGEST_ABBREVIATION = 5
"""Letters of a word in capitals that is taken for an abbreviation; a longer one is only emphasised."""
_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?|[^\W\d_]+n['’]t(?![^\W_])|[^\W_]+(?:[.,:][0-9]+)*", re.UNICODE
)
_OPENS = re.compile(r"(?:^|[.!?…:\n][\"'”’)\]]*)[\s\"'“‘(\[*#>-]*$")
_OPENING_REACH = 12
_SHOUTED_FROM = 3
"""Words of a text without a lower-case letter from which its capitals say nothing."""
_MONTH_LEADS = frozenset("in since until by of last next early late mid before after from".split())
_DAY_OR_YEAR = re.compile(r"[12]?\d|3[01]|(?:19|20)\d\d")


class Word(NamedTuple):
    """One word of a text.

    Attributes:
        text: as written; a dotted abbreviation ("U.N.") is one word with its dots.
        start, end: its range, code points within the text.
        is_function_word: it says how something is put; "US" and "May" as names do not.
        is_marked_name: it is spelled as a function word but used as a name.
        is_abbreviation: a short word in capitals, or with dots, in a text that is not all in capitals.
        is_capitalised: it begins with a capital.
    """

    text: str
    start: int
    end: int
    is_function_word: bool
    is_marked_name: bool
    is_abbreviation: bool
    is_capitalised: bool

    @property
    def span(self) -> Span:
        """The word's range in its text."""
        return Span(self.start, self.end)

    @property
    def is_number(self) -> bool:
        """Whether it begins with a digit."""
        return self.text[0].isdecimal()


@lru_cache(maxsize=65_536)
def _form(written: str) -> tuple[bool, bool, bool]:
    """Whether the word is spelled as a function word, short in capitals, capitalised."""
    plain = written if written[0].isdecimal() else written.replace(".", "")
    is_short = 2 <= len(plain) <= LONGEST_ABBREVIATION and plain.isupper()
    is_negated = plain.lower().endswith(("n't", "n’t"))
    return plain.lower() in FUNCTION_WORDS or is_negated, is_short and not is_negated, written[0].isupper()


def words_of(text: str) -> list[Word]:
    """Each word of ``text`` in order; numbers keep their points, abbreviations their dots."""
    matches = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]
    shouted = len(matches) >= _SHOUTED_FROM and text == text.upper()
    found: list[Word] = []
    for position, (written, start, end) in enumerate(matches):
        is_function, is_short, is_capitalised = _form(written)
        is_name = False
        if is_function:
            if is_capitalised:
                plain = written.replace(".", "")
                opens = plain.lower() in NAMES_WHEN_CAPITALISED and _opens(text, start)
                is_name = is_name_like_function_word(plain, opens=opens, shouted=shouted)
            else:
                before = matches[position - 1][0].lower() if position else ""
                after = matches[position + 1][0] if position + 1 < len(matches) else ""
                is_name = _is_lower_name(written, before, after)
            is_function = not is_name
        is_short = is_short and not shouted and not is_function
        found.append(Word(written, start, end, is_function, is_name, is_short, is_capitalised))
    return found


def _opens(text: str, start: int) -> bool:
    """Whether a sentence begins at ``start``; a title after a line break counts."""
    return _OPENS.search(text[max(0, start - _OPENING_REACH) : start]) is not None


def _is_lower_name(written: str, before: str, after: str) -> bool:
    """Whether a word in lower case is a name by what stands around it: "the us", "in may", "may 5"."""
    if written == "may":
        return before in _MONTH_LEADS or any(map(_DAY_OR_YEAR.fullmatch, (after, before if len(before) < 3 else "")))
    return written in ("us", "who") and before == "the" and after != ""
