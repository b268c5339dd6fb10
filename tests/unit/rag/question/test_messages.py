from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.messages import MOST_QUESTIONS, is_small_talk, split_questions


@pytest.mark.parametrize(
    "message",
    [
        "Hi",
        "hello there!",
        "Thanks a lot!!",
        "OK, thank you. Bye",
        "How are you?",
        "What can you do?",
        "?!",
        "…",
        "yes",
    ],
)
def test_small_talk(message: str) -> None:
    assert is_small_talk(message)


@pytest.mark.parametrize(
    "message", ["Hi, who signed it?", "Thanksgiving?", "No vote?", "Who are you quoting?", "Bye-laws", "東京", "1948"]
)
def test_questions_are_no_small_talk(message: str) -> None:
    assert not is_small_talk(message)


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("Who signed it? When did it end?", ("Who signed it?", "When did it end?")),
        ("who won? when was it? thanks", ("who won?", "when was it?")),
        ("Hi. Who won? And why? Thanks!", ("Who won?", "And why?")),
        ("Who is the president?Who is his deputy?", ("Who is the president?", "Who is his deputy?")),
        ("I read of a fair. Who came? Who paid?", ("I read of a fair. Who came?", "Who paid?")),
        ("Who came? Who paid? I mean the fair.", ("Who came?", "Who paid? I mean the fair.")),
        ("Who proposed the plan and when did it end?", ("Who proposed the plan?", "When did it end?")),
        ("Who proposed the plan, and why?", ("Who proposed the plan?", "Why?")),
        ("When and where was he born?", ("When was he born?", "Where was he born?")),
        ("How many voted and how many were paid?", ("How many voted?", "How many were paid?")),
    ],
)
def test_several_questions(message: str, questions: tuple[str, ...]) -> None:
    assert split_questions(message) == questions


@pytest.mark.parametrize(
    "message",
    [
        "Who signed the treaty of Rome?",
        'What is "Why?" about?',
        "What is the time and place of the summit?",
        "What did he say about what happened and why?",
        "Who was Dr. J. Smith Jr.? ",
        "Which treaty, signed in 1994, and which ended the war, is meant?",
        "Hello!",
        "",
    ],
)
def test_one_question_stays_as_written(message: str) -> None:
    assert split_questions(message) == (message,)


def test_no_question_is_lost_beyond_the_most() -> None:
    message = " ".join(f"Who won game {number}?" for number in range(12))
    found = split_questions(message)
    assert len(found) == MOST_QUESTIONS
    assert " ".join(found) == message


@given(st.text(alphabet=st.sampled_from("Who when and? hi!.,\n'\""), max_size=80))
def test_parts_are_never_blank_and_hold_no_other_words(message: str) -> None:
    parts = split_questions(message)
    letters = {letter.lower() for letter in message if letter.isalpha()}
    assert parts == (message,) or all(part.strip() for part in parts)
    assert {letter.lower() for part in parts for letter in part if letter.isalpha()} <= letters


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("How long and how wide is the quay?", ("How long is the quay?", "How wide is the quay?")),
        ("Who leads the mission and from which town is she?", ("Who leads the mission?", "From which town is she?")),
        (
            "How many members voted for the plan, how many against, and how many abstained?",
            (
                "How many members voted for the plan?",
                "How many members voted against the plan?",
                "How many members abstained?",
            ),
        ),
        (
            "How many voted for, against, abstained?",
            ("How many voted for?", "How many voted against?", "How many abstained?"),
        ),
    ],
)
def test_each_part_of_a_question_stands_alone(message: str, parts: tuple[str, ...]) -> None:
    assert split_questions(message) == parts


@pytest.mark.parametrize("piece", ["how many voted for ", "and how ", "who and who ", "a ", "how many for against "])
def test_splitting_takes_little_time(piece: str) -> None:
    started = time.process_time()
    split_questions((piece * 10_000)[:10_000])
    assert time.process_time() - started < 0.1
