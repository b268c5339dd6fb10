"""A table as CSV that no spreadsheet program runs anything of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from rag.exports.citations import Sources, cell_text, one_line, reference, supporting
from rag.table.records import Cell, Table

_STARTS_FORMULA = "=+-@＝＋－＠\t\r\n"
"""What makes a spreadsheet program take a cell for a formula (OWASP, "CSV Injection"), full-width forms included."""


def table_csv(table: Table, sources: Sources) -> bytes:
    """One line for each row; for each question its answer, its citation and its confidence. UTF-8 with a mark."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for line in table_lines(table, sources):
        writer.writerow([harmless(text) for text in line])
    return written.getvalue().encode("utf-8-sig", "replace")


def table_lines(table: Table, sources: Sources) -> Iterator[list[str]]:
    """The table as lines of text, headings first."""
    headings = [heading for column in table.columns for heading in (column.question, "Citation", "Confidence")]
    yield ["Title", "Outlet", "Published", "Source", *map(one_line, headings)]
    for row, cells in table.by_row():
        facts = [row.title, row.outlet or "", row.published or "", row.source or ""]
        yield [*map(one_line, facts), *(text for cell in cells for text in _cell(cell, row.kind != "article", sources))]


def _cell(cell: Cell | None, is_group: bool, sources: Sources) -> list[str]:
    if cell is None:
        return ["", "", ""]
    cited = "; ".join(reference(citation, sources) for citation in supporting(cell.answer))
    sure = f"{cell.answer.confidence:.2f}" if cell.answer.answered and cell.answer.shape != "evidence" else ""
    return [cell_text(cell.answer, is_group=is_group), cited, sure]


def harmless(text: str) -> str:
    """``text`` as a CSV cell: an apostrophe before what a spreadsheet program would run as a formula."""
    first = text.lstrip()[:1]
    is_formula = bool(first) and (first in _STARTS_FORMULA or text[0] in _STARTS_FORMULA)
    return f"'{text}" if is_formula else text
