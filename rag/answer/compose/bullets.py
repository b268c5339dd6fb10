"""Bulleted lists: the items around a line, and the line that leads to them."""

from __future__ import annotations

from itertools import pairwise

from rag.language.paragraphs import BULLET, lines_of
from rag.records import Span

MOST_ITEMS = 40
FURTHEST = 4000
"""Code points around a line within which the other lines of its list are looked for."""


def led_lists(text: str, within: Span) -> list[tuple[Span, tuple[Span, ...]]]:
    """Each bulleted list of which the line that leads to it with a colon lies in ``within``, with that line."""
    lines = list(lines_of(text, within.start, min(len(text), within.end + FURTHEST)))
    lists: list[tuple[Span, tuple[Span, ...]]] = []
    for line, following in pairwise(lines):
        is_lead = line.of(text).rstrip().endswith(":") and line.start < within.end
        if is_lead and len(items := bulleted(text, following)) > 1:
            lists.append((line, items))
    return lists


def bulleted(text: str, span: Span) -> tuple[Span, ...]:
    """The items of the bulleted list in whose line ``span`` stands, without their bullets; empty when in none."""
    around = max(0, span.start - FURTHEST)
    lines = list(lines_of(text, around, min(len(text), span.end + FURTHEST)))
    at = next((number for number, line in enumerate(lines) if line.contains(span)), None)
    if at is None or (mark := _bullet(text, lines[at])) is None:
        return ()
    first = last = at
    while first > 0 and _bullet(text, lines[first - 1]) == mark and lines[first - 1].start > around:
        first -= 1
    while last + 1 < len(lines) and _bullet(text, lines[last + 1]) == mark:
        last += 1
    items = []
    for line in lines[first : last + 1]:
        match = BULLET.match(text, line.start)
        start = match.end() if match else line.start
        end = line.end
        while end > start and text[end - 1] in " \t,;.":
            end -= 1
        if start < end:
            items.append(Span(start, end))
    return tuple(items[:MOST_ITEMS])


def _bullet(text: str, line: Span) -> str | None:
    match = BULLET.match(text, line.start)
    return match.group().strip() if match and match.end() < line.end else None
