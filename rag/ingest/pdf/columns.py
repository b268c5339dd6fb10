"""The reading order of a page whose lines stand beside each other: tables row by row, columns one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from rag.ingest.pdf.glyphs import Glyph, Line
from rag.ingest.pdf.lines import as_line

_COLUMN_ROWS = 4
"""Lines of a column from which it is one."""
_COLUMN_LINE = 18
"""Mean characters of a column's lines; those of a table's cells are fewer."""
_GUTTER = 0.45
"""Least width, in font sizes, of what is between columns; a space between words has about 0.3."""
_WIDER = 1.6
"""Multiple of the page's usual space between words that a gutter has at least; type of one width has wide spaces."""
_ALIGNED = 1.5
"""Points by which the beginnings of a column's lines may differ."""
_EDGES = 12
"""Left edges, the most frequent ones, that are tried as the beginning of a column."""
_MIXED = 3
"""Times that the file changes from one column to the next and back from which it draws them row by row."""
_TAB = Glyph("\t", -1, 0.0, 0.0, 0.0, 0.0)
"""Stands between two cells; it is nowhere on the page."""


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """Cells of one row become one line; where columns were drawn row by row, the left one is read first."""
    ordered: list[Line] = []
    spaces = [gap for line in lines for gap in _spaces(line)]
    gutter = max(_GUTTER, _WIDER * median(spaces)) if spaces else _GUTTER
    for part in _columns(list(lines), gutter, depth=0):
        ordered += [_as_row(row) for row in _rows(part)]
    return ordered


def _columns(lines: list[Line], gutter: float, depth: int) -> Iterator[list[Line]]:
    """Parts of a page, each to be read from its first line to its last."""
    found = _find_columns(lines, gutter) if depth < 6 else None
    if found is None:
        yield lines
        return
    yield from _columns(lines[: found.start], gutter, depth + 1)
    yield from _columns(found.left, gutter, depth + 1)
    yield from _columns(found.right, gutter, depth + 1)
    yield from _columns(lines[found.end :], gutter, depth + 1)


@dataclass(slots=True)
class _Columns:
    """The lines from ``start`` to ``end``, cut into what stands left and right of a gutter."""

    start: int
    end: int
    left: list[Line]
    right: list[Line]


def _find_columns(lines: Sequence[Line], gutter: float) -> _Columns | None:
    """The largest part of the lines that is two columns drawn row by row."""
    edges: Counter[int] = Counter()
    for line in lines:
        edges.update({round(line.left), *(round(left) for left, _ in _gaps(line, gutter))})
    best: _Columns | None = None
    for edge, times in edges.most_common(_EDGES):
        if times < _COLUMN_ROWS:
            break
        for found in _parts_at(lines, edge, gutter):
            if best is None or found.end - found.start > best.end - best.start:
                best = found
    return best


def _gaps(line: Line, gutter: float) -> Iterator[tuple[float, int]]:
    """Where a line goes on after a gap that may be a gutter: the left edge, and the glyph's number."""
    last: Glyph | None = None
    for number, glyph in enumerate(line.glyphs):
        if glyph.size:
            if last is not None and glyph.left - last.right > gutter * line.size:
                yield glyph.left, number
            last = glyph


def _spaces(line: Line) -> Iterator[float]:
    """The widths of a line's spaces, in font sizes."""
    last: Glyph | None = None
    is_apart = False
    for glyph in line.glyphs:
        if glyph.size and last is not None and is_apart:
            yield (glyph.left - last.right) / line.size
        is_apart = not glyph.size
        last = glyph if glyph.size else last


def _parts_at(lines: Sequence[Line], edge: float, gutter: float) -> Iterator[_Columns]:
    """Runs of lines none of which reaches over the gutter before ``edge``, if they are columns drawn row by row."""
    start = 0
    left: list[Line] = []
    right: list[Line] = []
    changes, aligned, was_right = 0, 0, False
    for number in range(len(lines) + 1):
        parts = _cut(lines[number], edge, gutter) if number < len(lines) else None
        if parts is None:
            if changes >= _MIXED and 2 * aligned >= len(right) and _is_column(left) and _is_column(right):
                yield _Columns(start, number, left, right)
            start, left, right, changes, aligned, was_right = number + 1, [], [], 0, 0, False
            continue
        before, after = parts
        if before is not None:
            changes += was_right
            was_right = False
            left.append(before)
        if after is not None:
            aligned += abs(after.left - edge) <= _ALIGNED
            was_right = True
            right.append(after)


def _is_column(lines: Sequence[Line]) -> bool:
    return len(lines) >= _COLUMN_ROWS and sum(len(line.glyphs) for line in lines) >= _COLUMN_LINE * len(lines)


def _cut(line: Line, edge: float, gutter: float) -> tuple[Line | None, Line | None] | None:
    """What of a line stands left and right of the gutter before ``edge``; None when it reaches over it."""
    if line.left >= edge - _ALIGNED:
        return None, line
    if line.right <= edge - gutter * line.size + _ALIGNED:
        return line, None
    for left, number in _gaps(line, gutter):
        if abs(left - edge) <= _ALIGNED:
            before = list(line.glyphs[:number])
            while before[-1].text == " ":
                before.pop()
            after = line.glyphs[number:]
            return as_line(before, line.is_bold, False), as_line(after, line.is_bold, line.is_hyphenated)
    return None


def _rows(lines: Sequence[Line]) -> Iterator[list[Line]]:
    row: list[Line] = []
    for line in lines:
        beside = row and abs(line.base - row[-1].base) < line.size / 3 and line.left > row[-1].right
        if row and not beside:
            yield row
            row = []
        row.append(line)
    if row:
        yield row


def _as_row(row: Sequence[Line]) -> Line:
    if len(row) == 1:
        return row[0]
    glyphs = list(row[0].glyphs)
    for cell in row[1:]:
        glyphs += [_TAB, *cell.glyphs]
    first = row[0]
    return Line(tuple(glyphs), first.base, first.size, all(cell.is_bold for cell in row), False, is_row=True)
