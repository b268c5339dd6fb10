"""OpenDocument texts and presentations: paragraphs, headings, lists, tables and notes, tracked deletions left out."""

from __future__ import annotations

from typing import Any

from rag.ingest.formats.layout import Layout, collapse
from rag.ingest.formats.packed import no_text, opened_zip, parse_xml, read_member, refused_unless
from rag.ingest.formats.properties import stated_author, stated_day, stated_title
from rag.ingest.formats.protocol import Document
from rag.ingest.formats.raised import raised

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_SKIPPED = frozenset((f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}sequence-decls", f"{_OFFICE}forms"))


class OdtFormat:
    """Reads ``.odt``, ``.ott`` and ``.odp``."""

    name = "OpenDocument"
    suffixes: tuple[str, ...] = (".odt", ".ott", ".odp")

    def read(self, data: bytes, name: str) -> Document:
        """Extract the text, and title, author and date of creation.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is no OpenDocument file, damaged, too large when unpacked, or holds no text.
        """
        layout = Layout()
        kind = "an OpenDocument text"
        with opened_zip(data, name, kind) as container, refused_unless(name, kind):
            content = parse_xml(read_member(container, "content.xml"))
            body = content.find(f"{_OFFICE}body")
            _Writer(layout, _raised_styles(content)).write(body if body is not None else content)
            names = container.namelist()
            meta = parse_xml(read_member(container, "meta.xml")) if "meta.xml" in names else content
            stated = {tag: meta.findtext(f".//{tag}") for tag in (f"{_DC}title", f"{_DC}creator", f"{_DC}date")}
            created = meta.findtext(f".//{_META}creation-date") or stated[f"{_DC}date"]
            author = meta.findtext(f".//{_META}initial-creator") or stated[f"{_DC}creator"]
        if not layout.text:
            raise no_text(name)
        return Document(
            text=layout.text,
            title=stated_title(stated[f"{_DC}title"]) or layout.first_heading,
            published=stated_day(created),
            author=stated_author(author),
            headings=layout.headings,
        )


def _raised_styles(content: Any) -> frozenset[str]:
    """Names of the styles that raise characters."""
    return frozenset(
        style.get(f"{_STYLE}name", "")
        for style in content.iter(f"{_STYLE}style")
        for properties in style.iter(f"{_STYLE}text-properties")
        if (properties.get(f"{_STYLE}text-position") or "").startswith(("super", "3", "5"))
    )


class _Writer:
    def __init__(self, layout: Layout, raised_styles: frozenset[str]) -> None:
        self._layout = layout
        self._raised = raised_styles

    def write(self, parent: Any, depth: int = 0) -> None:
        """Write the blocks below ``parent``."""
        for child in parent:
            tag = child.tag
            if not isinstance(tag, str) or tag in _SKIPPED or depth > 60:
                continue
            if tag in (f"{_TEXT}p", f"{_TEXT}h"):
                notes: list[str] = []
                self._layout.add(self._text(child, notes), heading=tag == f"{_TEXT}h")
                for note in notes:
                    self._layout.add(note)
            elif tag == f"{_TEXT}list":
                self._write_list(child)
            elif tag == f"{_TABLE}table":
                self._write_table(child)
            else:
                self.write(child, depth + 1)

    def _write_list(self, element: Any) -> None:
        for number, paragraph in enumerate(element.iter(f"{_TEXT}p", f"{_TEXT}h")):
            text = self._text(paragraph, [])
            if text:
                self._layout.add(f"- {text}", tight=number > 0)

    def _write_table(self, table: Any) -> None:
        for number, row in enumerate(table.iter(f"{_TABLE}table-row")):
            cells = [
                collapse(" ".join(self._text(paragraph, []) for paragraph in cell.iter(f"{_TEXT}p")))
                for cell in row.iterchildren(f"{_TABLE}table-cell")
            ]
            self._layout.add("\t".join(cells).strip("\t"), tight=number > 0)

    def _text(self, element: Any, notes: list[str]) -> str:
        parts: list[str] = []
        self._collect(element, parts, notes, 0)
        return "\n".join(line for line in map(collapse, "".join(parts).split("\n")) if line)

    def _collect(self, element: Any, parts: list[str], notes: list[str], depth: int) -> None:
        parts.append(element.text or "")
        for child in element:
            tag = child.tag
            if tag == f"{_TEXT}s" or tag == f"{_TEXT}tab":
                parts.append(" ")
            elif tag == f"{_TEXT}line-break":
                parts.append("\n")
            elif tag == f"{_TEXT}note":
                mark = collapse("".join(child.find(f"{_TEXT}note-citation").itertext()))
                body = child.find(f"{_TEXT}note-body")
                parts.append(f"[{mark}]")
                if body is not None:
                    notes.append(f"[{mark}] {collapse(' '.join(body.itertext()))}")
            elif tag == f"{_TEXT}span" and child.get(f"{_TEXT}style-name") in self._raised:
                parts.append(raised("".join(parts)[-40:], "".join(child.itertext()), child.tail or ""))
            elif isinstance(tag, str) and tag not in _SKIPPED and depth < 60:
                self._collect(child, parts, notes, depth + 1)
            parts.append(child.tail or "")
