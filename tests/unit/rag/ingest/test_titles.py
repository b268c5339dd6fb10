from __future__ import annotations

import pytest

from rag.ingest.boilerplate import find_boilerplate
from rag.ingest.titles import LONGEST_TITLE, shorten, title_from_text
from rag.language.sentences import split_sentences
from rag.records import Span

SENTENCE = "The council met on Tuesday and agreed, after a long debate, to widen the harbour before winter comes."


def title(text: str, headings: tuple[Span, ...] = ()) -> str:
    boilerplate = find_boilerplate(text, headings)
    sentences = [
        sentence
        for sentence in split_sentences(text, sorted({*headings, *boilerplate}))
        if not any(sentence.overlaps(marked) for marked in boilerplate)
    ]
    return title_from_text(text, sentences, headings, "a file.txt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Harbour Grows\n\n{SENTENCE}", "Harbour Grows"),
        (f"Harbour Grows\n{SENTENCE}", "Harbour Grows"),
        (f"Skip to content\n\nHarbour Grows\n\n{SENTENCE}", "Harbour Grows"),
        (f"Why does the harbour grow?\r\n\r\n{SENTENCE}", "Why does the harbour grow?"),
        ("Harbour  Grows", "Harbour Grows"),
        ("It grew. It shrank.", "It grew."),
        ("It grew.\n\nThen it shrank again.", "It grew."),
        (f"{SENTENCE}\n\nMore.", "The council met on Tuesday and agreed, after a long debate, to widen the…"),
        ("A longer first line that says a lot\nShort\n", "A longer first line that says a lot"),
        (f"{SENTENCE[:-1]}\n\nShort.", SENTENCE[:-1]),
        (f"{SENTENCE[:-1]}\nShort.", "The council met on Tuesday and agreed, after a long debate, to widen the…"),
        ("***", "a file.txt"),
    ],
)
def test_title(text: str, expected: str) -> None:
    assert title(text) == expected


def test_a_heading_above_the_text_is_the_title_and_a_later_one_is_not() -> None:
    assert title("Sources.\n\nText.", (Span(0, 8),)) == "Sources."
    assert title("Text begins here.\n\nSources", (Span(19, 26),)) == "Text begins here."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("short", "short"),
        ("two\n words", "two words"),
        ("one two three", "one two…"),
        ("one, two three", "one, two…"),
        ("one two, three", "one two…"),
        ("abcdefghijkl", "abcdefghi…"),
    ],
)
def test_shorten(text: str, expected: str) -> None:
    assert shorten(text, 10) == expected


def test_a_title_made_from_a_sentence_is_short() -> None:
    assert len(title("word " * 500)) <= LONGEST_TITLE
    assert len(title("a" * 5000)) <= LONGEST_TITLE
