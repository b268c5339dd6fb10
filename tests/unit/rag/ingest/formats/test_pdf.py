from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import FileError
from rag.ingest.formats.pdf import PdfFormat
from rag.ingest.formats.protocol import Document
from rag.ingest.reading import read_article
from rag.settings import IngestSettings
from tests.unit.rag.ingest.pdf.written import Put, paragraph, written

BODY = ["The harbour was opened in May 1911 by the engineer Marta", "Solberg, who lived in the town for many years."]
HEADED = [Put("Lindness and its harbour", y=760, size=20), *paragraph(BODY)]


def document(**facts: str) -> Document:
    return PdfFormat().read(written([HEADED], facts), "a.pdf")


def test_title_author_and_date_are_those_of_the_properties() -> None:
    found = document(Title=" A harbour\n for all ", Author="Ida Berg", CreationDate="D:20240405120000+02'00'")
    assert (found.title, found.author, found.published) == ("A harbour for all", "Ida Berg", "2024-04-05")


@pytest.mark.parametrize(
    "title", ["", "Microsoft Word - draft3.doc", "untitled", "harbour.indd", "file:///tmp/x", "12-3"]
)
def test_a_title_that_a_program_made_up_gives_way_to_the_largest_heading(title: str) -> None:
    assert document(Title=title).title == "Lindness and its harbour"


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"CreationDate": "yesterday"},
        {"CreationDate": "D:19040101000000Z"},
        {"CreationDate": "D:20241341"},
        {"CreationDate": "D:20240405", "ModDate": "D:20230101"},
        {"CreationDate": "D:20240405", "Producer": "Skia/PDF m156"},
    ],
    ids=["none", "words", "before PDF", "no day", "changed before it was made", "printed by a browser"],
)
def test_a_date_that_says_nothing_of_the_article_is_left_out(facts: dict[str, str]) -> None:
    assert document(**facts).published is None


def test_an_author_that_is_no_name_is_left_out() -> None:
    assert document(Author="Administrator").author is None


def test_a_scan_says_what_to_do() -> None:
    with pytest.raises(FileError, match=r"scan/a\.pdf: it holds no text, only pictures.*ocrmypdf") as caught:
        PdfFormat().read(written([[]]), "scan/a.pdf")
    assert str(caught.value.path) == "scan/a.pdf"


def test_a_password_is_named() -> None:
    with pytest.raises(FileError, match=r"password.*Save a copy"):
        PdfFormat().read(written([HEADED], password=True), "a.pdf")


def test_the_article_knows_its_pages_and_its_running_headers(tmp_path: Path) -> None:
    header = Put("Yearbook of the town", y=800, size=9)
    path = tmp_path / "a.pdf"
    path.write_bytes(written([[header, *HEADED], [header, *paragraph(["It was closed in 1974."])]]))
    read = read_article(path, IngestSettings())
    article = read.article
    assert [span.of(article.text) for span in article.boilerplate] == ["Yearbook of the town"] * 2
    sentences = [sentence.of(article.text) for sentence in read.sentences]
    assert sentences == ["Lindness and its harbour", " ".join(BODY), "It was closed in 1974."]
    assert [article.page_of(sentence.start) for sentence in read.sentences] == [1, 1, 2]
    assert article.title == "Lindness and its harbour"
