"""The reading order of a page whose lines stand beside each other: tables row by row, columns one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.ingest.pdf.glyphs import Glyph, Line

_COLUMN_ROWS = 4
"""Rows of two long parts from which they are two columns rather than a table."""
_COLUMN_LINE = 25
"""Characters of a line from which it may be a column's."""
_TAB = Glyph("\t", -1, 0.0, 0.0, 0.0, 0.0)
"""Stands between two cells; it is nowhere on the page."""


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """Cells of one row become one line; where two columns were drawn row by row, the left one is read first."""
    rows = list(_rows(lines))
    ordered: list[Line] = []
    place = 0
    while place < len(rows):
        end = place
        while end < len(rows) and _is_two_columns(rows[end]):
            end += 1
        if end - place >= _COLUMN_ROWS:
            ordered += [row[0] for row in rows[place:end]] + [row[1] for row in rows[place:end]]
            place = end
        else:
            ordered.append(_as_row(rows[place]))
            place += 1
    return ordered


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


def _is_two_columns(row: Sequence[Line]) -> bool:
    return len(row) == 2 and all(len(line.glyphs) >= _COLUMN_LINE for line in row)


def _as_row(row: Sequence[Line]) -> Line:
    if len(row) == 1:
        return row[0]
    glyphs = list(row[0].glyphs)
    for cell in row[1:]:
        glyphs += [_TAB, *cell.glyphs]
    first = row[0]
    return Line(tuple(glyphs), first.base, first.size, all(cell.is_bold for cell in row), False, is_row=True)
