from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.shapes import Explains, Wanted, shape_of, without_opening


@pytest.mark.parametrize(
    "question",
    [
        "Who signed the treaty?",
        "When did it reopen?",
        "How many members are there?",
        "How long did it last?",
        "How is the council called?",
        "Which country borders Israel?",
        "Which news agency reported the minister's words?",
        "Which United Nations body ordered it?",
        "What makes the harbour special?",
        "What BBC station operates in Devon?",
        "Name the president of the United States.",
        "Name the capital of Egypt.",
        "What did the king blame for the tragedy?",
        "What is the dispute about?",
        "Will Smith was born when?",
        "Can you tell me who signed?",
        "Do you know when it opened?",
        "",
        "?",
    ],
)
def test_short_answers(question: str) -> None:
    assert shape_of(question) == Wanted("span")


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Which four countries signed the accords?", 4),
        ("What two treaties did he sign?", 2),
        ("Name the three rivers of the valley.", 3),
        ("Who are the five permanent members?", 5),
        ("Which states signed the agreement?", None),
        ("Which prime ministers signed the peace?", None),
        ("Which Arab states have made peace?", None),
        ("And which other countries did he visit?", None),
        ("Who are the members of the council?", None),
        ("What were the results of the vote?", None),
        ("List the permanent members of the council", None),
        ("Who makes up the quartet?", None),
        ("What does the quartet consist of?", None),
        ("Which men took part?", None),
        ("types of law in Egypt", None),
    ],
)
def test_lists(question: str, count: int | None) -> None:
    assert shape_of(question) == Wanted("list", count=count)


@pytest.mark.parametrize(
    ("question", "explains"),
    [
        ("Why did it fail?", Explains.REASON),
        ("How come the bridge closed?", Explains.REASON),
        ("What was the reason for the delay?", Explains.REASON),
        ("Does the article say why it failed?", Explains.REASON),
        ("How did the court vote?", Explains.MANNER),
        ("And how was it paid for?", Explains.MANNER),
        ("What did the minister say about Gaza?", Explains.SPEECH),
        ("What does the mayor think of it?", Explains.SPEECH),
        ("What was his tweet about?", Explains.SPEECH),
    ],
)
def test_clauses(question: str, explains: Explains) -> None:
    assert shape_of(question) == Wanted("clause", explains)


@pytest.mark.parametrize(
    "question",
    [
        "Did Britain abstain?",
        "Was the bridge repaired?",
        "Isn't the ruling binding?",
        "So has there been a vote?",
        "Is it true that Israel voted no?",
        "Was it Egypt or Jordan that signed first?",
    ],
)
def test_yes_or_no(question: str) -> None:
    assert shape_of(question).shape == "evidence"


@pytest.mark.parametrize(
    "question",
    [
        "What is this article about?",
        "What's the article about the harbour about?",
        "What is the article “Harbour fair” about?",
        "Summarize the text.",
        "Can you summarise the article on Leningrad?",
        "What does this article say?",
        "Give me a short summary of the report.",
        "What is the main topic of this article?",
    ],
)
def test_whole_articles(question: str) -> None:
    assert shape_of(question).shape == "overview"


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("And when was it?", "when was it?"),
        ("Hello, who signed?", "who signed?"),
        ("Please tell me why it closed", "why it closed"),
        ("Andorra is where?", "Andorra is where?"),
    ],
)
def test_openings_are_left_out(question: str, rest: str) -> None:
    assert without_opening(question) == rest


@given(st.text(max_size=200))
def test_any_text_has_a_shape(question: str) -> None:
    assert shape_of(question).shape in ("span", "clause", "list", "evidence", "overview", "passages")
