"""Invariants of the whole room over generated documents of every format."""

from __future__ import annotations

import html
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.ingest.boilerplate import find_boilerplate
from rag.ingest.passages import split_passages
from rag.ingest.reading import ReadArticle, read_article
from rag.language.sentences import split_sentences
from rag.records import Span
from rag.settings import IngestSettings

EXAMPLES = settings(max_examples=60, deadline=None, derandomize=True)
FRAGMENTS = st.sampled_from(
    [
        "The envoy met Mr. Trump at 5 p.m. in the U.S. Embassy",
        "“We agree,” she said",
        "Watch: the talks in pictures",
        "• A lone link",
        "Skip to content",
        "Ann Lee/AFP via Getty Images",
        "Russia, China, Iran, Qatar, talks",
        "European concern",
        "- item",
        "1. first",
        "שלום עולם",
        "\u202bهذا نص\u202c",
        "cafe\N{COMBINING ACUTE ACCENT}",
        "今天下雨。我们不去了。",
        "\N{FAMILY}\N{PARTY POPPER}\ufe0f",
        "a\u00a0b\u2009c",
        "www.example.com/a?b=c",
        "wait…",
        "x" * 700,
        "word " * 300,
        "(see p. 4. It is long)",
        "# Heading",
        "---",
        "| a | b |",
        "> quote",
        "<b>bold</b>",
        "&amp;",
        "title: x",
    ]
)
JOINTS = st.sampled_from(
    [
        ". ",
        " ",
        "! ",
        "? ",
        ".\n",
        "\n",
        "\n\n",
        "\r\n",
        "\r\n\r\n",
        "\r",
        ".” ",
        ", ",
        "\u2028",
        "\x0c",
        "\x85",
        "\t",
        "。",
    ]
)
TEXTS = st.lists(
    st.tuples(FRAGMENTS | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12), JOINTS),
    min_size=1,
    max_size=12,
).map(lambda parts: "".join(fragment + joint for fragment, joint in parts))


def check_spans(text: str, spans: Sequence[Span]) -> None:
    """In bounds, sorted, disjoint, without surrounding white space."""
    position = 0
    for span in spans:
        assert position <= span.start < span.end <= len(text)
        quoted = span.of(text)
        assert quoted == quoted.strip()
        position = span.end


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


@EXAMPLES
@given(text=TEXTS)
def test_sentences_are_exact_and_lose_only_space_and_list_marks(text: str) -> None:
    sentences = split_sentences(text)
    check_spans(text, sentences)
    position = 0
    for start, end in [*((span.start, span.end) for span in sentences), (len(text), len(text))]:
        assert not any(character.isalnum() for character in text[position:start])
        position = end


@EXAMPLES
@given(text=TEXTS, cuts=st.lists(st.integers(0, 400), max_size=6))
def test_headings_stand_alone(text: str, cuts: list[int]) -> None:
    places = sorted({cut for cut in cuts if cut <= len(text)})
    headings = [Span(start, end) for start, end in zip(places[::2], places[1::2], strict=False)]
    sentences = split_sentences(text, headings)
    check_spans(text, sentences)
    for sentence in sentences:
        assert all(heading.contains(sentence) or not heading.overlaps(sentence) for heading in headings)


@EXAMPLES
@given(text=TEXTS)
def test_boilerplate_is_exact(text: str) -> None:
    check_spans(text, find_boilerplate(text))


@EXAMPLES
@given(text=TEXTS, max_tokens=st.integers(1, 60), overlap=st.integers(0, 3))
def test_passages_cover_the_content_and_nothing_else(text: str, max_tokens: int, overlap: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.txt"
        path.write_bytes(b"Start. " + text.encode())
        read = read_article(path, IngestSettings())
    check_passages(read, max_tokens, overlap)


def check_passages(read: ReadArticle, max_tokens: int, overlap: int) -> None:
    article = read.article
    passages = split_passages(article, read.sentences, count_words, max_tokens, overlap)
    covered = bytearray(len(article.text))
    starts = [passage.start for passage in passages]
    assert starts == sorted(set(starts))
    for passage in passages:
        check_spans(article.text, passage.sentences)
        assert (passage.start, passage.end) == (passage.sentences[0].start, passage.sentences[-1].end)
        assert not any(marked.overlaps(passage.span) for marked in article.boilerplate)
        assert sum(count_words([span.of(article.text) for span in passage.sentences])) <= max_tokens
        covered[passage.start : passage.end] = b"\x01" * len(passage.span)
    for sentence in read.sentences:
        for offset in range(sentence.start, sentence.end):
            assert covered[offset] or article.text[offset].isspace()


# Every other format has a structure of its own: formats/test_format_contract.py writes, reads and damages its files.
@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
@EXAMPLES
@given(text=TEXTS)
def test_articles_of_any_text_are_exact_and_repeatable(suffix: str, text: str) -> None:
    content = f"<p>Start text.</p><p>{html.escape(text)}</p>" if suffix.startswith(".htm") else f"Start text.\n\n{text}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(content.encode())
        read = read_article(path, IngestSettings())
        assert read_article(path, IngestSettings()) == read
    article = read.article
    if suffix == ".txt":
        assert article.text == content
    assert article.title.strip() == article.title != ""
    assert "\n" not in article.title
    check_spans(article.text, read.sentences)
    check_spans(article.text, article.boilerplate)
    assert not any(sentence.overlaps(marked) for sentence in read.sentences for marked in article.boilerplate)
    check_passages(read, 30, 1)
