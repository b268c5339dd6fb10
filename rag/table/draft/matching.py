"""Finds a quotation in an article word for word, whatever white space, marks and dashes it is written with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rag.language.reading_text import ReadingText, reading_text
from rag.records import Span

_MARKS = "‘’‚‛'′`´“”„‟\"″«»‹›「」『』"
_DASHES = "‐‑‒–—―−-"
_FOLDED = str.maketrans({**dict.fromkeys(_MARKS, "'"), **dict.fromkeys(_DASHES, "-"), "…": "..."})
_COLLAPSED = re.compile(r"\s*-[-\s]*|\s+|''+")
_ELLIPSIS = re.compile(r"\s*(?:[\[(]\s*(?:…|\.\s?\.\s?\.)\s*[\])]|…|\.\s?\.\s?\.(?:\s?\.)?|\[[^\]\n]{1,60}\])\s*")
_EDGE = " '"
_STOPS = ",.;:!?"
FARTHEST_PART = 3_000
"""Code points between two parts of a quotation with an omission, at most."""
MOST_PLACES = 5
_WORD = re.compile(r"[\w\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text in one spelling of white space, quotation marks and dashes.

    Attributes:
        text: the folded text.
        reading: the text as read (soft hyphens, ligatures and the like undone), which ``text`` was folded from.
    """

    text: str
    reading: ReadingText = field(repr=False)

    @classmethod
    def of(cls, text: str) -> FoldedText:
        """``text`` folded, in linear time; where its characters come from is looked up only by ``source``."""
        reading = reading_text(text)
        return cls(_COLLAPSED.sub(_shortest, reading.text.translate(_FOLDED)), reading)

    def find(self, folded: str, start: int = 0) -> Iterator[tuple[int, int]]:
        """Where ``folded`` stands as whole words, from ``start`` on; half-open ranges of ``text``."""
        position = self.text.find(folded, start)
        while position >= 0:
            end = position + len(folded)
            if _is_whole(self.text, position, end):
                yield position, end
            position = self.text.find(folded, position + 1)

    def source(self, ranges: Sequence[tuple[int, int]]) -> list[Span]:
        """The ranges of the original text that ranges of ``text`` were read from."""
        starts, ends = self._origins()
        return [self.reading.source_span(starts[start], ends[end - 1]) for start, end in ranges]

    def _origins(self) -> tuple[list[int], list[int]]:
        """For each character of ``text``, where in the reading what it stands for starts and ends."""
        spelled = self.reading.text
        translated = [(spelled[i].translate(_FOLDED), i) for i in range(len(spelled))]
        places = [i for piece, i in translated for _ in piece]
        long = "".join(piece for piece, _ in translated)
        starts: list[int] = []
        ends: list[int] = []
        position = 0
        for match in _COLLAPSED.finditer(long):
            starts += places[position : match.start()]
            ends += [place + 1 for place in places[position : match.start()]]
            inside = match.group()
            core = match.start() + len(inside) - len(inside.lstrip()) if inside.strip() else match.start()
            last = match.start() + len(inside.rstrip()) - 1 if inside.strip() else match.end() - 1
            starts.append(places[core])
            ends.append(places[last] + 1)
            position = match.end()
        starts += places[position:]
        ends += [place + 1 for place in places[position:]]
        return starts, ends


def _shortest(match: re.Match[str]) -> str:
    found = match.group()
    return "-" if "-" in found else "'" if "'" in found else " "


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether the range cuts no word in two."""
    cuts_before = start > 0 and _is_word(text[start - 1]) and _is_word(text[start])
    cuts_after = end < len(text) and _is_word(text[end]) and _is_word(text[end - 1])
    return not cuts_before and not cuts_after


def _is_word(character: str) -> bool:
    return _WORD.match(character) is not None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A quotation to look for.

    Attributes:
        whole: it folded, exactly as it stands in the draft.
        parts: it folded without the marks and stops at its edges, cut where something was left out or put in brackets.
    """

    whole: str
    parts: tuple[str, ...]

    @classmethod
    def of(cls, quotation: str) -> Wanted:
        """What to look for to find ``quotation``."""
        whole = FoldedText.of(quotation).text.strip(" ")
        pieces = [FoldedText.of(piece).text.strip(_EDGE) for piece in _ELLIPSIS.split(quotation)]
        trimmed = [piece.rstrip(_STOPS + _EDGE).lstrip(_STOPS + _EDGE) for piece in pieces]
        return cls(whole, tuple(piece for piece in trimmed if _WORD.search(piece)))


def find_verbatim(wanted: Wanted, article: FoldedText) -> list[list[Span]]:
    """Every occurrence of a quotation in an article, as the ranges of its parts; at most ``MOST_PLACES``."""
    if wanted.whole and (whole := list(_first(article.find(wanted.whole)))):
        return [[span] for span in article.source(whole)]
    if not wanted.parts:
        return []
    found: list[list[tuple[int, int]]] = []
    for first in _first(article.find(wanted.parts[0])):
        ranges = [first]
        for part in wanted.parts[1:]:
            following = next(article.find(part, ranges[-1][1]), None)
            if following is None or following[0] - ranges[-1][1] > FARTHEST_PART:
                break
            ranges.append(following)
        if len(ranges) == len(wanted.parts):
            found.append(ranges)
    return [article.source(ranges) for ranges in found]


def _first(found: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for _, place in zip(range(MOST_PLACES), found, strict=False):
        yield place
