"""A table as one HTML file that needs nothing else; whatever an article contains, it shows as text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rag.exports.citations import Sources, cell_text, differing, one_line, reference, related_reference, supporting
from rag.presentation.templates import Templates
from rag.table.records import Table

_TEMPLATES = Templates(Path(__file__).with_name("templates"))


def table_html(table: Table, sources: Sources, made: datetime | None = None) -> bytes:
    """The table with each cell's quotes and citations folded below its answer. UTF-8."""
    text = _TEMPLATES.render(
        "table.html",
        table=table,
        lines=table.by_row(),
        cited=lambda cell: [*supporting(cell.answer), *differing(cell.answer)],
        cell_text=cell_text,
        reference=lambda citation: reference(citation, sources),
        related=lambda passage: related_reference(passage, sources),
        one_line=one_line,
        made=(made or datetime.now(UTC)).strftime("%Y-%m-%d"),
    )
    return text.encode("utf-8", "replace")
