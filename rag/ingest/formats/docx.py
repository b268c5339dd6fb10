"""Word files: paragraphs, headings, lists, tables, text boxes and notes as shown, without tracked deletions."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from rag.ingest.formats.layout import Layout, collapse
from rag.ingest.formats.packed import no_text, opened_zip, parse_xml, refused_unless
from rag.ingest.formats.properties import stated_author, stated_day, stated_title
from rag.ingest.formats.protocol import Document
from rag.ingest.formats.raised import lowered, raised

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = frozenset(
    (f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_W}txbxContent", f"{_W}pPr", _FALLBACK)
)
_TEMPLATE_DAY = "2013-12-23"
"""When the template of python-docx was made: no article's day."""


class DocxFormat:
    """Reads ``.docx`` and ``.docm``; macros are never run."""

    name = "Word"
    suffixes: tuple[str, ...] = (".docx", ".docm")

    def read(self, data: bytes, name: str) -> Document:
        """Extract the text in reading order, notes at its end, and title, author and date of creation.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is no Word file, damaged, protected, too large when unpacked, or holds no text.
        """
        import docx

        with opened_zip(data, name, "a Word file"):
            pass
        layout = Layout()
        with refused_unless(name, "a Word file"):
            document = docx.Document(io.BytesIO(data))
            styles = {style.style_id: (style.name or "").lower() for style in document.styles}
            _Writer(layout, styles).write(document.element.body)
            for kind in ("footnotes", "endnotes"):
                _write_notes(layout, document.part, kind)
            stated = document.core_properties
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
        )


class _Writer:
    def __init__(self, layout: Layout, styles: dict[str, str]) -> None:
        self._layout = layout
        self._styles = styles

    def write(self, parent: Any, depth: int = 0) -> None:
        """Write the paragraphs and tables in ``parent``."""
        for child in parent:
            if child.tag == f"{_W}p":
                self._write_paragraph(child, depth)
            elif child.tag == f"{_W}tbl":
                self._write_table(child, depth)
            elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"):
                self.write(child, depth)

    def _write_paragraph(self, paragraph: Any, depth: int) -> None:
        properties = paragraph.find(f"{_W}pPr")
        style, is_item = "", False
        if properties is not None:
            named = properties.find(f"{_W}pStyle")
            style = self._styles.get(named.get(f"{_W}val"), "") if named is not None else ""
            is_item = properties.find(f"{_W}numPr") is not None or style.startswith("list")
        is_heading = style.startswith("heading") or style in ("title", "subtitle")
        text = paragraph_text(paragraph)
        if not style.startswith("toc"):
            self._layout.add(
                f"- {text}" if is_item and text and not is_heading else text, heading=is_heading, tight=is_item
            )
        for box in _boxes(paragraph):
            if depth < 4:
                self.write(box, depth + 1)

    def _write_table(self, table: Any, depth: int) -> None:
        tight = False
        for row in table.iterchildren(f"{_W}tr"):
            cells = list(row.iterchildren(f"{_W}tc"))
            if len(cells) == 1 and depth < 4:
                self.write(cells[0], depth + 1)  # a frame, not a table
                continue
            texts = [collapse(" ".join(paragraph_text(one) for one in cell.iter(f"{_W}p"))) for cell in cells]
            self._layout.add("\t".join(texts).strip("\t"), tight=tight)
            tight = True


def _boxes(paragraph: Any) -> Iterator[Any]:
    for box in paragraph.iter(f"{_W}txbxContent"):
        if not any(ancestor.tag == _FALLBACK for ancestor in box.iterancestors()):
            yield box


def paragraph_text(paragraph: Any) -> str:
    """The text of a ``w:p`` element, without its text boxes; line breaks are kept."""
    parts: list[str] = []
    _collect(paragraph, parts)
    return "\n".join(line for line in map(collapse, "".join(parts).split("\n")) if line)


def _collect(element: Any, parts: list[str]) -> None:
    for child in element:
        tag = child.tag
        if tag in _SKIPPED or not isinstance(tag, str):
            continue
        if tag == f"{_W}r":
            _collect_run(child, parts)
        elif tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
            parts.append(f"[{child.get(f'{_W}id')}]")
        elif tag == f"{_W}t":
            parts.append(child.text or "")
        elif tag in (f"{_W}tab", f"{_W}ptab"):
            parts.append(" ")
        elif tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif tag == f"{_W}noBreakHyphen":
            parts.append("-")
        else:
            _collect(child, parts)


def _collect_run(run: Any, parts: list[str]) -> None:
    properties = run.find(f"{_W}rPr")
    if properties is not None and properties.find(f"{_W}vanish") is not None:
        return
    shift = properties.find(f"{_W}vertAlign") if properties is not None else None
    own: list[str] = []
    _collect(run, own)
    content = "".join(own)
    if shift is not None and content.strip() and not content.startswith("["):
        before = "".join(parts)[-40:]
        kind = shift.get(f"{_W}val")
        content = raised(before, content) if kind == "superscript" else lowered(before, content)
    parts.append(content)


def _write_notes(layout: Layout, part: Any, kind: str) -> None:
    for relation in part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            for note in parse_xml(relation.target_part.blob):
                text = collapse(" ".join(paragraph_text(one) for one in note.iter(f"{_W}p")))
                if text and note.get(f"{_W}type") is None:
                    layout.add(f"[{note.get(f'{_W}id')}] {text}")
