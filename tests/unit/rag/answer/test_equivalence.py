from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.equivalence import contradicts, same_answer
from rag.language.english.dates import date_parts
from rag.language.english.numbers import numbers
from rag.question.answer_types import AnswerType


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("124 nations to 14, with 43 abstentions", [124, 14, 43]),
        ("two million people", [2_000_000]),
        ("2.5 million", [2_500_000]),
        ("twenty-five", [25]),
        ("one hundred and five", [105]),
        ("711,000", [711_000]),
        ("no figure at all", []),
        ("three or four", [3, 4]),
        ("a million", [1_000_000]),
    ],
)
def test_numbers_are_read_by_value(text: str, expected: list[float]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 June 1967", (1967, 6, 5)),
        ("June 5, 1967", (1967, 6, 5)),
        ("in 2024", (2024, None, None)),
        ("March 14", (None, 3, 14)),
        ("yesterday", (None, None, None)),
    ],
)
def test_dates_are_read_as_far_as_they_go(text: str, expected: tuple[int | None, int | None, int | None]) -> None:
    assert date_parts(text) == expected


@pytest.mark.parametrize(
    ("one", "other", "answer_type"),
    [
        ("Naftali Bennett", "Bennett", AnswerType.PERSON),
        ("Prime Minister Naftali Bennett", "Naftali Bennett", AnswerType.PERSON),
        ("the United Nations", "United Nations", AnswerType.OTHER),
        ("2 million", "two million", AnswerType.NUMBER),
        ("14 March 2024", "March 14", AnswerType.TIME),
        ("“Kyiv”", "Kyiv", AnswerType.PLACE),
    ],
)
def test_equal_answers(one: str, other: str, answer_type: AnswerType) -> None:
    assert same_answer(one, other, answer_type)
    assert not contradicts(one, other, answer_type)


@pytest.mark.parametrize(
    ("one", "other", "answer_type"),
    [
        ("649,000", "around 900,000", AnswerType.NUMBER),
        ("14 March 2024", "2 April 2024", AnswerType.TIME),
        ("Naftali Bennett", "Yair Lapid", AnswerType.PERSON),
    ],
)
def test_contradicting_answers(one: str, other: str, answer_type: AnswerType) -> None:
    assert contradicts(one, other, answer_type)


@pytest.mark.parametrize(
    ("one", "other", "answer_type"),
    [
        ("in 2024", "14 March", AnswerType.TIME),
        ("because it rained", "because the river rose", AnswerType.REASON),
        ("many", "900,000", AnswerType.NUMBER),
        ("Bennett", "the coalition", AnswerType.PERSON),
    ],
)
def test_answers_that_cannot_be_compared_do_not_contradict(one: str, other: str, answer_type: AnswerType) -> None:
    assert not contradicts(one, other, answer_type)


@given(st.text(), st.text(), st.sampled_from(AnswerType))
def test_comparison_is_symmetric_and_never_both(one: str, other: str, answer_type: AnswerType) -> None:
    assert same_answer(one, other, answer_type) == same_answer(other, one, answer_type)
    assert contradicts(one, other, answer_type) == contradicts(other, one, answer_type)
    assert not (same_answer(one, other, answer_type) and contradicts(one, other, answer_type))


@given(st.text(), st.sampled_from(AnswerType))
def test_an_answer_agrees_with_itself(text: str, answer_type: AnswerType) -> None:
    assert same_answer(text, text, answer_type)
