from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.computations import computation


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("How many floods were there in total?", "sum"),
        ("How much do the two villages pay together?", "sum"),
        ("What was the average wage?", "average"),
        ("How much taller is the mill than the church?", "difference"),
        ("By how much did rents fall?", "difference"),
        ("How much did the price of bread rise?", "difference"),
        ("How many times more floods were there in 2019 than in 2018?", "ratio"),
        ("Which is older, the mill or the church?", "comparison"),
        ("How long ago was the mill built?", "span of time"),
        ("How old was Ida Quill when she became mayor?", "age"),
    ],
)
def test_what_would_have_to_be_worked_out_is_recognised(question: str, name: str) -> None:
    found = computation(question)
    assert found is not None
    assert found.name == name
    assert "does not" in found.reason


@pytest.mark.parametrize(
    "question",
    ["How many people voted?", "How much did the mill cost?", "How long is the bridge?", "Who is older?", "", "?"],
)
def test_what_is_asked_for_as_it_stands_is_not(question: str) -> None:
    assert computation(question) is None


@pytest.mark.parametrize(
    ("question", "sentence", "is_stated"),
    [
        ("How many floods were there in total?", "There were 41 floods in total.", True),
        ("How many floods were there in total?", "There were 14 floods in 2019 and 27 in 2020.", False),
        ("By how much did rents fall?", "Rents fell by 3 per cent.", True),
        ("By how much did rents fall?", "Rents fell in 2019.", False),
        ("Which is older, the mill or the church?", "The mill is older than the church.", True),
        ("What was the average wage?", "Wages averaged 14 crowns.", True),
        ("How old was Ida Quill when she won?", "Ida Quill was 41 years old when she won.", True),
    ],
)
def test_a_sentence_that_states_the_result_may_be_quoted(question: str, sentence: str, is_stated: bool) -> None:
    found = computation(question)
    assert found is not None
    assert found.is_stated_in(sentence) is is_stated


@given(st.text(max_size=80))
def test_any_text_is_looked_at(text: str) -> None:
    assert computation(text) is None or computation(text) == computation(text)


@pytest.mark.parametrize("piece", ["how many ", "a", " ", "more than ", "how much how ", "which longer or "])
def test_long_questions_take_little_time(piece: str) -> None:
    started = time.process_time()
    computation((piece * 10_000)[:10_000])
    assert time.process_time() - started < 0.05
