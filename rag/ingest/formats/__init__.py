"""File formats: one file each, found through the registry."""

from __future__ import annotations

import re
from pathlib import PurePath

from rag.errors import FileError
from rag.ingest.formats.archive import ArchiveFormat
from rag.ingest.formats.docx import DocxFormat
from rag.ingest.formats.epub import EpubFormat
from rag.ingest.formats.feed import FeedFormat
from rag.ingest.formats.html import HtmlFormat
from rag.ingest.formats.mail import MailboxFormat, MailFormat
from rag.ingest.formats.markdown import MarkdownFormat
from rag.ingest.formats.notebook import NotebookFormat
from rag.ingest.formats.odt import OdtFormat
from rag.ingest.formats.org import OrgFormat
from rag.ingest.formats.pdf import PdfFormat
from rag.ingest.formats.pptx import PptxFormat
from rag.ingest.formats.protocol import Container, Contents, Document, Format
from rag.ingest.formats.rst import RstFormat
from rag.ingest.formats.rtf import RtfFormat
from rag.ingest.formats.saved_page import MhtmlFormat, WebArchiveFormat
from rag.ingest.formats.subtitles import SubtitlesFormat
from rag.ingest.formats.table import CsvFormat, JsonLinesFormat, XlsxFormat
from rag.ingest.formats.tex import TexFormat
from rag.ingest.formats.text import TextFormat
from rag.ingest.formats.unnamed import UnnamedFormat

FORMATS: tuple[Format | Container, ...] = (
    TextFormat(),
    MarkdownFormat(),
    HtmlFormat(),
    PdfFormat(),
    DocxFormat(),
    OdtFormat(),
    RtfFormat(),
    PptxFormat(),
    EpubFormat(),
    MailFormat(),
    MailboxFormat(),
    MhtmlFormat(),
    WebArchiveFormat(),
    FeedFormat(),
    CsvFormat(),
    XlsxFormat(),
    JsonLinesFormat(),
    SubtitlesFormat(),
    NotebookFormat(),
    RstFormat(),
    OrgFormat(),
    TexFormat(),
    ArchiveFormat(),
    UnnamedFormat(),
)

SUPPORTED_SUFFIXES: tuple[str, ...] = tuple(suffix for known in FORMATS for suffix in known.suffixes if suffix)
"""Lower-case, with the dot."""

_ADDRESS = re.compile(r"(?:https?|ftp):/", re.IGNORECASE)
_OLD_OFFICE = {".doc": "Word", ".ppt": "PowerPoint", ".xls": "Excel", ".pages": "Pages", ".key": "Keynote"}

__all__ = [
    "FORMATS",
    "SUPPORTED_SUFFIXES",
    "Container",
    "Contents",
    "Document",
    "Format",
    "format_for",
    "format_with",
    "is_address",
    "read_with",
]


def format_for(path: PurePath) -> Format | Container:
    """The format that reads files with this path's suffix, in any case.

    Raises:
        FileError: no format has the suffix, or the path is a web address.
    """
    if is_address(path):
        raise FileError(
            str(path), "it is a web address, and nothing is ever fetched", "Save the page first, then add the file"
        )
    suffix = path.suffix.lower()
    if suffix in _OLD_OFFICE:
        remedy = "Save it as .docx, .pptx, .xlsx or .pdf and add that"
        raise FileError(str(path), f"{suffix} files of {_OLD_OFFICE[suffix]} are not supported", remedy)
    try:
        return format_with(suffix)
    except KeyError as error:
        problem = f"{suffix} files are not supported"
        raise FileError(str(path), problem, f"Supported: {', '.join(SUPPORTED_SUFFIXES)}") from error


def is_address(path: PurePath) -> bool:
    """Whether what was given as a path is a web address."""
    return _ADDRESS.match(str(path)) is not None


def format_with(suffix: str) -> Format | Container:
    """The format of a suffix in lower case; "" for files without one.

    Raises:
        KeyError: there is none.
    """
    return _BY_SUFFIX[suffix]


_BY_SUFFIX = {suffix: known for known in FORMATS for suffix in known.suffixes}


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
