"""E-books: the chapters of an EPUB file in reading order."""

from __future__ import annotations

import posixpath
import urllib.parse
import zipfile
from typing import Any

from rag.errors import FileError
from rag.ingest.formats.encoding import decode
from rag.ingest.formats.html import lay_out_markup
from rag.ingest.formats.layout import Layout
from rag.ingest.formats.metadata import iso_date, one_line
from rag.ingest.formats.packed import no_text, opened_zip, parse_xml, read_member, refused_unless
from rag.ingest.formats.protocol import Document

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"


class EpubFormat:
    """Reads ``.epub`` without copy protection."""

    name = "EPUB"
    suffixes: tuple[str, ...] = (".epub",)

    def read(self, data: bytes, name: str) -> Document:
        """Extract the text of the chapters, and title, author, date and publisher.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is no EPUB file, damaged, protected, too large when unpacked, or holds no text.
        """
        kind = "an EPUB file"
        layout = Layout()
        with opened_zip(data, name, kind) as container, refused_unless(name, kind):
            if "META-INF/encryption.xml" in container.namelist() and "META-INF/rights.xml" in container.namelist():
                raise FileError(name, "it is protected against copying", "Add a copy without that protection")
            found = parse_xml(read_member(container, "META-INF/container.xml")).find(f".//{_CONTAINER}rootfile")
            package_path = found.get("full-path")
            package = parse_xml(read_member(container, package_path))
            missing = _write_chapters(container, package, posixpath.dirname(package_path), layout)
            stated = {key: package.findtext(f".//{_DC}{key}") for key in ("title", "creator", "date", "publisher")}
        if not layout.text:
            raise no_text(name)
        return Document(
            text=layout.text,
            title=one_line(stated["title"]) or layout.first_heading,
            published=iso_date(stated["date"]),
            author=one_line(stated["creator"]),
            outlet=one_line(stated["publisher"]),
            headings=layout.headings,
            warnings=(f"{missing} of its chapters are missing in the file",) if missing else (),
        )


def _write_chapters(container: zipfile.ZipFile, package: Any, folder: str, layout: Layout) -> int:
    """Write the chapters in the order of the spine; returns how many the file does not have."""
    hrefs = {
        item.get("id"): urllib.parse.unquote(item.get("href", ""))
        for item in package.iter(f"{_OPF}item")
        if "html" in item.get("media-type", "") and "nav" not in item.get("properties", "").split()
    }
    missing = 0
    for reference in package.iter(f"{_OPF}itemref"):
        href = hrefs.get(reference.get("idref"))
        if href is None or reference.get("linear") == "no":
            continue
        try:
            markup = read_member(container, posixpath.normpath(posixpath.join(folder, href)))
            lay_out_markup(decode(markup, href).text, layout)
        except (KeyError, FileError):
            missing += 1
    return missing
