"""Org files: headlines, paragraphs, lists and tables without their markup; drawers and comments are left out."""

from __future__ import annotations

import re

from rag.ingest.formats.encoding import decode
from rag.ingest.formats.layout import Layout, collapse
from rag.ingest.formats.metadata import iso_date, one_line
from rag.ingest.formats.packed import no_text
from rag.ingest.formats.protocol import Document

_KEYWORD = re.compile(r"#\+(\w+):[ \t]*(.*)", re.IGNORECASE)
_HEADLINE = re.compile(
    r"\*+[ \t]+(?:(?:TODO|DONE|NEXT|WAIT(?:ING)?)[ \t]+)?(?:\[#\w\][ \t]+)?(.*?)(?:[ \t]+:[\w@:]+:)?[ \t]*$"
)
_DRAWER = re.compile(r"[ \t]*:(?:PROPERTIES|LOGBOOK|[A-Z_]+):[ \t]*$")
_DRAWER_END = re.compile(r"[ \t]*:END:[ \t]*$", re.IGNORECASE)
_PLANNING = re.compile(r"[ \t]*(?:SCHEDULED|DEADLINE|CLOSED|CLOCK):")
_BLOCK = re.compile(r"[ \t]*#\+(begin|end)_(\w+)", re.IGNORECASE)
_COMMENT = re.compile(r"[ \t]*#(?: |$|\+)")
_RULE = re.compile(r"[ \t]*(?:\|[-+|]+|-{5,})[ \t]*$")
_ITEM = re.compile(r"[ \t]*(?:[-+]|\d{1,4}[.)])[ \t]+(?:\[[ X-]\][ \t]+)?")
_LINK = re.compile(r"\[\[([^\[\]\n]{1,500})\](?:\[([^\[\]\n]{1,500})\])?\]")
_NOTE = re.compile(r"\[fn:([\w-]{1,40})\]")
_EMPHASIS = re.compile(r"(?<![\w*/_=~+])([*/_=~+])(?=\S)([^\n]{1,300}?)(?<=\S)\1(?![\w*/_=~+])")
_POWER = re.compile(r"\^\{([^{}\n]{1,20})\}")
_LITERAL = ("src", "example", "export", "verbatim")


class OrgFormat:
    """Reads ``.org``."""

    name = "Org"
    suffixes: tuple[str, ...] = (".org",)

    def read(self, data: bytes, name: str) -> Document:
        """Extract the text, and what ``#+TITLE:``, ``#+AUTHOR:`` and ``#+DATE:`` state.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is empty, binary or cannot be decoded, or holds no text.
        """
        decoded = decode(data, name)
        writer = _Writer()
        for line in decoded.text.splitlines():
            writer.read(line)
        writer.flush()
        if not writer.layout.text:
            raise no_text(name)
        stated = writer.stated
        return Document(
            text=writer.layout.text,
            title=one_line(_plain(stated.get("title", ""))) or writer.layout.first_heading,
            published=iso_date(stated.get("date", "").strip("<>[]")),
            author=one_line(stated.get("author")),
            headings=writer.layout.headings,
            warnings=decoded.warnings,
        )


class _Writer:
    def __init__(self) -> None:
        self.layout = Layout()
        self.stated: dict[str, str] = {}
        self._lines: list[str] = []
        self._literal: str | None = None
        self._in_drawer = False
        self._in_list = False

    def read(self, line: str) -> None:
        """Take in the next line of the file."""
        block = _BLOCK.match(line)
        if self._in_drawer:
            self._in_drawer = not _DRAWER_END.match(line)
        elif self._literal is not None:
            if block is not None and block[1].lower() == "end" and block[2].lower() == self._literal:
                self.layout.add("\n".join(self._lines))
                self._lines, self._literal = [], None
            else:
                self._lines.append(line)
        elif block is not None:
            self.flush()
            if block[1].lower() == "begin" and block[2].lower() in _LITERAL:
                self._literal = block[2].lower()
        elif (keyword := _KEYWORD.match(line)) is not None:
            self.stated.setdefault(keyword[1].lower(), keyword[2].strip())
        elif _DRAWER.match(line):
            self._in_drawer = True
        elif not _COMMENT.match(line) and not _PLANNING.match(line) and not _RULE.match(line):
            self._read_text(line)

    def _read_text(self, line: str) -> None:
        headline = _HEADLINE.match(line)
        if headline is not None:
            self.flush()
            self.layout.add(_plain(headline[1]), heading=True)
        elif not line.strip():
            self.flush()
            self._in_list = False
        elif line.lstrip().startswith("|"):
            self.flush()
            self.layout.add("\t".join(_plain(cell) for cell in line.strip().strip("|").split("|")), tight=self._in_list)
            self._in_list = True
        else:
            item = _ITEM.match(line)
            if item is not None:
                self.flush()
                self._lines.append("- " + line[item.end() :])
            else:
                self._lines.append(line)

    def flush(self) -> None:
        """Write the paragraph that was collected."""
        if self._literal is None and self._lines:
            text = _plain(" ".join(self._lines))
            is_item = text.startswith("- ")
            self.layout.add(text, tight=is_item and self._in_list)
            self._in_list = is_item
        if self._lines:
            self._lines = []


def _plain(text: str) -> str:
    """Text without markup."""
    text = _LINK.sub(lambda match: match[2] or match[1], text)
    text = _POWER.sub(r"[\1]", _NOTE.sub(r"[\1]", text))
    return collapse(_EMPHASIS.sub(r"\2", text))
