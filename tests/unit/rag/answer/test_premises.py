from __future__ import annotations

import pytest

from rag.records import Answer, Retrieved
from tests.unit.rag.answer.made_up import retrieved
from tests.unit.rag.answer.test_answerer import answerer

SPEECH = retrieved("The minister did not apologise to the teachers. He left after three weeks.", title="Minister")
VOTE = retrieved("Thirteen members voted for the plan; Norway abstained and nobody voted against.", title="The plan")
BORDER = retrieved(
    "The valley goes to Norway, not Sweden, under the treaty. Sweden keeps 40 guards there.", title="Treaty"
)
WARD = retrieved("The ward will not close before 2026, the clinic said. It opened in 1990.", title="Ward")


def asked(question: str, span: str, passage: Retrieved) -> Answer:
    return answerer({span: 4.0}, [passage]).answer(question, question, [passage])


@pytest.mark.parametrize(
    ("question", "span", "passage"),
    [
        ("When did the minister apologise to the teachers?", "three weeks", SPEECH),
        ("Which members voted against the plan?", "Norway", VOTE),
        ("When will the ward close?", "2026", WARD),
    ],
)
def test_what_an_article_denies_is_refused_with_its_sentence(question: str, span: str, passage: Retrieved) -> None:
    answer = asked(question, span, passage)
    assert (answer.answered, answer.reason_kind) == (False, "false_premise")
    assert answer.related[0].text in (answer.reason or "")


@pytest.mark.parametrize(
    ("question", "span", "passage"),
    [
        ("How many members voted for the plan?", "Thirteen", VOTE),
        ("When did the minister leave?", "after three weeks", SPEECH),
        ("Before which year will the ward not close?", "2026", WARD),
        ("When did the ward open?", "1990", WARD),
        ("How many guards does Sweden keep there under the treaty?", "40", BORDER),
    ],
)
def test_a_denial_of_something_else_changes_nothing(question: str, span: str, passage: Retrieved) -> None:
    assert asked(question, span, passage).answer == span
