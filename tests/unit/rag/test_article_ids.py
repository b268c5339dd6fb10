from __future__ import annotations

import hashlib

import pytest

from rag.article_ids import article_id_of


def test_the_id_comes_from_the_text_alone() -> None:
    text = "Café \N{PARTY POPPER}"
    assert article_id_of(text) == hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


@pytest.mark.parametrize("other", ["A text", "A text. ", "a text.", "A text.\n"])
def test_one_changed_character_makes_another_article(other: str) -> None:
    assert article_id_of("A text.") != article_id_of(other)
