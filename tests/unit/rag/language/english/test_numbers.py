from __future__ import annotations

import pytest

from rag.language.english.numbers import numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("one hundred and twenty-four", [124]),
        ("three hundred forty-five thousand", [345_000]),
        ("two million one hundred and thirty-one", [2_000_131]),
        ("twenty-one, twenty two", [21, 22]),
        ("one hundred twenty fourteen", [120, 14]),
    ],
)
def test_tens_and_units_above_a_hundred_are_one_number(text: str, values: list[float]) -> None:
    assert numbers(text) == values
