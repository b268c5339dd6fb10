"""A file's properties: which titles, authors and days somebody stated, and which a program put there."""

from __future__ import annotations

import re

from rag.ingest.formats.metadata import iso_date, one_line

_FIRST_YEAR = "1984"
"""Earlier days are wrong clocks or a format's own beginning of time."""
_NO_TITLE = re.compile(
    r"(?:untitled|title|document|dokument|unnamed|no title|slide|page|print|layout|presentation|powerpoint presentation"
    r"|word document|microsoft (?:word|powerpoint))\b[\W\d]{0,8}|microsoft (?:word|powerpoint|excel) - .*"
    r"|.*\.(?:docx?|odt|rtf|tex|dvi|indd|qxd|pptx?|xlsx?|pdf|html?)|\W*|[\d\W]+|(?:https?|file):.*|about:blank",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"(?:admin(?:istrator)?|user|owner|unknown|author|anonymous|python-docx|microsoft office user|\W*)", re.IGNORECASE
)


def stated_title(value: str | None) -> str | None:
    """The title that somebody gave a file, or None."""
    return _stated(value, _NO_TITLE)


def stated_author(value: str | None) -> str | None:
    """Who wrote a file, or None for the names that programs fill in."""
    return _stated(value, _NO_AUTHOR)


def stated_day(value: str | None) -> str | None:
    """The ISO date of a file's making, or None for one that no file can have."""
    day = iso_date(value)
    return day if day is not None and day >= _FIRST_YEAR else None


def _stated(value: str | None, meaningless: re.Pattern[str]) -> str | None:
    text = one_line(value)
    return None if text is None or meaningless.fullmatch(text) else text
