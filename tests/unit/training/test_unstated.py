"""Questions that a passage does not answer although it names who is asked about."""

from __future__ import annotations

import re

from training.examples import Example
from training.unstated import persons, stated, unstated, without_answer

PEOPLE = frozenset({"Ida Marlow", "Otto Penrose"})
MENTION = "The committee met with Ida Marlow in spring. A vote followed."
DESCRIBED = "Ida Marlow, a botanist of great patience, met the committee. Otto Penrose said that the vote was close."


def example(context: str, question: str = "What followed?", answer: str = "", identifier: str = "q") -> Example:
    answers = ((answer, context.index(answer)),) if answer else ()
    return Example(identifier, "Committee", context, question, answers, "squad")


def test_a_person_named_in_passing_is_asked_about() -> None:
    questions = {row.question for seed in range(40) for row in unstated([example(MENTION)], PEOPLE, seed)}
    assert questions
    assert all("Ida Marlow" in question for question in questions)
    assert any(question.startswith("Who is Ida") for question in questions)


def test_what_the_passage_may_say_is_not_asked() -> None:
    context = "Ida Marlow, a botanist who was born in Fenwick, died in 1901 aged 70. Her wife lived on."
    questions = {row.question for seed in range(60) for row in unstated([example(context)], PEOPLE, seed)}
    assert {re.sub(r"\W*$", "", question) for question in questions} <= {
        "What did Ida Marlow say",
        "What did Ida Marlow say about it",
        "What does Ida Marlow say",
    }


def test_what_stands_there_by_its_form_is_an_answer() -> None:
    rows = {row.question.split()[0]: row for row in stated([example(DESCRIBED)], PEOPLE, 3)}
    assert rows["Who"].answers == (("a botanist of great patience", 12),)
    ((text, start),) = rows["What"].answers
    assert text == "the vote was close" == DESCRIBED[start : start + len(text)]


def test_a_question_about_when_is_asked_for_the_reason() -> None:
    context = "The mill burned in 1911. It stood empty."
    (row,) = unstated([example(context, "When did the mill burn?", "1911")], PEOPLE, 1)
    assert row.question == "Why did the mill burn?"
    assert row.answers == ()
    because = "The mill burned in 1911. Sparks were the cause."
    assert not list(unstated([example(because, "When did the mill burn?", "1911")], PEOPLE, 1))


def test_the_sentence_with_the_answer_is_taken_out() -> None:
    context = "The mill burned in 1911. It stood empty. A school opened there."
    (row,) = without_answer([example(context, "When did the mill burn?", "1911")])
    assert row.context == "It stood empty. A school opened there."
    assert row.answers == ()
    again = "The mill burned in 1911. It stood empty. In 1911 a school opened."
    assert not list(without_answer([example(again, "When did the mill burn?", "1911")]))
    assert not list(without_answer([example("The mill burned in 1911. It stood.", "When?", "1911")]))


def test_persons_begin_as_those_do_who_answer_who() -> None:
    context = "Ida Marlow, Ida Brook and Ida Gray met in New York near the Ida Hotel House."
    rows = [
        example(context, "Who met?", name, str(n)) for n, name in enumerate(("Ida Marlow", "Ida Brook", "New York"))
    ]
    assert persons(rows) == {"Ida Marlow", "Ida Brook", "Ida Gray"}
