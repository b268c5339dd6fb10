"""File formats: one file each, found through the registry."""

from __future__ import annotations

from pathlib import Path

from rag.errors import FileError
from rag.ingest.formats.html import HtmlFormat
from rag.ingest.formats.markdown import MarkdownFormat
from rag.ingest.formats.pdf import PdfFormat
from rag.ingest.formats.protocol import Container, Contents, Document, Format
from rag.ingest.formats.text import TextFormat

FORMATS: tuple[Format | Container, ...] = (
    TextFormat(),
    MarkdownFormat(),
    HtmlFormat(),
    PdfFormat(),
)

SUPPORTED_SUFFIXES: tuple[str, ...] = tuple(suffix for known in FORMATS for suffix in known.suffixes)
"""Lower-case, with the dot."""

__all__ = ["FORMATS", "SUPPORTED_SUFFIXES", "Container", "Contents", "Document", "Format", "format_for", "read_with"]


def format_for(path: Path) -> Format | Container:
    """The format that reads files with this path's suffix, in any case.

    Raises:
        FileError: no format has the suffix.
    """
    suffix = path.suffix.lower()
    for known in FORMATS:
        if suffix in known.suffixes:
            return known
    found = f"{suffix} files are not supported" if suffix else "it has no file suffix that tells its format"
    raise FileError(path, found, f"Supported: {', '.join(SUPPORTED_SUFFIXES)}")


def read_with(known: Format | Container, data: bytes, name: str) -> Contents:
    """What a file holds, whether its format is that of one article or of several.

    Args:
        known: the format of the file.
        data: the file's bytes.
        name: the file's path as the caller named it, for messages.

    Raises:
        FileError: as the format's own method does.
    """
    if isinstance(known, Container):
        return known.read_all(data, name)
    return Contents((known.read(data, name),))
