"""reStructuredText through docutils; nothing that it names is included or run."""

from __future__ import annotations

import re
from typing import Any

from rag.ingest.formats.encoding import decode
from rag.ingest.formats.layout import Layout, collapse
from rag.ingest.formats.metadata import iso_date, one_line
from rag.ingest.formats.packed import no_text, refused_unless
from rag.ingest.formats.protocol import Document
from rag.ingest.formats.raised import lowered, raised

_ROLE = re.compile(r":[a-zA-Z][\w:+.-]{0,30}:`[~!]?([^`<\n]{1,200}?)(?:\s*<[^>`\n]{0,300}>)?`")
_KNOWN_ROLES = re.compile(r":(?:sup|sub|superscript|subscript|emphasis|strong|code|math|literal):`")
_DIRECTIVE = re.compile(
    r"^([ \t]*)\.\. (?:versionadded|versionchanged|deprecated|seealso|deprecated-removed|rubric|centered)::[ \t]*",
    re.MULTILINE,
)
"""Sphinx's directives whose text is the author's."""


class RstFormat:
    """Reads ``.rst`` and ``.rest``."""

    name = "reStructuredText"
    suffixes: tuple[str, ...] = (".rst", ".rest")

    def read(self, data: bytes, name: str) -> Document:
        """Extract the text, and title, author and date of the document's fields.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is empty, binary or cannot be decoded, or holds no text.
        """
        from docutils.core import publish_doctree

        decoded = decode(data, name)
        layout = Layout()
        with refused_unless(name, "a reStructuredText file"):
            settings = {
                "file_insertion_enabled": False,
                "raw_enabled": False,
                "report_level": 5,
                "halt_level": 5,
                "warning_stream": "",
                "_disable_config": True,
                "smart_quotes": False,
            }
            tree = publish_doctree(_prepared(decoded.text), settings_overrides=settings)
            writer = _Writer(layout)
            writer.write(tree)
        if not layout.text:
            raise no_text(name)
        return Document(
            text=layout.text,
            title=one_line(tree.get("title")) or layout.first_heading,
            published=iso_date(writer.stated.get("date")),
            author=one_line(writer.stated.get("author") or writer.stated.get("authors")),
            headings=layout.headings,
            warnings=decoded.warnings,
        )


def _prepared(source: str) -> str:
    roles = _ROLE.sub(lambda match: match.group() if _KNOWN_ROLES.match(match.group()) else match[1], source)
    return _DIRECTIVE.sub(r"\1", roles)


class _Writer:
    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.stated: dict[str, str] = {}

    def write(self, parent: Any, marker: str = "") -> None:
        """Write the blocks below ``parent``, the first behind ``marker``."""
        from docutils import nodes

        for node in parent.children:
            if isinstance(node, (nodes.comment, nodes.system_message, nodes.substitution_definition, nodes.target)):
                continue
            if isinstance(node, (nodes.title, nodes.subtitle, nodes.rubric)):
                self._layout.add(collapse(_text(node)), heading=True)
            elif isinstance(node, nodes.docinfo):
                self._read_fields(node)
            elif isinstance(node, (nodes.literal_block, nodes.doctest_block, nodes.math_block)):
                self._layout.add(node.astext())
            elif isinstance(node, nodes.TextElement):
                self._layout.add(marker + collapse(_text(node)), tight=bool(marker))
            elif isinstance(node, (nodes.bullet_list, nodes.enumerated_list)):
                for number, item in enumerate(node.children, start=int(node.get("start", 1))):
                    self.write(item, "- " if isinstance(node, nodes.bullet_list) else f"{number}. ")
            elif isinstance(node, nodes.row):
                self._layout.add("\t".join(collapse(entry.astext()) for entry in node.children).strip("\t"), tight=True)
            elif isinstance(node, (nodes.footnote, nodes.citation)):
                self._layout.add(f"[{node.children[0].astext()}] " + collapse(" ".join(map(_text, node.children[1:]))))
            elif isinstance(node, nodes.Element):
                self.write(node)
            marker = " " * len(marker)

    def _read_fields(self, fields: Any) -> None:
        for node in fields.children:
            if node.tagname == "field":
                self.stated[node.children[0].astext().lower()] = node.children[1].astext()
            else:
                self.stated[node.tagname] = node.astext()


def _text(node: Any) -> str:
    from docutils import nodes

    parts: list[str] = []
    for child in node.children:
        if isinstance(child, nodes.superscript):
            parts.append(raised("".join(parts)[-40:], child.astext()))
        elif isinstance(child, nodes.subscript):
            parts.append(lowered("".join(parts)[-40:], child.astext()))
        elif isinstance(child, (nodes.footnote_reference, nodes.citation_reference)):
            parts.append(f"[{child.astext()}]")
        elif isinstance(child, nodes.Text):
            parts.append(child.astext().replace("\n", " "))
        elif not isinstance(child, (nodes.system_message, nodes.image)):
            parts.append(_text(child))
    return "".join(parts)
