from __future__ import annotations

import pytest

from rag.answer.compose.respective import respective_item
from rag.language.english.terms import asked_terms
from rag.records import Span

SENTENCE = "Norway and Sweden opened the two tunnels in 1998 and 2004, respectively."


@pytest.mark.parametrize(
    ("question", "span", "item"),
    [
        ("When did Norway open its tunnel?", "1998 and 2004", "1998"),
        ("When did Sweden open its tunnel?", "1998", "2004"),
        ("When did Denmark open its tunnel?", "1998 and 2004", None),
    ],
)
def test_the_item_that_belongs_to_what_is_named(question: str, span: str, item: str | None) -> None:
    start = SENTENCE.index(span)
    found = respective_item(SENTENCE, Span(0, len(SENTENCE)), Span(start, start + len(span)), asked_terms(question))
    assert (found and found.of(SENTENCE)) == item


def test_without_the_word_nothing_is_matched() -> None:
    text = SENTENCE.replace(", respectively", "")
    start = text.index("1998")
    assert respective_item(text, Span(0, len(text)), Span(start, start + 4), ["sweden"]) is None
