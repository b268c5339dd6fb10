"""What the follow-up models learn from, and that they learn it."""

from __future__ import annotations

from typing import Any

import pytest

from rag.question.follow_ups.history import Turn
from rag.question.follow_ups.model import chance
from training.follow_up_conversations import choices, shortened
from training.follow_up_fits import fit_logistic
from training.follow_up_needs import Need, choose_threshold, is_plain, needs
from training.follow_up_pronouns import Pronoun, made, spoken, without_leaning, written

CONTEXT = "Frédéric Chopin was a composer. He was born in Poland. He moved to Paris and gave his first concert there."


def article(*questions: tuple[str, str]) -> dict[str, Any]:
    asked = [
        {"question": question, "answers": [{"text": answer, "answer_start": CONTEXT.index(answer)}]}
        for question, answer in questions
    ]
    return {"title": "Chopin", "paragraphs": [{"context": CONTEXT, "qas": asked}]}


def row(number: int, question: str, rewrite: str, *history: str) -> dict[str, Any]:
    return {
        "id": f"7_{number}",
        "history": list(history),
        "question": question,
        "rewrite": rewrite,
        "source": "cast2019",
    }


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the capital of Poland?", "What is the capital?"),
        ("When was Poland's capital founded?", "When was the capital founded?"),
        ("What is the capital of France?", None),
        ("Did Chopin leave the capital of Poland?", None),
        ("Who ruled?", None),
    ],
)
def test_a_question_is_shortened_by_what_the_turn_before_gave(question: str, expected: str | None) -> None:
    assert shortened(question, Turn("Which country borders Germany?", "", "Poland")) == expected


def test_a_pronoun_is_free_when_the_human_put_something_in_its_place() -> None:
    data = [
        row(1, "Who was Chopin?", "Who was Chopin?"),
        row(2, "When was he born?", "When was Chopin born?", "Who was Chopin?"),
        row(3, "What is Paris and where is it?", "What is Paris and where is it?", "Who was Chopin?"),
    ]
    assert [one.is_free for one in spoken(data)] == [True, False]


def test_written_pronouns_are_bound_and_made_ones_are_free() -> None:
    asked = article(("When did Chopin give his first concert?", "Paris"), ("Where was Chopin born?", "Poland"))
    assert [(one.is_free, one.question) for one in written(asked)] == [
        (False, "When did Chopin give his first concert?")
    ]
    assert [(one.is_free, one.question) for one in made(asked, 1)] == [(True, "Where was he born?")]


def test_pronouns_that_lean_on_their_paragraph_are_dropped() -> None:
    leaning = Pronoun({"bias": 1.0}, False, "Chopin", "squad", "When was he born?")
    bound = Pronoun({"bias": 1.0, "reason: infinitive": 1.0}, False, "Chopin", "squad", "")
    said = Pronoun({"bias": 1.0}, True, "7", "cast2019", "When was he born?")
    assert without_leaning([leaning, bound, said], {"bias": 3.0}) == [bound, said]


def test_first_questions_are_met_again_after_another_conversation() -> None:
    data = [
        row(1, "Who was Chopin?", "Who was Chopin?"),
        row(2, "What are the nocturnes?", "What are Chopin's nocturnes?", "Who was Chopin?"),
    ]
    assert [(one.is_needed, one.source) for one in needs(data)] == [(False, "cast first")] * 3 + [(True, "cast")]


def test_only_questions_without_gaps_are_plain() -> None:
    assert is_plain("What are the symptoms?")
    assert not is_plain("When was it founded?")
    assert not is_plain("Why?")


def test_made_conversations_know_which_phrase_the_pronoun_stands_for() -> None:
    asked = article(
        ("Which composer moved to Paris?", "Chopin"), ("Where was Chopin born?", "Poland"), ("Who was Chopin?", "Paris")
    )
    found = list(choices(asked, 1))
    assert found
    assert all(max(choice.worth) == 1.0 for choice in found)


def test_the_logistic_fit_finds_what_decides() -> None:
    data = [{"bias": 1.0, "sign": 1.0}, {"bias": 1.0, "noise": 1.0}] * 20
    weights = fit_logistic(data, [True, False] * 20, [1.0] * 40, 0.1)
    assert chance({"bias": 1.0, "sign": 1.0}, weights) > 0.9
    assert chance({"bias": 1.0, "noise": 1.0}, weights) < 0.1


def test_the_threshold_keeps_the_harm_of_every_source_low() -> None:
    data = [
        Need({"bias": 1.0, "leans": float(needed)}, needed, f"{topic}", source)
        for topic in range(20)
        for needed, source in (
            (True, "cast"),
            (False, "cast"),
            (False, "cast first"),
            (False, "own"),
            (False, "foreign"),
        )
    ]
    threshold, fired = choose_threshold(data, 1.0, 0.1, 0.02)
    assert fired["cast, needed"] == 1.0
    assert max(fired["cast"], fired["cast first"], fired["own"], fired["foreign"]) <= 0.02
    assert 0.3 <= threshold < 0.99
