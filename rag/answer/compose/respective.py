"""Enumerations that match another one, item by item: "Egypt and Jordan … in 1979 and 1994, respectively"."""

from __future__ import annotations

import re
from collections.abc import Collection

from rag.answer.compose.enumerations import enumerated
from rag.language.english.terms import content_terms, words
from rag.records import Span


def respective_item(text: str, sentence: Span, span: Span, named: Collection[str]) -> Span | None:
    """Of "in 1979 and 1994, respectively" the item that belongs to what a question names; None when it is not clear.

    Args:
        named: the question's content terms.
    """
    said = sentence.of(text)
    seed = Span(span.start - sentence.start, span.end - sentence.start)
    if not re.search(r"\brespectively\b", said[seed.start :]):
        return None
    items = enumerated(said, seed)
    if len(items) < 2:
        return None
    for word, place in words(said[: items[0].start]):
        if not set(content_terms(word)) & set(named):
            continue
        others = enumerated(said, place)
        at = [index for index, item in enumerate(others) if set(content_terms(item.of(said))) & set(named)]
        if len(others) == len(items) and len(at) == 1:
            item = items[at[0]]
            return Span(item.start + sentence.start, item.end + sentence.start)
    return None
