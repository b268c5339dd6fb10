"""What every registered format promises, run over all of them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import FileError
from rag.ingest.formats import FORMATS, SUPPORTED_SUFFIXES, Contents, format_for, read_with
from tests.unit.rag.ingest.formats.made import AUTHOR, DATE, MADE, PROSE, TITLE

EVERY_FORMAT = pytest.mark.parametrize("end", MADE, ids=lambda end: end or "no suffix")
EXAMPLES = settings(max_examples=12, deadline=None, derandomize=True)
WORDS = st.text(
    st.sampled_from(
        "abcXYZ019 éß\u00a0“”‘’…—-.,!?;:()[]#*_`|>~\\שלוםقلم日本語हि\u0301\u200d\u202e\N{PARTY POPPER}\N{GRINNING FACE}"
    ),
    min_size=1,
    max_size=60,
)
BLOCKS = st.lists(WORDS, min_size=1, max_size=8)
STATES_NOTHING = {".txt", ".srt", ".ipynb", ""}
"""Formats in which a file does not say who wrote it and when."""


def read(end: str, data: bytes) -> Contents:
    name = f"folder/a{end}"
    return read_with(format_for(Path(name)), data, name)


def test_every_format_is_tested() -> None:
    assert {format_for(Path(f"a{end}")).name for end in MADE} == {known.name for known in FORMATS}


@EVERY_FORMAT
@EXAMPLES
@given(blocks=BLOCKS)
def test_text_and_headings_are_well_formed(end: str, blocks: list[str]) -> None:
    data = MADE[end](["Anchor text.", *blocks])
    contents = read(end, data)
    assert contents == read(end, data)
    assert contents.documents
    for document in contents.documents:
        assert document.text.strip()
        document.text.encode("utf-8")
        for ranges in (document.headings, document.boilerplate):
            position = 0
            for span in ranges:
                assert position <= span.start < span.end <= len(document.text)
                assert span.of(document.text).strip()
                position = span.end
        assert list(document.pages) == sorted(document.pages)
        stated = (document.title, document.published, document.author, document.outlet, document.about)
        assert all(value is None or value.strip() for value in stated)


@EVERY_FORMAT
def test_the_words_and_what_the_file_states(end: str) -> None:
    contents = read(end, MADE[end](PROSE))
    assert not contents.failures
    (document,) = contents.documents
    words = " ".join(document.text.split())
    assert all(sentence in words for sentence in PROSE)
    if end not in STATES_NOTHING:
        assert (document.title, document.author, document.published) == (TITLE, AUTHOR, DATE)
    assert not document.warnings


@EVERY_FORMAT
@pytest.mark.parametrize("data", [b"", b"  \n ", b"%PDF-1.4 x", b"\x00\x01\x02\x03", "“ok” é".encode() + b"\xff"])
def test_bad_bytes_are_file_errors_that_name_the_file(end: str, data: bytes) -> None:
    with pytest.raises(FileError) as caught:
        read(end, data)
    assert str(caught.value).startswith("folder/a")
    assert caught.value.remedy


@EVERY_FORMAT
def test_damage_is_a_file_error_or_a_document(end: str, request: pytest.FixtureRequest) -> None:
    chooser = random.Random(7)
    whole = MADE[end](PROSE)
    for number in range(request.config.getoption("--fuzz", 12)):
        data = bytearray(whole)
        if number % 3 == 0:
            del data[chooser.randrange(len(data)) :]
        for _ in range(chooser.randrange(1, 20) if number % 3 else 0):
            data[chooser.randrange(len(data))] = chooser.randrange(256)
        try:
            contents = read(end, bytes(data))
        except FileError:
            continue
        assert all(document.text.strip() for document in contents.documents)


def test_each_suffix_belongs_to_one_format() -> None:
    assert len(SUPPORTED_SUFFIXES) == len(set(SUPPORTED_SUFFIXES))
    assert "" not in SUPPORTED_SUFFIXES
    for known in FORMATS:
        assert known.suffixes
        for suffix in known.suffixes:
            assert suffix == suffix.lower()
            assert not suffix or suffix.startswith(".")
            assert format_for(Path(f"a.b{suffix.upper()}" if suffix else "a")) is known


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.xyz", r"\.txt, \.text, \.log, \.asc, \.md"),
        ("a.doc", r"Save it as \.docx"),
        ("https://example.org/a.html", "Save the page first"),
        ("https://example.org/a", "Save the page first"),
    ],
)
def test_what_is_not_supported_says_what_to_do(name: str, said: str) -> None:
    with pytest.raises(FileError, match=said):
        format_for(Path(name))
