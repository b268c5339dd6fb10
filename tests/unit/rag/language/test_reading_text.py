from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.language.reading_text import reading_text
from rag.records import Span


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("Plain prose, with a well-known café.", "Plain prose, with a well-known café."),
        ("The wind\u00admill of Tor\u00adby", "The windmill of Torby"),
        ("the light\u200bhouse\ufeff keep\u2060er", "the lighthouse keeper"),
        ("by Anna\u200bHolm on 3\u200bJune", "by Anna Holm on 3 June"),
        ("the \ufb01shing \ufb02eet's o\ufb03ce", "the fishing fleet's office"),
        ("Mu\u0308ller ate cre\u0300me", "Müller ate crème"),
        ("\uff34\uff4f\uff52\uff42\uff59 \U0001d400\U0001d401", "Torby AB"),
        ("opened in 1931² by the mayor", "opened in 1931[2] by the mayor"),
        ("he said.¹² Later", "he said.[12] Later"),
        ("10⁶ people on 12 km² and 5 m³", "10^6 people on 12 km2 and 5 m3"),
        ("²H and ¹⁴C", "²H and ¹⁴C"),
        ("2½ miles, ¾ of it", "2 1/2 miles, 3/4 of it"),
        ("the board re-\nfused it", "the board refused it"),
        ("the board re-\r\n  fused it", "the board refused it"),
        ("the board re\u00ad\nfused it", "the board refused it"),
        ("a well-\nbuilt wall", "a well-built wall"),
        ("a light-blue flag, a light-\nblue boat", "a light-blue flag, a light-blue boat"),
        ("the Torby-\nLund line", "the Torby-Lund line"),
        ("pages 3-\n5", "pages 3-\n5"),
        ("a\x00b \x07c", "ab c"),
        ("\u202eabc\u202c", "abc"),
        ("नि\u200dय \U0001f468\u200d\U0001f469", "नि\u200dय \U0001f468\u200d\U0001f469"),
        ("co\u200dop", "coop"),
    ],
)
def test_what_is_read(text: str, reading: str) -> None:
    assert reading_text(text).text == reading


@pytest.mark.parametrize(
    ("text", "found", "source"),
    [
        ("built 1931² in Torby", "1931", "1931"),
        ("The wind\u00admill of Tor\u00adby.", "Torby", "Tor\u00adby"),
        ("by Anna\u200bHolm, she", "Anna", "Anna"),
        ("by Anna\u200bHolm, she", "Holm", "Holm"),
        ("the o\ufb03ce is", "office", "o\ufb03ce"),
        ("the o\ufb03ce is", "ice", "\ufb03ce"),
        ("last cross-\ning on", "crossing", "cross-\ning"),
        ("\u00adab\u00ad", "ab", "ab"),
    ],
)
def test_what_stands_in_the_reading_is_taken_back_to_the_article(text: str, found: str, source: str) -> None:
    reading = reading_text(text)
    start = reading.text.index(found)
    assert reading.source_span(start, start + len(found)).of(text) == source


def test_a_range_of_an_article_keeps_the_articles_offsets() -> None:
    text = "First line. The wind\u00admill of Tor\u00adby stands."
    reading = reading_text(text, Span(12, len(text)))
    assert reading.text == "The windmill of Torby stands."
    start = reading.text.index("Torby")
    assert reading.source_span(start, start + 5).of(text) == "Tor\u00adby"


def test_ordinary_text_is_not_copied() -> None:
    text = "Nothing to change here. " * 3
    assert reading_text(text).text is text


TEXT = st.text(st.sampled_from("abZ 1é.-\n\u00ad\u200b\u200d\ufb01\ufb03½¹²³\u0301\x00["), max_size=40)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXT, st.data())
def test_every_range_leads_there_and_back(text: str, data: st.DataObject) -> None:
    reading = reading_text(text)
    if not reading.text:
        return
    start = data.draw(st.integers(0, len(reading.text) - 1))
    end = data.draw(st.integers(start + 1, len(reading.text)))
    span = reading.source_span(start, end)
    assert span.end <= len(text)
    first, last = reading.reading_span(span)
    assert first <= start
    assert end <= last
