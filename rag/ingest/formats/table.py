"""Tables: every row with a text is an article; a table without a column of texts is one article, row by row.

Which column holds what is told by its name: ``text``, ``title``, ``date`` … as data sets commonly call them; without
such a name the column with the longest values is the text.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rag.errors import FileError
from rag.ingest.formats.encoding import decode
from rag.ingest.formats.html import lay_out_markup
from rag.ingest.formats.layout import Layout, collapse
from rag.ingest.formats.metadata import iso_date, one_line
from rag.ingest.formats.packed import no_text, opened_zip, refused_unless
from rag.ingest.formats.protocol import Contents, Document
from rag.language.reading_text import printed

_COLUMNS = {
    "text": "text body content article full_text fulltext article_text content_text story message post transcript "
    "abstract description summary",
    "title": "title headline heading subject name",
    "published": "published date publish_date published_at pubdate publication_date date_published datepublished "
    "created_at timestamp day",
    "author": "author authors byline creator by writer from",
    "outlet": "outlet source publisher publication site newspaper journal",
}
QUESTION_SET = frozenset({"question", "answers"})
"""Columns of a question set: what ``citespan evaluate`` reads holds no articles."""
_TEXT_LENGTH = 40
"""Mean characters of a column's values from which it is a column of texts whatever its name."""
_MOST_ROWS = 100_000
_LONGEST_CELL = 5_000_000
Row = dict[str, str]


class CsvFormat:
    """Reads ``.csv``, ``.tsv`` and ``.tab``; the delimiter is found out."""

    name = "table of values"
    suffixes: tuple[str, ...] = (".csv", ".tsv", ".tab")

    def read_all(self, data: bytes, name: str) -> Contents:
        """Every row, with the member ``#1``, ``#2`` … in the order below the head.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file cannot be decoded, is no table, or holds no text.
        """
        decoded = decode(data, name)
        with refused_unless(name, "a table of values"):
            csv.field_size_limit(_LONGEST_CELL)
            lines = csv.reader(io.StringIO(decoded.text, newline=""), delimiter=_delimiter(decoded.text, name))
            return _articles([list(itertools.islice(lines, _MOST_ROWS))], name, decoded.warnings)


class XlsxFormat:
    """Reads ``.xlsx`` and ``.xlsm``: the values as last calculated; formulas are never run."""

    name = "Excel"
    suffixes: tuple[str, ...] = (".xlsx", ".xlsm")

    def read_all(self, data: bytes, name: str) -> Contents:
        """Every row of every sheet, as for other tables.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is no Excel file, damaged, too large when unpacked, or holds no text.
        """
        import openpyxl

        kind = "an Excel file"
        with opened_zip(data, name, kind):
            pass
        with refused_unless(name, kind):
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            try:
                sheets = [
                    [[_shown(cell) for cell in row] for row in itertools.islice(sheet.values, _MOST_ROWS)]
                    for sheet in book.worksheets
                    if sheet.sheet_state == "visible"
                ]
            finally:
                book.close()
            return _articles(sheets, name)


class JsonLinesFormat:
    """Reads ``.jsonl`` and ``.ndjson``, an object a line, and ``.json`` that is a list of objects."""

    name = "JSON lines"
    suffixes: tuple[str, ...] = (".jsonl", ".ndjson", ".json")

    def read_all(self, data: bytes, name: str) -> Contents:
        """Every object, with the member ``#1``, ``#2`` …

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file cannot be decoded, holds no objects, or none with text.
        """
        decoded = decode(data, name)
        failures: list[FileError] = []
        rows = list(_objects(decoded.text, name, failures))
        if not rows:
            raise FileError(name, "it holds no JSON objects", "Write one object with a text on each line")
        head = list(dict.fromkeys(key for row in rows for key in row))
        table = [head, *([row.get(key, "") for key in head] for row in rows)]
        contents = _articles([table], name, decoded.warnings)
        return Contents(contents.documents, tuple(failures[:20]))


