from __future__ import annotations

import pytest

from rag.answer.alternatives import is_worth_showing
from rag.answer.citing import cite
from rag.question.answer_types import AnswerType
from rag.records import Candidate, Span
from tests.unit.rag.answer.made_up import retrieved

TEXT = "Mill Bridge reopened on 14 March 2024. The mayor Ida Quill cut the ribbon in 2023. Nobody came"
PASSAGE = retrieved(TEXT)


def candidate(words: str) -> Candidate:
    start = TEXT.index(words)
    return Candidate(PASSAGE, Span(start, start + len(words)), 1.0)


def shown(words: str, question: str, asked: AnswerType, answer: str = "14 March 2024") -> bool:
    return is_worth_showing(candidate(words), question, asked, answer, [cite(PASSAGE, candidate(answer).span, 0.9)])


@pytest.mark.parametrize(
    ("words", "question", "asked"),
    [
        ("2023", "When did Mill Bridge reopen?", AnswerType.TIME),
        ("Ida Quill", "Who reopened Mill Bridge?", AnswerType.PERSON),
        ("the ribbon", "What did she cut?", AnswerType.OTHER),
    ],
)
def test_another_answer_of_the_kind_asked_for(words: str, question: str, asked: AnswerType) -> None:
    assert shown(words, question, asked)


@pytest.mark.parametrize(
    ("words", "question", "asked"),
    [
        ("Mill Bridge", "When did Mill Bridge reopen?", AnswerType.OTHER),
        ("March 2024", "When did it happen?", AnswerType.TIME),
        ("on 14 March 2024", "When did it happen?", AnswerType.TIME),
        ("the ribbon", "When did it happen?", AnswerType.TIME),
        ("the ribbon", "How many came?", AnswerType.NUMBER),
        ("the ribbon", "Who cut it?", AnswerType.PERSON),
        ("2024. The mayor", "What happened?", AnswerType.OTHER),
        ("on", "What happened?", AnswerType.OTHER),
    ],
)
def test_junk_is_left_out(words: str, question: str, asked: AnswerType) -> None:
    assert not shown(words, question, asked)
