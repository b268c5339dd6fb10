"""Strictly right: small differences that change the fact count, different spellings of one fact do not."""

from __future__ import annotations

import unicodedata

import pytest

from rag.evaluation.metrics.answers import f1
from rag.evaluation.metrics.equivalence import is_equivalent, is_right


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Fourteen", "14"),
        ("€31 million", "31 million euros"),
        ("$2,400", "2400 dollars"),
        ("Ana Novák", "Ana Novak"),
        (unicodedata.normalize("NFD", "Zoë Müller"), unicodedata.normalize("NFC", "Zoë Müller")),
        ("“the old mill’s roof”", '"the old mill\'s roof"'),
        ("the U.N.", "UN"),
        ("a leaking gas pipe under the road", "a leaking gas pipe"),
        ("about 14 boats", "14 boats"),
        ("14", "14 boats"),
        ("Novak", "Ana Novak"),
        ("because heavy snow blocked both mountain roads", "Heavy snow had blocked the mountain roads"),
    ],
)
def test_the_same_fact(answer: str, expected: str) -> None:
    assert is_equivalent(answer, expected)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("$2.4 million", "$24 million"),
        ("-7", "7"),
        ("7", "-7"),
        ("$31 million", "€31 million"),
        ("1998", "1989"),
        ("between 14 and 40 boats in the harbour of Lowmoor", "between 15 and 40 boats in the harbour of Lowmoor"),
        ("not the mayor", "the mayor"),
        ("the council did not approve the new bridge plan", "the council did approve the new bridge plan"),
        ("Ana Novak", "Ivo Novak"),
        ("red house", "blue house"),
        ("northern Spain", "southern Spain"),
        ("roof", "the old mill"),
        (
            "he thanked Mary Dale for the long work on the harbour",
            "he thanked Peter Marsh for the long work on the harbour",
        ),
    ],
)
def test_another_fact_however_many_words_it_shares(answer: str, expected: str) -> None:
    assert not is_equivalent(answer, expected)


def test_shared_words_alone_are_not_enough() -> None:
    assert f1("northern Spain", ["southern Spain"]) == 0.5
    assert not is_right("northern Spain", ["southern Spain"])


def test_abstaining_is_right_when_nothing_answers() -> None:
    assert is_right(None, [])
    assert not is_right("the mayor", [])
    assert not is_right(None, ["the mayor"])
    assert is_right("the mayor", ["the council", "mayor"])


def test_marks_are_compared_as_they_are() -> None:
    assert is_equivalent("???", "???")
    assert not is_equivalent("???", "!!!")
