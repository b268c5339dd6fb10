"""Text normalisation with offset alignment: a text as a reader, an encoder or a word index should see it.

An article's text is quoted character for character, so it may hold what only the eye joins or never sees: soft hyphens,
zero-width characters, ligatures, decomposed accents, words cut at line ends, note marks that touch a number. Models and
indexes are given the reading of it, and what they find there is taken back to the exact range of the article.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field

from rag.language.english.compounds import keeps_hyphen
from rag.records import Span

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
_PLAIN = str.maketrans(_SUPERSCRIPTS + "₀₁₂₃₄₅₆₇₈₉", "0123456789+-0123456789")
_INVISIBLE = "\x00-\x08\x0e-\x1b\x7f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_COMPATIBLE = "\ufb00-\ufb06\ufb13-\ufb17\uff01-\uff5e\U0001d400-\U0001d7ff\u2150-\u215e¼½¾"
"""Ligatures, full-width and mathematical letters, fractions."""
_SPECIAL = re.compile(
    rf"(?P<cut>(?<=[^\W\d_])[-\u00ad\u2010][ \t]*(?:\r\n|\n|\r)[ \t]*(?=[^\W\d_]))"
    rf"|(?P<invisible>[{_INVISIBLE}]+)"
    rf"|(?P<compatible>[{_COMPATIBLE}])"
    rf"|(?P<raised>[{_SUPERSCRIPTS}]+)"
    rf"|(?P<accented>[^\W\d_][\u0300-\u036f]+)"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_JOINERS = "\u200c\u200d"
"""Letters of Arabic and Indic scripts and emoji are shaped by them: there they are text."""
_WORD_BEFORE = re.compile(r"[^\W_]{1,24}$")
_WORD_AFTER = re.compile(r"[^\W\d_]{1,24}")
_MARKS = frozenset(".,;:!?)\"'”’»")
_NEARBY = 5_000
"""Characters on either side in which the same word tells how it is written."""
POWER_BASES = frozenset("2 10 m mc km cm mm dm ft in mi yd s x y n r c".split())
"""What carries an exponent rather than a note: bases, units of length and time, variables."""


@dataclass(frozen=True, slots=True)
class ReadingText:
    """The reading of a text, or of a range of it.

    Attributes:
        text: the reading.
        start: where the range begins in the article's text.
        edits: for each place that differs, in order: start and end in ``text``, start and end in the article's text.

    Example:
        >>> reading = reading_text("A bak\u00adery in Kiel.")
        >>> reading.text, reading.source_span(2, 8)
        ('A bakery in Kiel.', Span(start=2, end=9))
    """

    text: str = field(repr=False)
    start: int = 0
    edits: tuple[tuple[int, int, int, int], ...] = field(default=(), repr=False)

    def source_span(self, start: int, end: int) -> Span:
        """The range of the article's text that ``text[start:end]`` was read from; a character of a ligature stands
        for all of it.

        Raises:
            ValueError: the range is empty.
        """
        first, last = self._source(start), self._source(end - 1)
        return Span(first[0], max(first[0] + 1, last[1]))

    def reading_span(self, span: Span) -> tuple[int, int]:
        """The range of ``text``, perhaps empty, that reads ``span`` of the article's text."""
        return self._reading(span.start), self._reading(span.end)

    def _source(self, place: int) -> tuple[int, int]:
        number = bisect_right(self.edits, (place, len(self.text) + 1)) - 1
        # Edits that put in nothing share their place with the one after them; none of those holds a character.
        if number < 0:
            return self.start + place, self.start + place + 1
        _, end, source, source_end = self.edits[number]
        if place < end:
            return source, source_end
        return source_end + place - end, source_end + place - end + 1

    def _reading(self, offset: int) -> int:
        number = bisect_right(self.edits, offset, key=lambda edit: edit[2]) - 1
        if number < 0:
            return offset - self.start
        place, end, source, source_end = self.edits[number]
        if offset >= source_end:
            return end + offset - source_end
        return place if offset == source else end


