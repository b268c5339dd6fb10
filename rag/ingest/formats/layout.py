"""Blocks of text put one under the other, with the ranges of the headings among them."""

from __future__ import annotations

import re

from rag.language.reading_text import printed
from rag.records import Span

_SPACES = re.compile(r"[ \t\r\n\f\v]+")


def collapse(text: str) -> str:
    """``text`` on one line as a browser shows it: runs of ordinary white space are one space, other spaces stay."""
    return _SPACES.sub(" ", text).strip(" ")


class Layout:
    """Collects blocks; the text has an empty line between blocks and none between the lines of a list or table."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[Span] = []

    def add(self, text: str, *, heading: bool = False, tight: bool = False) -> None:
        """Append a block; white space around it is dropped, an empty one is ignored.

        Args:
            text: the block; may have several lines.
            heading: whether it is a heading.
            tight: whether it follows the block before without an empty line.
        """
        text = printed(text).strip("\r\n").rstrip()
        if not text.strip():
            return
        if self._parts:
            gap = "\n" if tight else "\n\n"
            self._parts.append(gap)
            self._length += len(gap)
        if heading:
            text = text.strip()
            self._headings.append(Span(self._length, self._length + len(text)))
        self._parts.append(text)
        self._length += len(text)

    def __len__(self) -> int:
        return self._length

    @property
    def text(self) -> str:
        """Everything added so far."""
        return "".join(self._parts)

    @property
    def headings(self) -> tuple[Span, ...]:
        """The headings' ranges in ``text``, in order."""
        return tuple(self._headings)

    @property
    def first_heading(self) -> str | None:
        """The first heading, for files that state no title."""
        return self._headings[0].of(self.text) if self._headings else None
