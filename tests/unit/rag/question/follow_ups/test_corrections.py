from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.follow_ups.rewriting import is_sentence, stand_alone
from rag.records import Answer, Citation, Quote


def answered(question: str, text: str, title: str = "") -> Answer:
    citation = Citation("a" * 16, title, "a.txt", None, 0, len(text), text, Quote(0, len(text), text), 0.9)
    return Answer(question, question, True, text, 0.9, (citation,))


@pytest.mark.parametrize(
    ("turn", "question", "searched"),
    [
        (
            answered("Who is the school minister?", "Ida Quill"),
            "No, I meant the road minister",
            "Who is the road minister?",
        ),
        (
            answered("How much was the glass factory fined?", "£5"),
            "Sorry, I mean the tannery",
            "How much was the tannery fined?",
        ),
        (answered("How old is the baker Ida Quill?", "41"), "no, the teacher", "How old is the teacher Ida Quill?"),
        (answered("Who is the German envoy?", "Ida Quill"), "No, the Danish one", "Who is the Danish envoy?"),
        (
            answered("Who was the first mayor of Ostby?", "Ida Quill"),
            "no, the second one",
            "Who was the second mayor of Ostby?",
        ),
        (answered("When did Norway sign the pact?", "1920"), "no, Sweden", "When did Sweden sign the pact?"),
        (
            answered("How many members voted for the plan?", "12"),
            "and against?",
            "How many members voted against the plan?",
        ),
        (answered("How many voted against the plan?", "12"), "No, I mean for", "How many voted for the plan?"),
        (answered("Who won the cup?", "Rovers"), "Are you sure?", "Who won the cup?"),
        (answered("Who won the cup?", "Rovers"), "That is wrong", "Who won the cup?"),
        (answered("Who won the cup?", "Rovers"), "in 2022", "Who won the cup in 2022?"),
        (
            answered("Where did Quill meet Ostrander?", "Oslo"),
            "And on which day?",
            "On which day did Quill meet Ostrander?",
        ),
        (answered("Who opened the mill?", "Ida Quill"), "When?", "When did Ida Quill open the mill?"),
        (
            answered("Whom did Ida Quill meet?", "Odd Berg"),
            "What did the two sign?",
            "What did Ida Quill and Odd Berg sign?",
        ),
        (
            answered("Who won the prize?", "Ida Quill", "Teacher wins prize"),
            "What did she invent?",
            "What did Ida Quill invent?",
        ),
        (
            answered("Who resigned?", "Odd Berg", "Minister resigns over remark"),
            "What did he say?",
            "What did Odd Berg say?",
        ),
        (answered("Who is the mayor?", "Ida Quill"), "No, who is the envoy?", "Who is the envoy?"),
    ],
)
def test_the_question_that_is_searched(turn: Answer, question: str, searched: str) -> None:
    assert stand_alone(question, [turn]).question == searched


def test_what_would_be_no_sentence_is_the_question_with_the_words_in_play() -> None:
    searched = stand_alone("Why?", [answered("How many bakers voted?", "12")]).question
    assert searched.startswith("Why?")
    assert "bakers" in searched


@given(st.text(max_size=60), st.text(max_size=40))
def test_any_turn_gives_a_sentence_or_itself(question: str, earlier: str) -> None:
    searched = stand_alone(question, [earlier]).question
    assert searched == question or is_sentence(searched) or searched.startswith(question)


@pytest.mark.parametrize("piece", ["no, ", "sorry ", "and ", "i mean ", "the one ", "No, I meant the "])
def test_adversarial_turns_take_little_time(piece: str) -> None:
    turn = answered("How many members voted for the plan?", "12")
    started = time.process_time()
    stand_alone((piece * 600)[:599], [turn])
    assert time.process_time() - started < 0.5
