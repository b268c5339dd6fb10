"""PowerPoint files: the text of every slide in reading order with its notes; slides are pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from rag.ingest.formats.layout import Layout, collapse
from rag.ingest.formats.packed import no_text, opened_zip, refused_unless
from rag.ingest.formats.properties import stated_author, stated_day, stated_title
from rag.ingest.formats.protocol import Document
from rag.ingest.formats.raised import lowered, raised

_TEMPLATE_DAY = "2013-01-27"
"""When the template of python-pptx was made."""


class PptxFormat:
    """Reads ``.pptx`` and ``.pptm``."""

    name = "PowerPoint"
    suffixes: tuple[str, ...] = (".pptx", ".pptm")

    def read(self, data: bytes, name: str) -> Document:
        """Extract titles, text, tables and notes of the slides that are shown, and the properties.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is no PowerPoint file, damaged, too large when unpacked, or holds no text.
        """
        from pptx import Presentation

        with opened_zip(data, name, "a PowerPoint file"):
            pass
        layout = Layout()
        pages: list[int] = []
        with refused_unless(name, "a PowerPoint file"):
            presentation = Presentation(io.BytesIO(data))
            for slide in presentation.slides:
                before = len(layout)
                if slide.element.get("show") != "0":
                    _write_slide(layout, slide)
                pages.append(min(before + 2 * (before > 0), len(layout)))
            stated = presentation.core_properties
            title, author, created = stated.title, stated.author, stated.created
        if not layout.text:
            raise no_text(name)
        day = stated_day(created.isoformat() if created else None)
        return Document(
            text=layout.text,
            title=stated_title(title) or layout.first_heading,
            published=None if day == _TEMPLATE_DAY else day,
            author=stated_author(author),
            headings=layout.headings,
            pages=tuple(pages),
        )


def _write_slide(layout: Layout, slide: Any) -> None:
    title = slide.shapes.title
    if title is not None and title.has_text_frame:
        layout.add(collapse(" ".join(map(_text, title.text_frame.paragraphs))), heading=True)
    for shape in _in_order(slide.shapes):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if shape.has_text_frame:
            for paragraph in shape.text_frame.paragraphs:
                layout.add(_text(paragraph))
        elif getattr(shape, "has_table", False) and shape.has_table:
            for number, row in enumerate(shape.table.rows):
                layout.add("\t".join(collapse(cell.text) for cell in row.cells).strip("\t"), tight=number > 0)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs:
            layout.add(_text(paragraph))


def _in_order(shapes: Any) -> Iterator[Any]:
    """Shapes from top to bottom and left to right, those of groups among them."""
    for shape in sorted(shapes, key=lambda shape: ((shape.top or 0) // 300_000, shape.left or 0)):
        if hasattr(shape, "shapes"):
            yield from _in_order(shape.shapes)
        else:
            yield shape


def _text(paragraph: Any) -> str:
    parts: list[str] = []
    for run in paragraph.runs:
        shift = int(run.font._rPr.get("baseline") or 0) if run.font._rPr is not None else 0
        before = "".join(parts)[-40:]
        parts.append(raised(before, run.text) if shift > 0 else lowered(before, run.text) if shift < 0 else run.text)
    return collapse("".join(parts).replace("\v", " "))
