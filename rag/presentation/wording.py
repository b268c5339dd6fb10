"""Numbers, shares and days as people read them."""

from __future__ import annotations

from datetime import date, datetime


def counted(number: int, noun: str = "question") -> str:
    """``1 article``, ``1,204 articles``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def percent(share: float | None) -> str:
    """A share of 0 to 1 as a whole percentage, a dash for None; only certainty itself is written as 0 or 100."""
    if share is None:
        return "–"
    rounded = round(share * 100)
    if 0 < share < 1:
        rounded = min(99, max(1, rounded))
    return f"{rounded}\u202f%"


def date_text(published: str | None) -> str:
    """``16 Aug 2025`` for ``2025-08-16``; other values as they are, nothing for None."""
    try:
        day = date.fromisoformat(published or "")
    except ValueError:
        return published or ""
    return f"{day.day} {day:%b} {day.year}"


def moment(time: str) -> str:
    """An ISO time as ``22 Nov 2026, 14:05`` in this machine's time zone; other values as they are."""
    try:
        local = datetime.fromisoformat(time).astimezone()
    except ValueError:
        return time
    return f"{date_text(local.date().isoformat())}, {local:%H:%M}"
