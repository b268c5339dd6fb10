"""PDF files with a text layer: paragraphs as they flow, headings by their type, and where every character stands."""

from __future__ import annotations

import re

from rag.errors import FileError
from rag.ingest.formats.metadata import iso_date, one_line
from rag.ingest.formats.properties import stated_author, stated_title
from rag.ingest.formats.protocol import Document
from rag.records import Span

_HEADER_WITHIN = 1024
"""Bytes in which a PDF file's header must begin; some programs write something before it."""
_FIRST_YEAR = "1993"
"""The year PDF was published: an earlier date of creation is a wrong clock."""
_PRINTED = re.compile(r"skia|quartz|cairo|print to pdf|pdfcreator|ghostscript|ocrmypdf|tesseract|scan", re.IGNORECASE)
"""Producers that print, convert or scan: the file is of that day, what it says is not."""


class PdfFormat:
    """Reads ``.pdf``."""

    name = "PDF"
    suffixes: tuple[str, ...] = (".pdf",)

    def read(self, data: bytes, name: str) -> Document:
        """Extract the text, and title, author and date of creation where the properties state sensible ones.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is empty or no PDF, damaged, protected by a password, a scan, or too long.
        """
        if not data.strip():
            raise FileError(name, "the file is empty", "Add a file that holds text")
        from rag.ingest.pdf.document import PdfError, read

        try:
            if b"%PDF-" not in data[:_HEADER_WITHIN]:
                raise PdfError("damaged")
            found = read(data)
        except PdfError as error:
            raise FileError(name, error.problem, error.remedy) from error
        content = found.content
        return Document(
            text=content.text,
            title=stated_title(found.title) or one_line(content.title),
            published=_published(found.created, found.producer),
            author=stated_author(found.author),
            headings=tuple(Span(start, end) for start, end in content.headings),
            pages=content.pages,
            boilerplate=tuple(Span(start, end) for start, end in content.boilerplate),
            places=content.places,
            warnings=found.warnings,
        )


def _published(created: str, producer: str) -> str | None:
    return iso_date(created) if created >= _FIRST_YEAR and not _PRINTED.search(producer) else None
