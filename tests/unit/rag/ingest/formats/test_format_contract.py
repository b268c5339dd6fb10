"""What every registered format promises, run over all of them."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import FileError
from rag.ingest.formats import FORMATS, SUPPORTED_SUFFIXES, Format, format_for
from tests.unit.rag.ingest.pdf.written import Put, written

EVERY_FORMAT = pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)


EXAMPLES = settings(max_examples=30, deadline=None, derandomize=True)
WORDS = st.text(
    st.sampled_from(
        "abcXYZ019 éß\u00a0“”‘’…—-.,!?;:()[]#*_`|>~\\שלוםقلم日本語हि\u0301\u200d\u202e\N{PARTY POPPER}\N{GRINNING FACE}"
    ),
    min_size=1,
    max_size=60,
)
BLOCKS = st.lists(WORDS, min_size=1, max_size=8)
LINE_BREAKS = st.sampled_from(["\n", "\r\n", "\n\n", "\r\n\r\n"])


def written_as(known: Format, blocks: list[str], line_break: str) -> bytes:
    """A file of the format with an anchor paragraph and the blocks."""
    anchor = "Anchor text."
    if ".pdf" in known.suffixes:
        return written([[Put(block, y=780 - 30 * row, font="any") for row, block in enumerate([anchor, *blocks])]])
    if ".html" in known.suffixes:
        paragraphs = "".join(f"<p>{html.escape(block)}</p>{line_break}" for block in [anchor, *blocks])
        return f"<!doctype html><html><body>{paragraphs}</body></html>".encode()
    return line_break.join([anchor, "", *blocks]).encode()


@EVERY_FORMAT
@EXAMPLES
@given(blocks=BLOCKS, line_break=LINE_BREAKS)
def test_text_and_headings_are_well_formed(known: Format, blocks: list[str], line_break: str) -> None:
    document = known.read(written_as(known, blocks, line_break), "a")
    assert document.text.strip()
    document.text.encode("utf-8")
    position = 0
    for heading in document.headings:
        assert position <= heading.start < heading.end <= len(document.text)
        assert heading.of(document.text).strip() == heading.of(document.text)
        position = heading.end
    assert list(document.pages) == sorted(document.pages)
    position = 0
    for ranges in document.boilerplate:
        assert position <= ranges.start < ranges.end <= len(document.text)
        position = ranges.end


@EVERY_FORMAT
@EXAMPLES
@given(blocks=BLOCKS, line_break=LINE_BREAKS)
def test_the_same_bytes_give_the_same_document(known: Format, blocks: list[str], line_break: str) -> None:
    data = written_as(known, blocks, line_break)
    assert known.read(data, "a") == known.read(data, "a")


@EVERY_FORMAT
@pytest.mark.parametrize("data", [b"", b"  \n ", b"%PDF-1.4 x", b"\x00\x01\x02\x03", "“ok” é".encode() + b"\xff"])
def test_bad_bytes_are_file_errors_that_name_the_file(known: Format, data: bytes) -> None:
    with pytest.raises(FileError) as caught:
        known.read(data, "folder/name")
    assert str(caught.value).startswith("folder/name: ")
    assert caught.value.remedy


@EVERY_FORMAT
def test_metadata_is_absent_rather_than_empty(known: Format) -> None:
    document = known.read(written_as(known, ["Some text."], "\n"), "a")
    stated = (document.title, document.published, document.author, document.outlet, document.about)
    assert all(value is None or value.strip() for value in stated)


@EVERY_FORMAT
def test_suffixes_are_lower_case_with_a_dot(known: Format) -> None:
    assert known.suffixes
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in known.suffixes)


def test_each_suffix_belongs_to_one_format() -> None:
    assert len(SUPPORTED_SUFFIXES) == len(set(SUPPORTED_SUFFIXES))
    assert set(SUPPORTED_SUFFIXES) >= {".txt", ".md", ".markdown", ".html", ".htm", ".pdf"}
    for known in FORMATS:
        for suffix in known.suffixes:
            assert format_for(Path(f"a.b{suffix.upper()}")) is known


@pytest.mark.parametrize("name", ["a.docx", "a", ".txt", "a.txt.gz"])
def test_an_unknown_suffix_is_an_error_that_lists_the_known_ones(name: str) -> None:
    with pytest.raises(FileError, match=r"\.txt, \.md"):
        format_for(Path(name))
