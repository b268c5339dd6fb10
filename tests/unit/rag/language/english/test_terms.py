from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.language.english.terms import content_terms, names_and_numbers, words


def test_inflections_share_a_stem() -> None:
    assert content_terms("negotiated negotiations negotiating") == [content_terms("negotiate")[0]] * 3


def test_function_words_carry_no_content() -> None:
    assert content_terms("Who was it that did this to them?") == []


def test_numbers_keep_their_points() -> None:
    assert [word for word, _ in words("1,250.5 tonnes at 10:30.")] == ["1,250.5", "tonnes", "at", "10:30"]


def test_names_leave_out_the_first_word_and_keep_numbers() -> None:
    assert names_and_numbers("Did Naftali Bennett resign in 2022?") == ["Naftali", "Bennett", "2022"]


@given(st.text())
def test_each_word_stands_at_its_range(text: str) -> None:
    for word, span in words(text):
        assert span.of(text) == word
