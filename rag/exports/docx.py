"""Answers and tables as Word documents, each answer with its citations as footnotes."""

from __future__ import annotations

import io
from collections.abc import Iterable

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.text.paragraph import Paragraph

from rag.exports.citations import Sources, cell_text, differing, one_line, reference, supporting
from rag.exports.footnotes import Footnotes
from rag.records import Answer, Citation
from rag.table.records import Table


def answers_docx(title: str, answers: Iterable[Answer], sources: Sources) -> bytes:
    """A conversation's questions as headings, below each its answer, or why there is none."""
    document, footnotes = _new(title)
    for answer in answers:
        for part in answer.parts or (answer,):
            document.add_heading(one_line(part.question), level=2)
            paragraph = document.add_paragraph()
            if part.answered and part.answer:
                paragraph.add_run(one_line(part.answer))
                _cite(footnotes, paragraph, supporting(part), sources)
            else:
                paragraph.add_run(one_line(part.reason or "")).italic = True
            for citation in differing(part) if part.answered else ():
                other = document.add_paragraph(f"Another account: {one_line(citation.text)}")
                _cite(footnotes, other, [citation], sources)
    return _saved(document, footnotes)


def table_docx(table: Table, sources: Sources) -> bytes:
    """The table on landscape pages."""
    document, footnotes = _new("Table")
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    grid = document.add_table(rows=1, cols=1 + len(table.columns), style="Table Grid")
    headings = ["", *(column.question for column in table.columns)]
    for place, heading in zip(grid.rows[0].cells, headings, strict=True):
        place.paragraphs[0].add_run(one_line(heading)).bold = True
    for row, cells in table.by_row():
        places = grid.add_row().cells
        places[0].paragraphs[0].add_run(one_line(row.title)).bold = True
        for place, cell in zip(places[1:], cells, strict=True):
            if cell is None:
                continue
            paragraph = place.paragraphs[0]
            text = paragraph.add_run(cell_text(cell.answer, is_group=row.kind != "article"))
            text.italic = not cell.answer.answered
            _cite(footnotes, paragraph, supporting(cell.answer), sources)
            if cell.contradicted:
                paragraph.add_run(" (contradicted by another row)").italic = True
    return _saved(document, footnotes)


def _new(title: str) -> tuple[WordDocument, Footnotes]:
    document = Document()
    document.add_heading(one_line(title), level=1)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    return document, Footnotes(document)


def _cite(footnotes: Footnotes, paragraph: Paragraph, citations: Iterable[Citation], sources: Sources) -> None:
    for citation in citations:
        footnotes.add(paragraph, f"“{one_line(citation.quote.text)}” {reference(citation, sources)}")


def _saved(document: WordDocument, footnotes: Footnotes) -> bytes:
    footnotes.finish()
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()
