from __future__ import annotations

import pytest

from rag.question.answer_types import AnswerType, expected_type, mentions


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who succeeded Benjamin Netanyahu?", AnswerType.PERSON),
        ("How many countries abstained?", AnswerType.NUMBER),
        ("When did the bridge reopen?", AnswerType.TIME),
        ("In which year was the treaty signed?", AnswerType.TIME),
        ("Where did the summit take place?", AnswerType.PLACE),
        ("Which city hosted the summit?", AnswerType.PLACE),
        ("Why did the talks fail?", AnswerType.REASON),
        ("What did the resolution demand?", AnswerType.OTHER),
    ],
)
def test_question_words_name_the_kind_of_answer(question: str, expected: AnswerType) -> None:
    assert expected_type(question) is expected


@pytest.mark.parametrize(
    ("answer_type", "text", "question", "expected"),
    [
        (AnswerType.TIME, "It reopened in March.", "When did it reopen?", True),
        (AnswerType.TIME, "It may reopen.", "When did it reopen?", False),
        (AnswerType.TIME, "The 1967 war was short.", "When did the 1967 war end?", False),
        (AnswerType.NUMBER, "Fourteen states voted against.", "How many voted against?", True),
        (AnswerType.NUMBER, "Some states voted against.", "How many voted against?", False),
        (AnswerType.PERSON, "He was followed by Naftali Bennett.", "Who followed Netanyahu?", True),
        (AnswerType.PERSON, "Then Netanyahu left.", "Who followed Netanyahu?", False),
        (AnswerType.REASON, "It closed because of ice.", "Why did it close?", True),
        (AnswerType.REASON, "It closed.", "Why did it close?", False),
    ],
)
def test_mentions(answer_type: AnswerType, text: str, question: str, expected: bool) -> None:
    assert mentions(answer_type, text, question) is expected
