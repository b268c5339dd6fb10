"""Where a line break ends a paragraph and where it is only a wrapped line.

A blank line always ends a paragraph. Copies of web pages have one paragraph per line, so a single line break ends one
too, unless the next line clearly goes on: mail and plain-text files wrap their lines at a fixed width.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.language.english.abbreviations import DANGLING
from rag.records import Span

BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""The characters ``str.splitlines`` breaks at."""

BULLET = re.compile(r"(?:[•‣⁃◦▪▫●○■□►▶➤➔→»·*+-]|[–—](?=\s\S+(?:\s\S+){0,7}\s*$))[ \t\u00a0\u202f]+(?=\S)")
"""A list marker; it is no part of the sentence after it. A dash counts before a short item only: else it is speech."""

LINE_BREAK = re.compile(f"[{BREAKS}]")
_LINE = re.compile(rf"[^{BREAKS}]+")
_HARD_BREAK = re.compile("[\f\x1c\x1d\x1e\u2029]")
_ENUMERATION = re.compile(r"(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)])[ \t\u00a0]+\S")
_TERMINAL = re.compile(r"[.!?…‼⁇⁈⁉؟۔।॥։።。！？｡．][\"'”’»›)\]}」』）】〉》“‘]*(?:[ \u00a0\u202f]»)?(?:\[\d{1,3}\])*$")
_TERMINAL_TAIL = 24
_CUT_WORD = re.compile(r"[^\W\d_][-\u00ad\u2010]$")

COLUMN_NARROWEST = 20
WRAP_NARROWEST = 40
WRAP_WIDEST = 120
"""Widths, in characters, at which plain text is commonly wrapped (mail: 72 to 78; editors: 80, 100, 120), and the
narrowest column of a newspaper page; a column that is narrower than ``WRAP_NARROWEST`` has to have three lines."""
_WRAPPED_SHARE = 1 / 3
"""Share of a wrapped block's lines that continue in lower case; below it the lines are a list."""


def ends_like_a_sentence(line: str) -> bool:
    """Whether ``line`` ends in a full stop, question mark or the like, closing quotes and brackets aside."""
    return _TERMINAL.search(line[-_TERMINAL_TAIL:].rstrip()) is not None


def lies_alone(text: str, span: Span) -> bool:
    """Whether ``span`` fills its line or lines: nothing but white space stands before or after it on them."""
    before, after = span.start - 1, span.end
    while before >= 0 and text[before] not in BREAKS:
        if not text[before].isspace():
            return False
        before -= 1
    while after < len(text) and text[after] not in BREAKS:
        if not text[after].isspace():
            return False
        after += 1
    return True


def lines_of(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """The lines of ``text[start:end]`` that hold something, without surrounding whitespace, in order."""
    for match in _LINE.finditer(text, start, len(text) if end is None else end):
        line = match.group()
        stripped = line.strip()
        if stripped:
            first = match.start() + len(line) - len(line.lstrip())
            yield Span(first, first + len(stripped))


def find_paragraphs(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """The paragraphs of ``text[start:end]``: trimmed, list markers left out, in order.

    Args:
        text: any text; nothing is changed or copied.
        start: first code point to look at.
        end: one past the last.
    """
    block: list[Span] = []
    for line in lines_of(text, start, end):
        if block and _is_hard(text[block[-1].end : line.start]):
            yield from _paragraphs_of_block(text, block)
            block = []
        block.append(line)
    if block:
        yield from _paragraphs_of_block(text, block)


def _is_hard(gap: str) -> bool:
    """Whether the white space between two lines holds a blank line or a page break."""
    breaks = gap.count("\n") or sum(gap.count(character) for character in BREAKS)
    if gap.count("\r") > breaks:
        breaks = gap.count("\r")
    return breaks > 1 or _HARD_BREAK.search(gap) is not None


def _paragraphs_of_block(text: str, lines: Sequence[Span]) -> Iterator[Span]:
    if len(lines) == 1:
        yield from _without_bullet(text, lines[0].start, lines[0].end)
        return
    width = max(len(line) for line in lines)
    narrowest = COLUMN_NARROWEST if len(lines) > 2 else WRAP_NARROWEST
    wrapped = narrowest <= width <= WRAP_WIDEST and _is_wrapped(text, lines, width)
    first = lines[0].start
    for before, after in pairwise(lines):
        if not _continues(text, before, after, width if wrapped else None, opens=before is lines[0]):
            yield from _without_bullet(text, first, before.end)
            first = after.start
    yield from _without_bullet(text, first, lines[-1].end)


def _without_bullet(text: str, start: int, end: int) -> Iterator[Span]:
    marker = BULLET.match(text, start, min(end, start + 400))
    yield Span(marker.end() if marker else start, end)


def _first_word(text: str, line: Span) -> str:
    return text[line.start : min(line.end, line.start + WRAP_WIDEST)].split(maxsplit=1)[0]


def _is_full(text: str, before: Span, after: Span, width: int) -> bool:
    """Whether the first word of ``after`` would not have fitted at the end of ``before``."""
    return len(before) + 1 + len(_first_word(text, after)) > width


def _is_wrapped(text: str, lines: Sequence[Span], width: int) -> bool:
    """Whether a block of lines is prose wrapped at ``width``: each line is full or ends a sentence; the first may be
    a heading."""
    continued = 0
    for number, (before, after) in enumerate(pairwise(lines)):
        if text[after.start].islower():
            continued += 1
        full = _is_full(text, before, after, width)
        if not full and number and not ends_like_a_sentence(before.of(text)):
            return False
    return continued >= (len(lines) - 1) * _WRAPPED_SHARE


def _continues(text: str, before: Span, after: Span, width: int | None, *, opens: bool) -> bool:
    """Whether the line ``after`` goes on with the sentence or paragraph of ``before``; ``width`` if wrapped.

    Args:
        opens: ``before`` is the first line of its block, which may be a heading.
    """
    if BULLET.match(text, after.start, after.end):
        return False
    line = text[max(before.start, before.end - WRAP_WIDEST) : before.end]
    full = width is not None and _is_full(text, before, after, width)
    if ends_like_a_sentence(line):
        return full
    if line[-1] == ":" or (_ENUMERATION.match(text, after.start, after.end) and not full):
        return full and text[after.start].islower()
    if line[-1] in ",;–—(&/" or (_CUT_WORD.search(line) and text[after.start].islower()):
        return True
    long_enough = len(before) >= WRAP_NARROWEST
    if text[after.start].islower():
        return long_enough or full
    if long_enough and line.rsplit(maxsplit=1)[-1] in DANGLING:
        return True
    return full and not (opens and _is_title_case(line))


def _is_title_case(line: str) -> bool:
    """Whether most longer words are capitalised, as in a headline."""
    longer = [word for word in line.split() if len(word) > 3 and word[0].isalpha()]
    return bool(longer) and sum(word[0].isupper() for word in longer) >= 0.75 * len(longer)
