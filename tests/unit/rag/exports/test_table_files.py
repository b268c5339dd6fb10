from __future__ import annotations

import csv
import io
import json
import re
import zipfile

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from openpyxl import load_workbook

from rag import InputError
from rag.exports.citations import one_line
from rag.exports.csv import harmless
from rag.exports.files import FORMATS, export_table
from rag.table.records import Table
from tests.unit.rag.table.made_up import article_of, summary_of, table_of

QUESTION = "How much did the repairs cost?"
BRIDGE = article_of(1, "The repairs cost =1+1 crowns.", title="Mill Bridge", outlet="The Post", published="2024-03-15")
FERRY = article_of(2, "The repairs cost 7 crowns.", title="Ferry")
FAIR = article_of(3, "A fair.", title="Fair")
ARTICLES = [BRIDGE, FERRY, FAIR]
SOURCES = {article.article_id: summary_of(article) for article in ARTICLES}


def table() -> Table:
    return table_of(ARTICLES, {QUESTION: ["=1+1 crowns", "7 crowns", None]})


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def test_csv_has_the_citation_beside_each_answer() -> None:
    header, bridge, _, fair = rows_of(export_table(table(), "csv", SOURCES))
    assert header == ["Title", "Outlet", "Published", "Source", QUESTION, "Citation", "Confidence"]
    cited = "Mill Bridge, The Post, 2024-03-15, 001.txt:17-28"
    assert bridge == ["Mill Bridge", "The Post", "2024-03-15", "001.txt", "'=1+1 crowns", cited, "0.90"]
    assert fair[4:] == ["not in this article", "", ""]


def test_a_workbook_holds_text_and_no_formula() -> None:
    book = load_workbook(io.BytesIO(export_table(table(), "xlsx", SOURCES)))
    sheet, citations = book["Table"], book["Citations"]
    assert sheet["E2"].value == "=1+1 crowns"
    assert {cell.data_type for line in sheet.iter_rows() for cell in line if cell.value is not None} == {"s"}
    assert sheet["E2"].fill.fgColor.rgb == sheet["E3"].fill.fgColor.rgb != sheet["E4"].fill.fgColor.rgb
    assert [cell.value for cell in citations[2]][-3:] == [17, 28, BRIDGE.article_id]
    assert BRIDGE.text[17:28] == "=1+1 crowns"
    assert citations.max_row == 3


def test_html_shows_each_quote_below_its_answer() -> None:
    page = html.fromstring(export_table(table(), "html", SOURCES).decode())
    assert [one.text for one in page.findall(".//blockquote")] == [BRIDGE.text, FERRY.text, FAIR.text]
    assert len(page.findall(".//td[@class='contradicted']")) == 2
    assert page.findall(".//script") == []


def test_a_word_document_has_a_footnote_for_each_citation() -> None:
    content = export_table(table(), "docx", SOURCES)
    document = Document(io.BytesIO(content))
    assert [cell.text for cell in document.tables[0].columns[1].cells][3] == "not in this article"
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        notes = etree.fromstring(package.read("word/footnotes.xml"))
        body = etree.fromstring(package.read("word/document.xml"))
        types = package.read("[Content_Types].xml").decode()
    space = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    references = body.xpath("//w:footnoteReference/@w:id", namespaces=space)
    assert references == ["1", "2"]
    for number, article in zip(references, ARTICLES, strict=False):
        (note,) = notes.xpath(f"//w:footnote[@w:id='{number}']", namespaces=space)
        assert f"“{article.text}” {article.title}" in "".join(note.itertext())
    assert "footnotes+xml" in types


def test_json_is_the_table() -> None:
    document = json.loads(export_table(table(), "json", SOURCES))
    assert document["columns"][0]["accounts"][0]["contradicts"] == [1]
    assert document["cells"][0]["answer"]["citations"][0]["text"] == "=1+1 crowns"


def test_another_format_is_refused() -> None:
    with pytest.raises(InputError, match="there are xlsx, csv"):
        export_table(table(), "pdf", SOURCES)


HOSTILE = st.one_of(
    st.text(min_size=1, max_size=40),
    st.sampled_from(
        ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1", "</td><script>x</script>", "]]>"]
    ),
    st.text(alphabet="=+-@\"',;\t\r\n<>&{}\\%$#_^~\x00\x1b\u202e\ufffe a", min_size=1, max_size=20),
)


def hostile_table(text: str) -> Table:
    article = article_of(1, f"{text}\nThe end.", title=text, outlet=text, source=text, author=text)
    return table_of([article], {f"What about {text} ?": [text]})


def hostile_sources(found: Table) -> dict[str, object]:
    text = found.rows[0].title
    return {found.rows[0].row_id: summary_of(article_of(1, "x", title=text, outlet=text, source=text, author=text))}


@given(HOSTILE)
def test_no_cell_of_a_csv_begins_a_formula(text: str) -> None:
    found = hostile_table(text)
    lines = rows_of(export_table(found, "csv", hostile_sources(found)))  # type: ignore[arg-type]
    assert [len(line) for line in lines] == [7, 7]
    for line in lines:
        for cell in line:
            assert not re.match(r"\s*[=+\-@＝＋－＠]", cell)
            assert not re.search(r"[\t\r\n]", cell)


@given(HOSTILE)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert harmless(text).removeprefix("'") == text.removeprefix("'")
    assert harmless(f"a{text}") == f"a{text}"


@given(HOSTILE)
def test_every_cell_of_a_workbook_is_text(text: str) -> None:
    found = hostile_table(text)
    book = load_workbook(io.BytesIO(export_table(found, "xlsx", hostile_sources(found))))  # type: ignore[arg-type]
    types = {cell.data_type for line in book["Table"].iter_rows() for cell in line if cell.value is not None}
    assert types == {"s"}
    assert not {cell.data_type for line in book["Citations"].iter_rows() for cell in line} & {"f", "e"}


@given(HOSTILE)
def test_html_shows_whatever_it_holds_as_text(text: str) -> None:
    found = hostile_table(text)
    page = html.fromstring(export_table(found, "html", hostile_sources(found)))  # type: ignore[arg-type]
    assert {element.tag for element in page.iter() if isinstance(element.tag, str)} <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "p", "div", "table", "thead", "tbody", "tr"),
        *("th", "td", "details", "summary", "blockquote"),
    }
    if one_line(text):
        assert one_line(text) in one_line(page.text_content())


@given(HOSTILE)
def test_every_other_file_can_be_read_again(text: str) -> None:
    found = hostile_table(text)
    sources = hostile_sources(found)
    Document(io.BytesIO(export_table(found, "docx", sources)))  # type: ignore[arg-type]
    (item,) = json.loads(export_table(found, "csl", sources))  # type: ignore[arg-type]
    assert item.get("title", "") == one_line(text)
    entry = export_table(found, "bibtex", sources).decode()  # type: ignore[arg-type]
    assert depth_of(entry) == 0


def depth_of(entry: str) -> int:
    """How many braces stay open, as BibTeX counts: an escaped brace counts too."""
    depth = 0
    for character in entry:
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    return depth


def test_every_format_has_a_suffix_and_a_type() -> None:
    for name, one in FORMATS.items():
        assert one.suffix.startswith("."), name
        assert "/" in one.media_type, name
