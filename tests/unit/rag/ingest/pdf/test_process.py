from __future__ import annotations

import random

import pytest

from rag.ingest.pdf import document, process
from rag.ingest.pdf.process import PdfProcessError, run
from tests.unit.rag.ingest.pdf.written import Put, paragraph, written

ARTICLE = written([paragraph(["The harbour was opened in May 1911.", "It is closed."])])


def refusal(data: bytes) -> str:
    with pytest.raises(PdfProcessError) as caught:
        run({"task": "read"}, data)
    assert caught.value.problem
    assert caught.value.remedy
    return str(caught.value)


def test_a_document_is_read_in_a_process_of_its_own() -> None:
    found, picture = run({"task": "read"}, ARTICLE)
    assert found["content"]["text"] == "The harbour was opened in May 1911. It is closed."
    assert picture == b""


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (ARTICLE[: len(ARTICLE) // 3], "damaged"),
        (b"%PDF-1.7\nnothing else", "damaged"),
        (written([[Put("Secret")]], password=True), "password"),
        (written([]), "no pages"),
        (written([[], []]), "no text"),
        (written([[Put("...")]]), "no text"),
        (written([[]] * (document.MOST_PAGES + 1)), "many pages"),
    ],
    ids=["cut off", "a header only", "password", "no pages", "a scan", "dots", "too many pages"],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    assert refusal(data) == reason


def test_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MOST_CHARACTERS", 10)
    with pytest.raises(document.PdfError, match="much text"):
        document.read(ARTICLE)
    monkeypatch.undo()
    monkeypatch.setattr(document, "MOST_PAGE_CHARACTERS", 10)
    with pytest.raises(document.PdfError, match="much text"):
        document.read(ARTICLE)


def test_a_file_that_kills_its_reader_kills_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "WORKER", "tests.unit.rag.ingest.pdf.crashing_worker")
    assert refusal(ARTICLE) == "damaged"


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PATIENCE", 0.001)
    assert refusal(ARTICLE) == "too costly"


def test_damage_anywhere_is_an_error_or_a_text() -> None:
    chooser = random.Random(5)
    for _ in range(12):
        data = bytearray(ARTICLE)
        for _ in range(chooser.randrange(1, 30)):
            data[chooser.randrange(len(data))] = chooser.randrange(256)
        try:
            found, _ = run({"task": "read"}, bytes(data))
        except PdfProcessError:
            continue
        assert found["content"]["text"].strip()
