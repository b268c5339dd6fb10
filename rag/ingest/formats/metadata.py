"""Titles, names and dates as files state them, made fit for one line."""

from __future__ import annotations

import re
from datetime import date

from rag.language.english.dates import MONTH_NUMBERS
from rag.language.reading_text import printed

LONGEST = 300
"""Characters kept of a title or a name; longer ones are not titles."""

_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile("[\ud800-\udfff]")

_YEAR_FIRST = re.compile(r"\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})(?!\d)")
_DAY_MONTH = re.compile(r"(?<![\d.])(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([A-Za-z]{3,9})\.?,?\s+(\d{4})(?!\d)")
_MONTH_DAY = re.compile(r"\b([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_DOTTED = re.compile(r"\s*(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)")
_SLASHED = re.compile(r"\s*(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")


def one_line(value: str | None) -> str | None:
    """``value`` without control characters, white space collapsed, at most ``LONGEST`` characters; None if empty."""
    if value is None:
        return None
    text = " ".join(_SURROGATE.sub("\ufffd", printed(_UNSHOWABLE.sub(" ", value[: LONGEST * 8]))).split())
    if len(text) > LONGEST:
        text = text[: LONGEST - 1].rstrip() + "…"
    return text or None


def iso_date(value: str | None) -> str | None:
    """The ISO 8601 date in ``value``, or None when it names no single day beyond doubt.

    Understood: ``2025-08-16`` with or without a time, ``2025/8/16``, ``20250816``, ``16 August 2025``,
    ``August 16, 2025``, ``16.8.2025``, and ``16/8/2025`` when one number cannot be a month.
    """
    if not value:
        return None
    value = value[:200]
    for pattern in (_YEAR_FIRST, _COMPACT):
        if match := pattern.match(value):
            return _checked(int(match[1]), int(match[2]), int(match[3]))
    if match := _DOTTED.match(value):
        return _checked(int(match[3]), int(match[2]), int(match[1]))
    if match := _SLASHED.match(value):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        if first > 12 or first == second:
            return _checked(year, second, first)
        return _checked(year, first, second) if second > 12 else None
    for match in _DAY_MONTH.finditer(value):
        if match[2].lower() in MONTH_NUMBERS:
            return _checked(int(match[3]), MONTH_NUMBERS[match[2].lower()], int(match[1]))
    for match in _MONTH_DAY.finditer(value):
        if match[1].lower() in MONTH_NUMBERS:
            return _checked(int(match[3]), MONTH_NUMBERS[match[1].lower()], int(match[2]))
    return None


def _checked(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
