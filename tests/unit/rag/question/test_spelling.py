from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.english.function_words import FUNCTION_WORDS
from rag.question.spelling import Spellings, put_right, suspects

TEXTS = [
    "President Volodymyr Hrabovsky met Steve Wennerhoff in Nordhaven. Karin Leavenworth, the harbour mistress, spoke "
    "of the new dredger. The port pays much for the resolution of the dispute. Iron and coal went through the port.",
]
RIGHT = frozenset("phone obama earn iran coal marina".split())


def corrected(question: str) -> str:
    held = {word.lower() for text in TEXTS for word in text.replace(".", " ").replace(",", " ").split()}
    unknown = suspects(question, lambda words: [int(word.lower() in held) for word in words])
    return put_right(question, unknown, TEXTS, lambda word: word in RIGHT)


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("Waht did Hrabovskyy say?", "What did Hrabovsky say?"),
        ("who is steve wenerhof", "who is steve Wennerhoff"),
        ("how mcuh did teh prot pay", "how much did the port pay"),
        ("What about the resoluton?", "What about the resolution?"),
        ("Where is Nordhavn?", "Where is Nordhaven?"),
    ],
)
def test_near_spellings_are_put_right(question: str, searched: str) -> None:
    assert corrected(question) == searched


@pytest.mark.parametrize(
    "question",
    [
        "What is the phone number?",
        "Did Obama earn it?",
        "What did Iran say?",
        "Where is the marina?",
        "Who is Quigley?",
    ],
)
def test_right_words_are_left_alone(question: str) -> None:
    assert corrected(question) == question


@given(st.text(max_size=60))
def test_any_text_comes_through(question: str) -> None:
    assert isinstance(corrected(question), str)


@given(st.sampled_from(sorted(FUNCTION_WORDS)))
def test_function_words_are_no_suspects(word: str) -> None:
    assert suspects(word, lambda words: [0] * len(words)) == []


def test_many_words_take_little_time() -> None:
    vocabulary = Spellings([" ".join(f"{a}{b}{c}ington" for a in "bcdfg" for b in "aeiou" for c in "klmnprst")])
    started = time.process_time()
    vocabulary.nearest("b" * 40 + "ington", is_word=False, must_be_name=False)
    assert time.process_time() - started < 0.05
