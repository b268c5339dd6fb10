from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.refusals import refusal_reason, subjects
from tests.unit.rag.answer.made_up import CountedWords, retrieved

PASSAGE = retrieved("Mill Bridge in Oskerby reopened in March 2024. The World Bank paid.")
VOCABULARY = CountedWords([PASSAGE.text])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who won the 2022 World Cup?", ["2022", "World Cup"]),
        ("Did Naftali Bennett, or Yair Lapid, resign?", ["Naftali Bennett", "Yair Lapid"]),
        ("Why was it closed?", []),
        ("Is Oskerby larger than Oskerby?", ["Oskerby"]),
    ],
)
def test_names_side_by_side_are_one_subject(question: str, expected: list[str]) -> None:
    assert subjects(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who won the World Cup?", "No article mentions “World Cup”."),
        ("Who built Mill Bridge?", "The articles mention “Mill Bridge”, but nowhere “built”."),
        ("Who paid for Mill Bridge?", "The articles mention “Mill Bridge”, but no passage read states the answer."),
        ("Why do penguins swim?", "None of the question's words occur in the articles."),
        ("Who reopened it?", "No passage in these articles states the answer clearly enough."),
    ],
)
def test_the_reason_says_what_is_missing(question: str, expected: str) -> None:
    assert refusal_reason(question, [PASSAGE], VOCABULARY) == expected


@given(st.text(max_size=80))
def test_any_question_gets_one_sentence(question: str) -> None:
    assert refusal_reason(question, [PASSAGE], VOCABULARY).endswith(".")
