"""Pronouns that their own question explains, and pronouns that need the conversation."""

from __future__ import annotations

import pytest

from rag.question.follow_ups.missing import find_gaps


@pytest.mark.parametrize(
    "question",
    [
        "Which streets have their own articles?",
        "Which parties changed their vote on the budget?",
        "What did Putin say about his meeting with Trump?",
        "When did Universal inaugurate its studio tour?",
        "How old was Victoria when she was introduced to Albert?",
        "Who lent his voice to the campaign?",
        "In what direction did land routes lose their importance?",
        "What does it mean to be a vegan?",
        "What is it called when a protagonist loses?",
        "Is it true that Israel left Gaza?",
        "How long does it take to reach Mars?",
        "Who presented himself as a model?",
    ],
)
def test_a_pronoun_that_the_question_explains_is_no_gap(question: str) -> None:
    assert find_gaps(question) == []


@pytest.mark.parametrize(
    ("question", "who"),
    [
        ("When was he born?", "he"),
        ("What state does it border to the west?", "it"),
        ("Where did they spend most summers until 1846?", "they"),
        ("What are its roots?", "it"),
        ("How much did she earn in 2014?", "she"),
        ("Which operation opened it?", "it"),
        ("Did the Kremlin support him?", "he"),
    ],
)
def test_a_pronoun_that_nothing_in_the_question_explains_is_a_gap(question: str, who: str) -> None:
    assert [gap.who for gap in find_gaps(question)] == [who]


@pytest.mark.parametrize(
    "question",
    [
        "Where would one find a collection of historical equipment?",
        "What percentage of those sold as slaves landed in America?",
        "What property does copper have that links Aphrodite to Venus?",
        "What type of trees grew at that time?",
        "Name one other group present at the signing",
    ],
)
def test_words_that_only_look_like_gaps_are_none(question: str) -> None:
    assert find_gaps(question) == []
