"""Text for a terminal: harmless whatever an article holds, wrapped to the width, styled only where styles show."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

MARK_START, MARK_END = "\ue000", "\ue001"
"""Private-use characters that stand around a marked span until the line is styled; ``visible`` lets none through."""

WIDEST = 100
"""Columns of running text, however wide the terminal: longer lines are hard to read."""

# What a terminal would obey instead of show: C0 and C1 controls, bidirectional overrides and isolates (Unicode UAX 9),
# line and paragraph separators, and the two characters this module itself uses.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ue000\ue001]")
_STYLES = {"bold": "\x1b[1m", "dim": "\x1b[2m", "mark": "\x1b[1;7m", "red": "\x1b[31m", "yellow": "\x1b[33m"}
_RESET = "\x1b[0m"


def visible(text: str) -> str:
    """``text`` on one line, with every character that would steer the terminal replaced by a picture of it."""
    return _UNSAFE.sub(lambda match: _picture(match[0], keep=""), text)


def visible_lines(text: str) -> str:
    """As ``visible``, but line breaks and tabs stay."""
    return _UNSAFE.sub(lambda match: _picture(match[0], keep="\n\t"), text.replace("\r\n", "\n"))


def _picture(character: str, *, keep: str) -> str:
    if character in keep:
        return character
    if character in "\t\n\r\u2028\u2029":
        return " "
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)  # the block of control pictures
    if code == 0x7F:
        return "\u2421"
    return f"<U+{code:04X}>"


def columns(text: str) -> int:
    """How many terminal columns ``text`` takes: two for East Asian wide, none for combining marks and our own marks."""
    return sum(_columns_of(character) for character in text)


def _columns_of(character: str) -> int:
    if character in MARK_START + MARK_END or unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, width: int) -> str:
    """``text`` shortened to at most ``width`` columns, with an ellipsis where something is missing."""
    if columns(text) <= width:
        return text
    kept = ""
    for character in text:
        if columns(kept + character) > width - 1:
            break
        kept += character
    return kept.rstrip() + "…"


def marked(text: str, start: int, end: int) -> str:
    """``text`` on one line with the range ``[start, end)`` marked; the marks are styled later by ``Terminal.fill``."""
    start, end = max(0, min(start, len(text))), max(0, min(end, len(text)))
    if start >= end:
        return visible(text)
    return f"{visible(text[:start])}{MARK_START}{visible(text[start:end])}{MARK_END}{visible(text[end:])}"


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where human output goes.

    Attributes:
        width: columns to wrap to, or None to leave lines whole (a file or another program reads them).
        styled: whether bold and colours are shown.
    """

    width: int | None = None
    styled: bool = False

    @classmethod
    def of(cls, stream: TextIO) -> Terminal:
        """The terminal behind ``stream``; NO_COLOR (no-color.org) and TERM=dumb turn styles off."""
        if not stream.isatty():
            return cls()
        styled = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return cls(width=max(20, min(shutil.get_terminal_size().columns, WIDEST)), styled=styled)

    def style(self, name: str, text: str) -> str:
        """``text`` in the style "bold", "dim", "mark", "red" or "yellow", where styles show."""
        return f"{_STYLES[name]}{text}{_RESET}" if self.styled and text else text

    def fill(self, text: str, *, indent: str = "") -> str:
        """One paragraph, wrapped and indented, its marked span styled (or in »…«). White space is collapsed."""
        words = text.split()
        if self.width is None:
            return self.show_marks(indent + " ".join(words))
        lines: list[str] = []
        line = ""
        for word in words:
            longer = f"{line} {word}" if line else word
            if line and columns(indent + longer) > self.width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
        return self.show_marks("\n".join(indent + line for line in lines))

    def show_marks(self, text: str) -> str:
        """``text`` with what ``MARK_START`` and ``MARK_END`` enclose styled, or in »…« where styles do not show."""
        if not self.styled:
            return text.replace(MARK_START, "»").replace(MARK_END, "«")
        before, start, rest = text.partition(MARK_START)
        if not start:
            return text
        inside, _, after = rest.partition(MARK_END)
        # Each line is styled on its own, so that the indent of the next one is not.
        styled = re.sub(r"(?m)^( *)(.+)$", lambda match: match[1] + self.style("mark", match[2]), inside)
        return before + styled + self.show_marks(after)

    def table(self, header: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, shrink: int) -> str:
        """Aligned columns; where the terminal is too narrow, the column number ``shrink`` is cut."""
        widths = [max(columns(row[index]) for row in [header, *rows]) for index in range(len(header))]
        if self.width is not None:
            others = sum(widths) - widths[shrink] + 2 * (len(widths) - 1)
            widths[shrink] = max(10, min(widths[shrink], self.width - others))
        lines = []
        for row in [header, *rows]:
            cells = (cut(cell, width) for cell, width in zip(row, widths, strict=True))
            padded = (cell + " " * (width - columns(cell)) for cell, width in zip(cells, widths, strict=True))
            lines.append("  ".join(padded).rstrip())
        lines[0] = self.style("bold", lines[0])
        return "\n".join(lines)
