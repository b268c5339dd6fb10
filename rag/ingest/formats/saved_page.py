"""Pages that browsers saved whole: MHTML (Chrome, Edge) and web archives (Safari)."""

from __future__ import annotations

import email.policy
import plistlib
from email import message_from_bytes

from rag.errors import FileError
from rag.ingest.formats.html import HtmlFormat
from rag.ingest.formats.packed import refused_unless
from rag.ingest.formats.protocol import Document


class MhtmlFormat:
    """Reads ``.mhtml`` and ``.mht``."""

    name = "MHTML"
    suffixes: tuple[str, ...] = (".mhtml", ".mht")

    def read(self, data: bytes, name: str) -> Document:
        """Read the page that was saved, as :class:`HtmlFormat` does.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is no saved page, or the page holds no text.
        """
        with refused_unless(name, "a saved page"):
            message = message_from_bytes(data, policy=email.policy.default)
            part = next(part for part in message.walk() if "html" in part.get_content_type())
            payload = part.get_payload(decode=True)
            page = payload if isinstance(payload, bytes) else b""
            charset = part.get_content_charset()
            if charset not in (None, "utf-8"):
                page = page.decode(charset or "utf-8", "replace").encode("utf-8")
        return HtmlFormat().read(page, name)


class WebArchiveFormat:
    """Reads ``.webarchive``."""

    name = "web archive"
    suffixes: tuple[str, ...] = (".webarchive",)

    def read(self, data: bytes, name: str) -> Document:
        """Read the page that was saved, as :class:`HtmlFormat` does.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is no web archive, or the page holds no text.
        """
        if not data.strip():
            raise FileError(name, "the file is empty", "Add a file that holds text")
        with refused_unless(name, "a web archive"):
            page = bytes(plistlib.loads(data)["WebMainResource"]["WebResourceData"])
        return HtmlFormat().read(page, name)
