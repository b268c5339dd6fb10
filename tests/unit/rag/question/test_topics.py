from __future__ import annotations

import pytest

from rag.question.shapes import shape_of
from rag.question.topics import asks_for_current, is_keywords, subject_of

SUBJECTS = {
    "What do the articles say about the harbour?": "about the harbour?",
    "what does the paper report on wages": "on wages",
    "What happened to the lighthouse?": "to the lighthouse?",
    "What is known about Nadia Farouk?": "Nadia Farouk?",
    "Tell me about the strike.": "the strike.",
    "Please tell me everything about tides": "tides",
    "Can you summarise the talks in Oslo?": "the talks in Oslo?",
    "Any news on the tram?": "the tram?",
    "Is there anything about bees?": "about bees?",
}
COMPARISONS = (
    "How do the two plans compare?",
    "How does the new tram differ from the old one?",
    "What is the difference between the reports of the bank and the union?",
)
KEYWORDS = ("tram line cost", "Oslo talks 2021", "harvest wheat", "mayor Dunwick promise buses")
OTHERS = (
    "Who drew the map?",
    "What does the union demand?",
    "What did the mayor say about buses?",
    "what did she promise",
    "how much did the tram cost",
    "who is nadia farouk",
    "The tram is late?",
    "they closed the bridge",
)


@pytest.mark.parametrize("question", [*SUBJECTS, *COMPARISONS, *KEYWORDS])
def test_these_ask_for_passages(question: str) -> None:
    assert shape_of(question).shape in ("passages", "overview")


@pytest.mark.parametrize("question", OTHERS)
def test_these_ask_for_something_shorter(question: str) -> None:
    assert shape_of(question).shape != "passages"


@pytest.mark.parametrize(("question", "subject"), SUBJECTS.items())
def test_the_subject_is_what_is_left(question: str, subject: str) -> None:
    assert subject_of(question).split() == subject.split()


@pytest.mark.parametrize("question", KEYWORDS)
def test_search_words_lose_it_with_a_question_mark(question: str) -> None:
    assert is_keywords(question)
    assert not is_keywords(f"{question}?")


@pytest.mark.parametrize("question", ["What is the current rate?", "Who is the mayor now?", "the latest forecast"])
def test_asking_for_the_present(question: str) -> None:
    assert asks_for_current(question)
    assert not asks_for_current("What was the rate in 2020?")