def reading_text(text: str, span: Span | None = None) -> ReadingText:
    """The reading of ``text``, or of ``span`` of it. Takes linear time; ordinary text is returned as it is.

    - soft hyphens, zero-width and control characters are left out; a zero-width space between a word and a capital
      letter or a number is a blank;
    - ligatures, full-width and mathematical letters are plain ones, decomposed accents are composed;
    - a word cut by a hyphen at a line's end is whole (it keeps its hyphen if it is a compound);
    - raised digits after a word or number are a note, ``1958³`` → ``1958[3]``, unless they are a power, ``10³`` →
      ``10^3``, ``km²`` → ``km2``.
    """
    start, end = (span.start, span.end) if span is not None else (0, len(text))
    parts: list[str] = []
    edits: list[tuple[int, int, int, int]] = []
    copied, length = start, 0
    for match in _SPECIAL.finditer(text, start, end):
        replacement = _REPLACEMENTS[match.lastgroup or ""](text, match)
        if replacement == match.group():
            continue
        parts += text[copied : match.start()], replacement
        length += match.start() - copied
        edits.append((length, length + len(replacement), match.start(), match.end()))
        length += len(replacement)
        copied = match.end()
    if not edits:
        return ReadingText(text[start:end] if span is not None else text, start)
    parts.append(text[copied:end])
    return ReadingText("".join(parts), start, tuple(edits))


def printed(text: str) -> str:
    """``text`` as a page shows it: what is not seen left out, ligatures and accents as letters, note marks in brackets.

    For formats that make an article's text from a file with markup; powers and fractions stay as they are. Pairs of
    surrogates become the characters they stand for, single ones U+FFFD.
    """

    def shown(match: re.Match[str]) -> str:
        kind = match.lastgroup or ""
        if kind == "cut" or (kind == "compatible" and not "\ufb00" <= match.group() <= "\ufb17"):
            return match.group()
        replacement = _REPLACEMENTS[kind](text, match)
        return replacement if kind != "raised" or replacement.startswith("[") else match.group()

    if _SURROGATE.search(text) is not None:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _SPECIAL.sub(shown, text)


def _cut(text: str, match: re.Match[str]) -> str:
    """Nothing where the hyphen and the line break cut a word in two, else the hyphen."""
    after = _WORD_AFTER.match(text, match.end())
    before = _WORD_BEFORE.search(text, max(0, match.start() - 24), match.start())
    if after is None or before is None:
        return match.group()
    if match.group()[0] == "\u00ad":
        return ""
    nearby = text[max(0, match.start() - _NEARBY) : match.end() + _NEARBY]
    return "-" if keeps_hyphen(before.group(), after.group(), nearby) else ""


def _invisible(text: str, match: re.Match[str]) -> str:
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    characters = match.group()
    if any(joiner in characters for joiner in _JOINERS) and not (before.isascii() and after.isascii()):
        return "".join(character for character in characters if character in _JOINERS)
    if "\u200b" in characters and before and after:
        begins_word = (before.islower() and after.isupper()) or (before.isdigit() != after.isdigit())
        return " " if begins_word and before.isalnum() and after.isalnum() else ""
    return ""


def _compatible(text: str, match: re.Match[str]) -> str:
    plain = unicodedata.normalize("NFKC", match.group()).replace("\u2044", "/")
    follows_number = "/" in plain and match.start() > 0 and text[match.start() - 1].isdigit()
    return f" {plain}" if follows_number else plain


def _raised(text: str, match: re.Match[str]) -> str:
    before = _WORD_BEFORE.search(text, max(0, match.start() - 24), match.start())
    if before is None and text[max(0, match.start() - 1) : match.start()] not in _MARKS:
        return match.group()
    digits = match.group().translate(_PLAIN)
    if before is not None and before.group() in POWER_BASES:
        return f"^{digits}" if before.group().isdigit() else digits
    return f"[{digits}]"


def _accented(text: str, match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", match.group())


_REPLACEMENTS = {
    "cut": _cut,
    "invisible": _invisible,
    "compatible": _compatible,
    "raised": _raised,
    "accented": _accented,
}
