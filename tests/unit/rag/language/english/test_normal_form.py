from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.english.normal_form import currencies, normal_form
from rag.language.english.numbers import NUMBER_WORDS, numbers

letters = st.text("ABCDEFGHKLMNPRSTUVW", min_size=2, max_size=5)


@given(letters)
def test_dots_inside_an_abbreviation_do_not_count(word: str) -> None:
    dotted = "".join(f"{letter}." for letter in word)
    assert normal_form(dotted) == normal_form(word)
    assert normal_form(f"{dotted} officials") == normal_form(f"{word} officials")


@given(st.integers(1_000, 999_999_999), st.sampled_from(["$", "€", "£", "US$", ""]))
def test_thousands_separators_and_signs_do_not_count(value: int, sign: str) -> None:
    assert normal_form(f"{sign}{value:,}") == normal_form(str(value)) == str(value)


@given(st.integers(1, 999), st.sampled_from([("€", "euros"), ("$", "dollars"), ("£", "pounds")]))
def test_an_amount_reads_with_its_sign_or_its_word(value: int, currency: tuple[str, str]) -> None:
    sign, word = currency
    assert normal_form(f"{sign}{value} million") == normal_form(f"{value} million {word}")
    assert currencies(f"{sign}{value}") == currencies(f"{value} {word}") != frozenset()


@given(st.integers(1, 9_999), st.integers(1, 9))
def test_points_and_signs_of_numbers_count(whole: int, part: int) -> None:
    assert normal_form(f"{whole}.{part}") != normal_form(f"{whole}{part}")
    assert normal_form(f"-{whole}") != normal_form(f"{whole}")
    assert normal_form(f"{whole}-{part}") != normal_form(f"{whole}{part}")


@given(st.sampled_from(sorted(word for word, value in NUMBER_WORDS.items() if value < 100)))
def test_a_number_word_is_its_number(word: str) -> None:
    assert normal_form(word.capitalize()) == str(NUMBER_WORDS[word])


@given(st.text(max_size=40))
def test_it_changes_nothing_twice(text: str) -> None:
    once = normal_form(text)
    assert normal_form(once) == once


@given(st.text(max_size=40))
def test_composed_and_decomposed_letters_are_the_same(text: str) -> None:
    assert normal_form(unicodedata.normalize("NFD", text)) == normal_form(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ph.D.", "PhD"),
        ("Wal-Mart", "Walmart"),
        ("the Hague", "The Hague"),
        ("“Crowns”", '"crowns"'),
        ("the mayor’s office", "the mayor's office"),
        ("the ﬁrst oﬃce", "the first office"),
        ("en\u00advoy", "envoy"),
        ("2019–2020", "2019-2020"),
        ("five-year plan", "5 year plan"),
        ("5.5%", "5.5 per cent"),
        ("1.2 million", "1,200,000"),
        ("twenty-one", "21"),
        ("Gülşen", "Gulsen"),
    ],
)
def test_spellings_of_one_answer(first: str, second: str) -> None:
    assert normal_form(first) == normal_form(second)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("five and six", [5, 6]),
        ("three million two hundred", [3_000_200]),
        ("one thousand and one nights", [1001]),
        ("Thirteen of its fifteen", [13, 15]),
        ("5 hundred thousand", [500_000]),
    ],
)
def test_number_words_add_up_only_where_they_are_one_number(text: str, values: list[float]) -> None:
    assert numbers(text) == values
