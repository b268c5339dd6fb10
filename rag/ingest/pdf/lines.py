"""Lines as they are printed: raised marks, drop caps, letters drawn twice, the values of a form's fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from rag.ingest.formats.raised import lowered, raised
from rag.ingest.pdf.glyphs import HYPHENS, Glyph, Line

_SMALL = 0.85
"""Share of the line's font size below which a character may be raised or lowered."""
_SHIFT = (0.08, 0.75)
"""Shares of the line's font size by which such a character stands above or below it."""
_BESIDE = (-0.5, 1.0)
"""Gaps, in font sizes, between characters that follow each other on a line."""
_SAME_BASE = 0.2
_OTHER_LINE = 0.9
_DROP_CAP = 1.8
"""Multiple of the text's font size from which a lone capital letter begins its paragraph."""
_SAME_PLACE = 2.0
"""Points by which a line that is drawn again may stand beside the first."""


def line_size(glyphs: Sequence[Glyph]) -> float:
    """The font size of most of the glyphs."""
    sizes = [glyph.size for glyph in glyphs if glyph.size]
    return median(sizes) if sizes else 1.0


def as_line(glyphs: Sequence[Glyph], is_bold: bool, is_hyphenated: bool) -> Line:
    """A line of ``glyphs``; a hyphen at their end that may cut a word is taken off."""
    if not is_hyphenated and len(glyphs) > 1 and glyphs[-1].text in HYPHENS and glyphs[-2].text.isalnum():
        is_hyphenated = True
        glyphs = glyphs[:-1]
    size = line_size(glyphs)
    bases = [glyph.base for glyph in glyphs if glyph.size >= _SMALL * size]
    return Line(tuple(glyphs), bases[0] if bases else glyphs[0].base, size, is_bold, is_hyphenated)


def goes_on_beside(run: Sequence[Glyph], glyph: Glyph) -> bool:
    """Whether ``glyph`` stands right beside the end of ``run``, on the same line or shifted as a note mark is."""
    seen = [one for one in run[-12:] if one.size]
    if not seen:
        return False
    last = seen[-1]
    size = max(last.size, glyph.size)
    if not _BESIDE[0] * size < glyph.left - last.right < _BESIDE[1] * size:
        return False
    if abs(glyph.base - last.base) < _SAME_BASE * size and _SMALL < glyph.size / last.size < 1 / _SMALL:
        return True
    if glyph.size < _SMALL * last.size:
        return _SHIFT[0] * size < abs(glyph.base - last.base) < _SHIFT[1] * size
    level = [one for one in seen if one.size > _SMALL * glyph.size]
    return last.size < _SMALL * glyph.size and bool(level) and abs(glyph.base - level[-1].base) < _SAME_BASE * size


def is_elsewhere(run: Sequence[Glyph], glyph: Glyph) -> bool:
    """Whether ``glyph``, which PDFium puts on the line of ``run``, stands on another one."""
    last = next((one for one in reversed(run) if one.size), None)
    if last is None or not glyph.size:
        return False
    return abs(glyph.base - last.base) > _OTHER_LINE * max(glyph.size, last.size)


def with_marks(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """``glyphs`` with raised and lowered characters written so that they do not run into the word before them."""
    size = line_size(glyphs)
    if all(not glyph.size or glyph.size >= _SMALL * size for glyph in glyphs):
        return list(glyphs)
    level = [glyph.base for glyph in glyphs if glyph.size >= _SMALL * size]
    base = median(level) if level else glyphs[0].base
    written: list[Glyph] = []
    start = 0
    while start < len(glyphs):
        shift = _shift(glyphs[start], size, base)
        end = start + 1
        while end < len(glyphs) and shift and _shift(glyphs[end], size, base) == shift:
            end += 1
        part = glyphs[start:end]
        if shift:
            before = "".join(glyph.text for glyph in written[-40:])
            content = "".join(glyph.text for glyph in part)
            after = "".join(glyph.text for glyph in glyphs[end : end + 10])
            part = _rewritten(part, raised(before, content, after) if shift > 0 else lowered(before, content))
        written += part
        start = end
    return written


def _shift(glyph: Glyph, size: float, base: float) -> int:
    """1 for a raised character, -1 for a lowered one, else 0."""
    if not glyph.size or glyph.size >= _SMALL * size:
        return 0
    up = (base - glyph.base) / size
    return 0 if abs(up) < _SHIFT[0] or abs(up) > _SHIFT[1] else (1 if up > 0 else -1)


def _rewritten(part: Sequence[Glyph], text: str) -> list[Glyph]:
    content = "".join(glyph.text for glyph in part)
    place = text.find(content)
    if place < 0:
        if len(text) != len(part):
            return list(part)
        return [replace(glyph, text=character) for glyph, character in zip(part, text, strict=True)]
    first, last = part[0], part[-1]
    put_in = [replace(first, text=character, index=-1, right=first.left) for character in text[:place]]
    return [
        *put_in,
        *part,
        *(replace(last, text=character, index=-1, left=last.right) for character in text[place + len(content) :]),
    ]


def without_doubles(lines: Sequence[Line]) -> list[Line]:
    """``lines`` without those that are drawn a second time over the first, as programs do to make type bold."""
    single: list[Line] = []
    for line in lines:
        is_double = any(
            abs(line.base - other.base) < _SAME_PLACE
            and abs(line.left - other.left) < _SAME_PLACE
            and line.text == other.text
            for other in single[-4:]
        )
        if not is_double:
            single.append(line)
    return single


def with_drop_caps(lines: Sequence[Line]) -> list[Line]:
    """``lines`` with large initials put back to the word that they begin."""
    joined: list[Line] = []
    waiting: Line | None = None
    for line in lines:
        if waiting is not None:
            if _is_drop_cap(waiting, line):
                line = replace(line, glyphs=(*waiting.glyphs, *line.glyphs))
            else:
                joined.append(waiting)
            waiting = None
        if len(line.glyphs) == 1 and line.text.isupper():
            waiting = line
        else:
            joined.append(line)
    return [*joined, waiting] if waiting is not None else joined


def _is_drop_cap(capital: Line, line: Line) -> bool:
    glyph = line.glyphs[0]
    return (
        capital.size > _DROP_CAP * line.size
        and glyph.text.isalpha()
        and _BESIDE[0] * line.size < line.left - capital.right < _BESIDE[1] * line.size
        and capital.glyphs[0].top < line.base <= capital.base + line.size
    )


def with_values(lines: Sequence[Line], values: Sequence[Line]) -> list[Line]:
    """``lines`` with each field's value behind what stands on its left, else before what stands below it."""
    placed = list(lines)
    for value in values:
        beside = [
            number
            for number, line in enumerate(placed)
            if abs(line.base - value.base) < 0.7 * max(line.size, value.size) and line.left < value.left
        ]
        below = next((number for number, line in enumerate(placed) if line.base > value.base), len(placed))
        placed.insert(beside[-1] + 1 if beside else below, value)
    return placed
