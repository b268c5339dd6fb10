from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.errors import FileError
from rag.ingest import isolation
from rag.ingest.isolation import end_workers, read_isolated, run
from rag.ingest.pdf import document
from rag.ingest.reading import read_file
from rag.settings import IngestSettings
from tests.unit.rag.ingest.pdf.written import Put, paragraph, written

ARTICLE = written([paragraph(["The harbour was opened in May 1911.", "It is closed."])])
TEXT = "The harbour was opened in May 1911. It is closed."


@pytest.fixture
def fresh() -> Iterator[None]:
    """No worker from before, and none left behind."""
    end_workers()
    yield
    end_workers()


def refusal(data: bytes, known: str = "PDF") -> str:
    with pytest.raises(FileError) as caught:
        read_isolated(known, data, "folder/a.pdf")
    assert str(caught.value.path) == "folder/a.pdf"
    assert caught.value.remedy
    return caught.value.problem


def test_files_are_read_in_one_process_that_is_not_this_one() -> None:
    for _ in range(3):
        contents = read_isolated("PDF", ARTICLE, "a.pdf")
        assert [found.text for found in contents.documents] == [TEXT]
    page = b"<h1>Harbour</h1><p>It was opened in May 1911.</p>"
    assert read_isolated("HTML", page, "a.html").documents[0].headings[0].of("Harbour") == "Harbour"
    assert len(isolation._IDLE) == 1
    assert isolation._IDLE[0]._process.pid != os.getpid()


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
    assert refusal(data) == document.REASONS[reason][0]


def test_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MOST_CHARACTERS", 10)
    with pytest.raises(document.PdfError, match="much text"):
        document.read(ARTICLE)
    monkeypatch.undo()
    monkeypatch.setattr(document, "MOST_PAGE_CHARACTERS", 10)
    with pytest.raises(document.PdfError, match="much text"):
        document.read(ARTICLE)


def test_a_file_that_kills_its_reader_kills_nothing_else(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "WORKER", "tests.unit.rag.ingest.crashing_worker")
    assert "damaged" in refusal(ARTICLE)
    monkeypatch.undo()
    assert read_isolated("PDF", ARTICLE, "a.pdf").documents[0].text == TEXT


def test_a_file_that_takes_too_long_is_given_up(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "PATIENCE", 0.001)
    assert "too much time" in refusal(ARTICLE)


def test_a_page_with_a_tag_of_many_attributes_is_given_up(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "SECONDS", 0.0)
    monkeypatch.setattr(isolation, "SECONDS_PER_MEGABYTE", 0.5)
    attributes = " ".join(f"a{number}={number}" for number in range(60_000))
    assert "too much time" in refusal(f"<p>Text.</p><p {attributes}>More.</p>".encode(), "HTML")
    monkeypatch.undo()
    assert read_isolated("HTML", b"<p>Text.</p>", "a.html").documents[0].text == "Text."


def test_threads_share_the_workers(fresh: None) -> None:
    texts: list[str] = []

    def read() -> None:
        texts.extend(found.text for found in read_isolated("PDF", ARTICLE, "a.pdf").documents)

    threads = [threading.Thread(target=read) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == [TEXT] * 5
    assert 1 <= len(isolation._IDLE) <= isolation.AT_ONCE


def test_a_worker_that_was_ended_while_it_waited_is_replaced(fresh: None) -> None:
    run({"task": "read", "format": "HTML", "name": "a"}, b"<p>Text.</p>")
    isolation._IDLE[0]._process.terminate()
    assert run({"task": "read", "format": "HTML", "name": "a"}, b"<p>Text.</p>")[0]["documents"]


def test_damage_anywhere_is_an_error_or_a_text() -> None:
    chooser = random.Random(5)
    for _ in range(12):
        data = bytearray(ARTICLE)
        for _ in range(chooser.randrange(1, 30)):
            data[chooser.randrange(len(data))] = chooser.randrange(256)
        try:
            contents = read_isolated("PDF", bytes(data), "a.pdf")
        except FileError:
            continue
        assert contents.documents[0].text.strip()


def test_plain_text_needs_no_worker(fresh: None, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("The harbour was opened in May 1911.")
    assert len(read_file(path, IngestSettings()).articles) == 1
    assert not isolation._IDLE
