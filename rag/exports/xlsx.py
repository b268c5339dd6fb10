"""A table as an Excel workbook: every cell is text, none is a formula."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from rag.exports.citations import Sources, cell_text, differing, one_line, reference, supporting
from rag.exports.csv import table_lines
from rag.table.records import Table

LONGEST_TEXT = 32_767
"""Characters that a cell of a workbook holds (ECMA-376, as Excel documents it)."""
_WIDTHS = {"Title": 40, "Outlet": 18, "Published": 12, "Source": 20, "Citation": 44, "Confidence": 11}
_ANSWER_WIDTH = 34
_CONTRADICTED = PatternFill("solid", fgColor="FFF3D6")
_TOP = Alignment(vertical="top", wrap_text=True)
_HEADINGS = (
    ("Title", 40),
    ("Question", 40),
    ("Answer", 34),
    ("Confidence", 11),
    ("Stance", 10),
    ("Quote", 60),
    ("Citation", 44),
    ("Page", 7),
    ("Start", 9),
    ("End", 9),
    ("Article id", 18),
)


def table_xlsx(table: Table, sources: Sources) -> bytes:
    """A sheet "Table", as the CSV has it, and a sheet "Citations" with one line for each quote."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Table"
    _fill_table(sheet, table, sources)
    _fill_citations(workbook.create_sheet("Citations"), table, sources)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _fill_table(sheet: Worksheet, table: Table, sources: Sources) -> None:
    lines = list(table_lines(table, sources))
    contradicted = {(cell.row, cell.column) for cell in table.cells if cell.contradicted}
    for number, line in enumerate(lines, start=1):
        for column, text in enumerate(line, start=1):
            _write(sheet, number, column, text)
    for row_number, row in enumerate(table.rows, start=2):
        for column in range(len(table.columns)):
            if (row.row_id, column) in contradicted:
                sheet.cell(row_number, 5 + 3 * column).fill = _CONTRADICTED
    _finish(sheet, [(heading, _WIDTHS.get(heading, _ANSWER_WIDTH)) for heading in lines[0]], frozen="B2")


def _fill_citations(sheet: Worksheet, table: Table, sources: Sources) -> None:
    rows = {row.row_id: row for row in table.rows}
    for column, (heading, _) in enumerate(_HEADINGS, start=1):
        _write(sheet, 1, column, heading)
    number = 1
    for cell in table.cells:
        row = rows[cell.row]
        said = cell_text(cell.answer, is_group=row.kind != "article")
        for citation in [*supporting(cell.answer), *differing(cell.answer)]:
            number += 1
            line: list[str | int | float | None] = [
                one_line(row.title),
                one_line(table.columns[cell.column].question),
                said if citation.stance == "supports" else one_line(citation.text),
                round(citation.confidence, 3),
                citation.stance,
                one_line(citation.quote.text),
                reference(citation, sources),
                citation.page,
                citation.start,
                citation.end,
                citation.article_id,
            ]
            for column, value in enumerate(line, start=1):
                _write(sheet, number, column, value)
    _finish(sheet, _HEADINGS, frozen="A2")


def _write(sheet: Worksheet, row: int, column: int, value: str | int | float | None) -> None:
    cell = sheet.cell(row, column)
    assert isinstance(cell, SheetCell)
    cell.alignment = _TOP
    if not isinstance(value, str):
        cell.value = value
        return
    # Declared as text, and marked as such for whoever edits the cell later: "=1+1" stays what it is.
    text = value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = True


def _finish(sheet: Worksheet, headings: list[tuple[str, int]] | tuple[tuple[str, int], ...], frozen: str) -> None:
    for column, (_, width) in enumerate(headings, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.cell(1, column).font = Font(bold=True)
    sheet.freeze_panes = frozen
    sheet.auto_filter.ref = sheet.dimensions