def _objects(text: str, name: str, failures: list[FileError]) -> Iterator[Row]:
    try:
        whole = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, dict):
        lists = [value for value in whole.values() if isinstance(value, list)]
        whole = lists[0] if len(lists) == 1 and lists[0] and isinstance(lists[0][0], dict) else [whole]
    if isinstance(whole, list):
        yield from (_row(item) for item in whole if isinstance(item, dict))
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line, strict=False)
        except (ValueError, RecursionError):
            failures.append(FileError(f"{name}#{number}", "the line is no JSON", "Mend the line, and add it again"))
            continue
        if isinstance(item, dict):
            yield _row(item)


def _row(item: dict[str, Any]) -> Row:
    return {str(key): _shown(value) for key, value in item.items()}


def _shown(value: Any) -> str:
    if value is None or isinstance(value, (dict, bool)):
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(_shown(item) for item in value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    return str(value)


def _delimiter(text: str, name: str) -> str:
    if name.lower().endswith((".tsv", ".tab")):
        return "\t"
    head = text.lstrip().split("\n", 1)[0]
    return max(",;\t|", key=head.count)


def _articles(tables: Iterable[list[list[str]]], name: str, warnings: tuple[str, ...] = ()) -> Contents:
    documents: list[Document] = []
    filled = [table for table in tables if any(any(cell.strip() for cell in row) for row in table)]
    if filled and all(QUESTION_SET.issubset(map(collapse, table[0])) for table in filled):
        return Contents(())
    for number, table in enumerate(filled, start=1):
        sheet = f"#{number}" if len(filled) > 1 else ""
        documents += _rows(table, sheet)
    if not documents:
        raise no_text(name)
    if warnings:
        documents[0] = Document(**{**_fields(documents[0]), "warnings": warnings})
    return Contents(tuple(documents))


def _fields(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in Document.__dataclass_fields__}


def _rows(table: Sequence[Sequence[str]], sheet: str) -> list[Document]:
    """The articles of one table, whose first row is its head."""
    head = [collapse(cell) for cell in table[0]]
    rows = [list(row) + [""] * (len(head) - len(row)) for row in table[1:]]
    columns = _columns(head, rows)
    if columns.get("text") is None:
        layout = Layout()
        for number, row in enumerate(table):
            layout.add("\t".join(map(collapse, row)).strip("\t"), tight=number > 0)
        return [Document(layout.text, member=sheet)] if layout.text else []
    found = (_article(row, head, columns, f"{sheet}#{number}") for number, row in enumerate(rows, start=1))
    return [document for document in found if document is not None]


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Which column holds what: the number of each kind of column that the table has."""
    named = [name.lower().replace(" ", "_").replace("-", "_") for name in head]
    columns: dict[str, int] = {}
    for kind, names in _COLUMNS.items():
        place = next((named.index(name) for name in names.split() if name in named), None)
        if place is not None and place not in columns.values():
            columns[kind] = place
    if "text" not in columns and rows:
        sample = rows[:200]
        lengths = [sum(len(row[place]) for row in sample) / len(sample) for place in range(len(head))]
        longest = max(range(len(head)), key=lambda place: lengths[place], default=0)
        if lengths and lengths[longest] >= _TEXT_LENGTH and longest not in columns.values():
            columns["text"] = longest
    return columns


def _article(row: Sequence[str], head: Sequence[str], columns: dict[str, int], member: str) -> Document | None:
    def cell(kind: str) -> str | None:
        return row[columns[kind]] if kind in columns else None

    text = cell("text") or ""
    layout = Layout()
    if "</" in text or "<br" in text or "<p>" in text:
        lay_out_markup(text, layout)
        text = layout.text
    text = printed(text).strip()
    if not text:
        return None
    return Document(
        text=text,
        title=one_line(cell("title")),
        published=iso_date(cell("published")),
        author=one_line(cell("author")),
        outlet=one_line(cell("outlet")),
        headings=layout.headings if text == layout.text else (),
        member=member,
    )
