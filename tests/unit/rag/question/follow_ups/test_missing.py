"""Which gaps a question shows, and what a pronoun can stand for."""

from __future__ import annotations

import pytest

from rag.question.follow_ups.agreement import agrees
from rag.question.follow_ups.missing import find_gaps
from rag.question.follow_ups.phrases import noun_phrases


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("When was he born?", ["he"]),
        ("What was their role in it?", ["their", "it"]),
        ("How did this tradition start?", ["this tradition"]),
        ("Is it possible to leave the European Union?", []),
        ("What is Rock City, and why is it famous?", []),
        ("Is there a treaty?", []),
        ("What does a smart one do?", ["one"]),
        ("Who lived there?", ["there"]),
        ("Who ruled there before 1900?", ["there"]),
        ("IS there evidence that parenting plays a role?", []),
        ("What is the effect of there no longer being a stigma?", []),
        ("Which album was the first to hit number one on the charts?", []),
        ("What did Britain do that helped make the strategy less effective?", []),
        ("Which airplane was the article about that later led to a trial?", []),
        ("Who paid those responsible for the acts?", []),
        ("How many of those people taking the test were students?", []),
        ("What came of that later?", ["that"]),
        ("Who opposed that?", ["that"]),
        ("What must one be attentive to when talking about race?", []),
    ],
)
def test_gaps_are_where_the_question_leans(question: str, shown: list[str]) -> None:
    assert [question[gap.start : gap.end] for gap in find_gaps(question)] == shown


@pytest.mark.parametrize(
    ("phrase", "who", "expected"),
    [
        ("Angela Merkel", "she", True),
        ("Angela Merkel", "he", False),
        ("Egypt", "he", False),
        ("the treaty", "it", True),
        ("the treaties", "it", False),
        ("the treaties", "they", True),
    ],
)
def test_pronouns_agree_with_what_they_stand_for(phrase: str, who: str, expected: bool) -> None:
    assert agrees(noun_phrases(f"about {phrase}")[0], who) is expected
