"""Pieces of questions completed from the question before, each in the right slot."""

from __future__ import annotations

import pytest

from rag.question.follow_ups.fragments import complete, is_fragment, moment
from rag.question.follow_ups.history import Turn


def asked(question: str, answer: str = "") -> Turn:
    return Turn(question, question, answer)


@pytest.mark.parametrize(
    ("before", "fragment", "expected"),
    [
        ("How many people voted in 2018?", "And in 2019?", "How many people voted in 2019?"),
        ("Who won the election in May 2018?", "and in June 2020?", "Who won the election in June 2020?"),
        ("How many doses went to Turkey?", "What about Egypt?", "How many doses went to Egypt?"),
        ("When did Egypt make peace with Israel?", "And Jordan?", "When did Jordan make peace with Israel?"),
        ("Did the vote fail?", "Why?", "Why did the vote fail?"),
        ("When did the vote fail?", "why", "Why did the vote fail?"),
        ("Where was the treaty signed?", "When?", "When was the treaty signed?"),
        ("Who signed the treaty?", "Who else?", "Who else signed the treaty?"),
    ],
)
def test_the_fragment_takes_its_slot(before: str, fragment: str, expected: str) -> None:
    completed = complete(fragment, asked(before))
    assert completed is not None
    assert completed.question == expected


@pytest.mark.parametrize(
    "question", ["Who signed the treaty?", "What about it is true of Egypt and its neighbours?", "Egypt", "", "?"]
)
def test_whole_questions_are_no_fragments(question: str) -> None:
    assert not is_fragment(question)
    assert complete(question, asked("Who won?")) is None


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (asked("When was it signed?", "26 March 1979"), "26 March 1979"),
        (asked("When was it signed?", "in 1979"), "1979"),
        (asked("What did the Soviets call Bishkek from 1926?", "Frunze"), "1926"),
        (asked("Who ruled from 1926 to 1991?", "the Soviets"), ""),
        (asked("Who won?", "Egypt"), ""),
    ],
)
def test_the_moment_is_the_only_date_at_hand(turn: Turn, expected: str) -> None:
    assert moment(turn) == expected
