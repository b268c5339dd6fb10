"""Files whose names do not tell their format: it is told from how they begin."""

from __future__ import annotations

import re

from rag.ingest.formats.encoding import decode
from rag.ingest.formats.protocol import Contents

_MARKUP = re.compile(rb"\s*(?:<!--.{0,500}?-->\s*)*<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_MAIL = re.compile(rb"(?:[A-Z][\w-]{1,40}: .*\r?\n(?:[ \t].*\r?\n)*){2,}", re.IGNORECASE)
_MAIL_HEADER = re.compile(rb"^(?:From|Subject|Date|Message-ID): ", re.IGNORECASE | re.MULTILINE)
_OFFICE = (
    (b"word/document.xml", ".docx"),
    (b"ppt/presentation.xml", ".pptx"),
    (b"xl/workbook.xml", ".xlsx"),
    (b"application/epub+zip", ".epub"),
    (b"application/vnd.oasis.opendocument", ".odt"),
)


class UnnamedFormat:
    """Reads files without a suffix, as the format that they begin like; plain text if they begin like none."""

    name = "file without a suffix"
    suffixes: tuple[str, ...] = ("",)

    def read_all(self, data: bytes, name: str) -> Contents:
        """Read the file as what it is.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: as the format raises it.
        """
        from rag.ingest.formats import format_with, read_with

        return read_with(format_with(suffix_of(data, name)), data, name)


def suffix_of(data: bytes, name: str) -> str:
    """The suffix that a file with this content would have.

    Raises:
        FileError: it is neither text nor a known format.
    """
    if b"%PDF-" in data[:1024]:
        return ".pdf"
    if data.startswith(b"PK\x03\x04"):
        return next((suffix for sign, suffix in _OFFICE if sign in data), ".zip")
    if data.startswith(b"{\\rtf"):
        return ".rtf"
    head = data[:8192]
    if _MARKUP.match(head):
        return ".html"
    if head.startswith(b"From ") and _MAIL_HEADER.search(head):
        return ".mbox"
    mail = _MAIL.match(head)
    if mail is not None and len(_MAIL_HEADER.findall(mail.group())) >= 2:
        return ".eml"
    decode(data, name)
    return ".txt"
