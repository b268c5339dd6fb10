"""Tables in an article's text: rows are lines, cells stand between tabs, as every file format writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.language.paragraphs import lines_of
from rag.records import Span

FEWEST_ROWS = 2
MOST_CHARACTERS = 20_000
"""Code points on either side within which a table's rows are looked for."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the first row is the header.

    Attributes:
        rows: the cells of each line, in the article's text; an empty cell is None.
    """

    rows: Sequence[Sequence[Span | None]]

    @property
    def header(self) -> Sequence[Span | None]:
        """The first row."""
        return self.rows[0]

    def place_of(self, span: Span) -> tuple[int, int] | None:
        """Row and column of the cell that holds ``span``; None when none does."""
        for row, cells in enumerate(self.rows):
            for column, cell in enumerate(cells):
                if cell is not None and cell.contains(span):
                    return row, column
        return None

    def heading_of(self, row: int, column: int) -> Span | None:
        """The header cell above a cell; columns are counted from the right, where no corner cell is left out."""
        position = len(self.header) - (len(self.rows[row]) - column)
        return self.header[position] if 0 <= position < len(self.header) else None


def tables_in(text: str, within: Span) -> list[Table]:
    """The tables of which a row lies in ``within``, whole: consecutive lines with tabs, at least two."""
    around = Span(max(0, within.start - MOST_CHARACTERS), min(len(text), within.end + MOST_CHARACTERS))
    tables: list[Table] = []
    lines: list[Span] = []
    for line in [*lines_of(text, around.start, around.end), None]:
        if line is not None and "\t" in line.of(text) and _follows(text, lines, line):
            lines.append(line)
            continue
        if len(lines) >= FEWEST_ROWS and any(each.overlaps(within) for each in lines):
            tables.append(Table([_cells(text, each) for each in lines]))
        lines = [line] if line is not None and "\t" in line.of(text) else []
    return tables


def _follows(text: str, lines: Sequence[Span], line: Span) -> bool:
    """Whether no blank line lies between the table so far and ``line``."""
    return not lines or text.count("\n", lines[-1].end, line.start) <= 1


def _cells(text: str, line: Span) -> list[Span | None]:
    cells: list[Span | None] = []
    start = line.start
    for piece in line.of(text).split("\t"):
        inner = piece.strip()
        begin = start + len(piece) - len(piece.lstrip())
        cells.append(Span(begin, begin + len(inner)) if inner else None)
        start += len(piece) + 1
    return cells
