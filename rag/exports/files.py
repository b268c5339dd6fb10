"""The files a table can be written to, by the names of their formats."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rag.errors import InputError
from rag.exports.citations import Sources, differing, supporting
from rag.records import Answer, ArticleSummary
from rag.table.records import Table


@dataclass(frozen=True, slots=True)
class FileFormat:
    """One way to write a table.

    Attributes:
        suffix: of its files, with the dot.
        media_type: for HTTP.
        write: the file's bytes.
    """

    suffix: str
    media_type: str
    write: Callable[[Table, Sources], bytes]


def export_table(table: Table, name: str, sources: Sources) -> bytes:
    """The table as a file of the format ``name``, a key of ``FORMATS``.

    Raises:
        InputError: there is no such format.
    """
    if name not in FORMATS:
        raise InputError(f"{name!r} is no format of a table; there are {', '.join(FORMATS)}")
    return FORMATS[name].write(table, sources)


def cited_articles(answers: Iterable[Answer], sources: Sources) -> list[ArticleSummary]:
    """The articles that answers cite, in the order in which they are first cited."""
    cited = [citation for answer in answers for citation in (*supporting(answer), *differing(answer))]
    ids = dict.fromkeys(citation.article_id for citation in cited)
    return [sources[article_id] for article_id in ids if article_id in sources]


def _csv(table: Table, sources: Sources) -> bytes:
    from rag.exports.csv import table_csv

    return table_csv(table, sources)


def _xlsx(table: Table, sources: Sources) -> bytes:
    from rag.exports.xlsx import table_xlsx

    return table_xlsx(table, sources)


def _html(table: Table, sources: Sources) -> bytes:
    from rag.exports.html import table_html

    return table_html(table, sources)


def _docx(table: Table, sources: Sources) -> bytes:
    from rag.exports.docx import table_docx

    return table_docx(table, sources)


def _json(table: Table, sources: Sources) -> bytes:
    return (json.dumps(table.to_dict(), ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def _bibtex(table: Table, sources: Sources) -> bytes:
    from rag.exports.bibtex import bibtex

    return bibtex(cited_articles((cell.answer for cell in table.cells), sources))


def _csl(table: Table, sources: Sources) -> bytes:
    from rag.exports.csl import csl_json

    return csl_json(cited_articles((cell.answer for cell in table.cells), sources))


_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMATS: dict[str, FileFormat] = {
    "xlsx": FileFormat(".xlsx", _WORKBOOK, _xlsx),
    "csv": FileFormat(".csv", "text/csv; charset=utf-8", _csv),
    "html": FileFormat(".html", "text/html; charset=utf-8", _html),
    "docx": FileFormat(".docx", _DOCUMENT, _docx),
    "json": FileFormat(".json", "application/json", _json),
    "bibtex": FileFormat(".bib", "application/x-bibtex; charset=utf-8", _bibtex),
    "csl": FileFormat(".csl.json", "application/vnd.citationstyles.csl+json", _csl),
}
