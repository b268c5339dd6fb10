from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.read.expected_kind import can_answer
from rag.records import Span


def fits(question: str, sentence: str, answer: str) -> bool:
    start = sentence.index(answer)
    return can_answer(question, sentence, Span(start, start + len(answer)), Span(0, len(sentence)))


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("When did the ferry sail?", "The ferry sailed on Monday.", "Monday"),
        ("In what year did it sail?", "It sailed in 1903.", "1903"),
        ("What did he do when the ferry sailed?", "He waved when the ferry sailed.", "waved"),
        ("Where did it dock?", "It docked in Oslo on Monday.", "Oslo"),
        ("How many ferries sail?", "Some 14 ferries sail.", "14 ferries"),
        ("How many kilometres of track are there?", "There are 26 kilometres of track.", "26 kilometres"),
        ("How old is Ada Lind?", "Ada Lind, 41, sings.", "41"),
        ("How old is Ada Lind?", "The 41-year-old Ada Lind sings.", "41"),
        ("How long did it take?", "It took decades.", "decades"),
        ("How much did it cost?", "It was free.", "free"),
    ],
)
def test_what_can_be_is_let_through(question: str, sentence: str, answer: str) -> None:
    assert fits(question, sentence, answer)


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("When did the ferry sail?", "The ferry sailed to Bergen.", "Bergen"),
        ("Where did it dock?", "It docked at night.", "night"),
        ("Where did it dock?", "It docked on Monday.", "Monday"),
        ("How long is the pier?", "The pier opened in 2025.", "2025"),
        ("How old is Ada Lind?", "For eleven years Ada Lind sang.", "eleven years"),
        ("How many passengers does it carry?", "It costs 75,000 pounds a day.", "75,000 pounds a day"),
        ("How many passengers does it carry?", "It costs 75,000 pounds a day.", "75,000"),
        ("How many towns signed?", "Bergen signed.", "Bergen"),
    ],
)
def test_what_cannot_be_is_ruled_out(question: str, sentence: str, answer: str) -> None:
    assert not fits(question, sentence, answer)


@given(st.text(max_size=200), st.text(min_size=1, max_size=200))
def test_any_text_is_judged(question: str, text: str) -> None:
    assert can_answer(question, text, Span(0, len(text)), Span(0, len(text))) in (True, False)


@pytest.mark.parametrize("question", ["how many " + "a-" * 5_000, "how many " + "word " * 2_000, "when " * 2_000])
def test_no_question_takes_long(question: str) -> None:
    began = time.process_time()
    can_answer(question, "1 " * 2_000, Span(0, 4_000), Span(0, 4_000))
    assert time.process_time() - began < 0.05
