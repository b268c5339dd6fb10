"""Lines to paragraphs: which line goes on with the one before it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag.ingest.pdf.glyphs import Line
from rag.language.paragraphs import BULLET, ends_like_a_sentence

_CERTAIN_BULLET = re.compile(r"[•‣⁃◦▪▫●○■□►▶➤]\s*\S")
_ITEM = re.compile(r"(?:\(?\d{1,3}[.)]|\(?[a-z]\)|\[\d{1,3}\])\s")
_LEADERS = re.compile(r"(?:\.[ \t]?){5,}[ \t]*(?:\d{1,4}|[ivxlc]{1,6})$", re.IGNORECASE)
"""Dots that lead to a page's number."""
_SAME_SIZE = 1.12
_LEADING = (0.8, 3.0)
"""Multiples of the font's size between which a distance of lines may be that of running text."""
_COMMON_LEADING = 1.2
_PARAGRAPH_GAP = 1.25
"""Multiple of the usual distance of lines from which a paragraph has ended."""
_INDENT = 0.8
_HEADING_SIZE = 1.15
"""Multiple of the body's font size from which type is a heading's."""
_LONGEST_HEADING = 200
_MOST_HEADING_LINES = 4


@dataclass(slots=True)
class Paragraph:
    """Consecutive lines that belong together.

    Attributes:
        breaks: numbers of the lines before which the line break is kept, as in lists, addresses and tables.
        is_heading: whether it stands out as a heading does.
        is_contents: whether it belongs to a table of contents.
    """

    lines: list[Line]
    breaks: set[int] = field(default_factory=set)
    is_heading: bool = False
    is_contents: bool = False

    @property
    def size(self) -> float:
        """The largest font size in it."""
        return max(line.size for line in self.lines)

    @property
    def text(self) -> str:
        """Its words, for looking at them."""
        return " ".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Style:
    """How a document is set.

    Attributes:
        body: font size of most of its characters.
        is_bold: whether most of it is bold.
        leading: usual distance of lines, in font sizes.
    """

    body: float
    is_bold: bool
    leading: float

    @classmethod
    def of(cls, pages: Iterable[Sequence[Line]]) -> Style:
        """The style of a document's lines."""
        sizes: Counter[float] = Counter()
        bold = 0
        leadings: Counter[float] = Counter()
        for lines in pages:
            for line in lines:
                sizes[round(line.size, 1)] += len(line.glyphs)
                bold += len(line.glyphs) if line.is_bold else 0
            for before, after in pairwise(lines):
                leading = (after.base - before.base) / after.size
                if _LEADING[0] <= leading <= _LEADING[1] and _is_same_size(before, after):
                    leadings[round(leading, 1)] += 1
        if not sizes:
            return cls(10.0, False, _COMMON_LEADING)
        body = max(sizes, key=lambda size: (sizes[size], -size))
        usual = max(leadings, key=lambda leading: (leadings[leading], -leading)) if leadings else _COMMON_LEADING
        return cls(body, 2 * bold > sum(sizes.values()), usual)


def split_paragraphs(lines: Sequence[Line], style: Style) -> list[Paragraph]:
    """The paragraphs of one page's running lines, in the order given."""
    paragraphs: list[Paragraph] = []
    for line in lines:
        current = paragraphs[-1] if paragraphs else None
        kind = _joint(current, line, style) if current else "new"
        if current is None or kind == "new":
            paragraphs.append(Paragraph([line]))
        else:
            if kind == "break":
                current.breaks.add(len(current.lines))
            current.lines.append(line)
    for paragraph in paragraphs:
        paragraph.is_contents = all(map(_is_entry, paragraph.lines))
        paragraph.is_heading = not paragraph.is_contents and _is_heading(paragraph, style)
    return paragraphs


def goes_on(before: Paragraph, after: Paragraph) -> bool:
    """Whether ``after``, at the top of the next page or column, goes on with the sentence of ``before``."""
    last, first = before.lines[-1], after.lines[0]
    if before.is_heading or after.is_heading or last.is_row or first.is_row or not _is_same_size(last, first):
        return False
    if last.is_hyphenated:
        return True
    text = first.text
    if ends_like_a_sentence(last.text) or last.text.endswith(":") or _starts_an_item(text):
        return False
    if text[0].islower() or last.text[-1] in ",;–—(&/":
        return True
    widest = max(line.right for line in before.lines)
    return len(before.lines) > 1 and last.right + first.first_word_width > widest


def _joint(paragraph: Paragraph, line: Line, style: Style) -> str:
    """How ``line`` follows: "soft" within the paragraph, "break" on a line of its own in it, or "new"."""
    last = paragraph.lines[-1]
    down = line.base - last.base
    near = 0 < down <= style.leading * _PARAGRAPH_GAP * line.size
    if _is_entry(line) or _is_entry(last):
        return "break" if _is_entry(line) and _is_entry(last) and near else "new"
    if line.is_row or last.is_row:
        return "break" if line.is_row and last.is_row and near else "new"
    if not _is_same_size(last, line) or line.is_bold != last.is_bold:
        return "new"
    if down <= 0 or down > 20 * line.size:
        return "soft" if goes_on(Paragraph(paragraph.lines), Paragraph([line])) else "new"
    if down > style.leading * _PARAGRAPH_GAP * line.size and not last.is_hyphenated:
        return "new"
    if line.left > max(one.right for one in paragraph.lines) or line.right < min(one.left for one in paragraph.lines):
        return "soft" if goes_on(Paragraph(paragraph.lines), Paragraph([line])) else "new"
    if last.is_hyphenated:
        return "soft"
    return _joint_below(paragraph, line)


def _joint_below(paragraph: Paragraph, line: Line) -> str:
    """The same for a line close below in the same type."""
    last = paragraph.lines[-1]
    text = line.text
    complete = ends_like_a_sentence(last.text)
    column = max(line.right, *(one.right for one in paragraph.lines))
    room = column - last.right - line.first_word_width
    is_full = room < line.size
    if _CERTAIN_BULLET.match(text):
        return "break"
    if _starts_an_item(text) and (complete or not is_full or _starts_an_item(paragraph.lines[0].text)):
        return "break"
    shift = line.left - last.left
    if shift > _INDENT * line.size:
        begins = len(paragraph.lines) == 1 or len(paragraph.lines) - 1 in paragraph.breaks
        is_hanging = begins and (_starts_an_item(last.text) or not complete)
        return "soft" if is_hanging or (is_full and not complete) else "new"
    if shift < -_INDENT * line.size and len(paragraph.lines) > 1 and (complete or not is_full):
        return "new"
    if is_full or (text[0].islower() and not complete):
        return "soft"
    return "break"


def _is_heading(paragraph: Paragraph, style: Style) -> bool:
    text = paragraph.text
    if len(paragraph.lines) > _MOST_HEADING_LINES or len(text) > _LONGEST_HEADING or paragraph.lines[0].is_row:
        return False
    if not any(character.isalpha() for character in text) or BULLET.match(text):
        return False
    if min(line.size for line in paragraph.lines) >= _HEADING_SIZE * style.body:
        return True
    bold = all(line.is_bold for line in paragraph.lines) and not style.is_bold
    return bold and not ends_like_a_sentence(text) and paragraph.size >= style.body / _SAME_SIZE


def _is_same_size(one: Line, other: Line) -> bool:
    return 1 / _SAME_SIZE <= one.size / other.size <= _SAME_SIZE


def _is_entry(line: Line) -> bool:
    return _LEADERS.search(line.text) is not None


def _starts_an_item(text: str) -> bool:
    return BULLET.match(text) is not None or _ITEM.match(text) is not None
