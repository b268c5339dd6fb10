from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.english.function_words import FUNCTION_WORDS
from rag.language.english.terms import content_terms, content_words, names_and_numbers
from rag.question.follow_ups.rewriting import stand_alone


@given(st.sampled_from(sorted(word for word in FUNCTION_WORDS if len(word) > 1 and word.isalpha())))
def test_a_function_word_in_capitals_is_a_name(word: str) -> None:
    question = f"Which treaty did {word.upper()} propose?"
    assert word.upper() in content_words(question)
    assert word.upper() in names_and_numbers(question)
    assert content_terms(f"the harbour told {word} about")[:2] == content_terms("the harbour told")[:2]
    assert not set(content_terms(word.upper())) & set(content_terms(f"he told {word} so"))


@pytest.mark.parametrize("word", ["May", "Will"])
def test_a_capital_inside_a_sentence_makes_a_name(word: str) -> None:
    assert word in content_words(f"Did {word} resign?")
    assert content_words(f"{word} he resign?") == ["resign"]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("did the us propose it", ["US"]),
        ("who was elected in may 2021", ["May", "2021"]),
        ("WHO WON THE VOTE", []),
        ("It may rain", []),
        ("tell us who it was", []),
    ],
)
def test_case_and_neighbours_decide(question: str, names: list[str]) -> None:
    assert names_and_numbers(question)[-len(names) :] == names if names else "US" not in content_words(question)
    if not names:
        assert not {"who", "WHO", "may", "it", "us"} & set(content_words(question))


def test_dotted_and_plain_capitals_are_one_term() -> None:
    assert content_terms("the U.S. and the U.N.") == content_terms("the US and the UN")


def test_a_pronoun_is_not_taken_for_the_country() -> None:
    searched = stand_alone("When did it join NATO?", ["Did the US propose the treaty?"]).question
    assert "US" in searched
