"""Questions as people type them: the forms keep what is asked about."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from training.examples import Example
from training.question_forms import in_mixed_forms, keywords, lowered, misspelled

QUESTION = 'Why did the "Harbour Trust" of Lowmoor, after 1.5 years, close its Mill Road office?'


def test_a_lowered_question_loses_marks_but_not_those_inside_numbers() -> None:
    assert lowered(QUESTION) == "why did the harbour trust of lowmoor after 1.5 years close its mill road office"


def test_keywords_are_the_words_that_carry_meaning_in_order() -> None:
    assert keywords(QUESTION) == "Harbour Trust Lowmoor 1.5 years close Mill Road office"
    assert keywords("Who is Ada Finch?") is None


@given(st.integers(0, 10_000))
def test_a_slip_changes_one_lower_case_word_only(seed: int) -> None:
    words = QUESTION.split()
    slipped = misspelled(QUESTION, random.Random(seed))
    assert slipped is not None
    changed = [(old, new) for old, new in zip(words, slipped.split(), strict=True) if old != new]
    assert len(changed) <= 1
    assert all(old.islower() for old, _ in changed)


def test_nothing_to_slip_on() -> None:
    assert misspelled("Who is Ada Finch?", random.Random(1)) is None


def test_a_fixed_share_of_questions_is_put_in_other_forms() -> None:
    examples = [
        Example(str(n), "", "Context.", f"When did the council open bridge {n}?", (), "squad") for n in range(500)
    ]
    mixed = in_mixed_forms(examples, seed=4)
    same = sum(old.question == new.question for old, new in zip(examples, mixed, strict=True))
    assert 300 < same < 400
    assert mixed == in_mixed_forms(examples, seed=4)
    assert [example.identifier for example in mixed] == [example.identifier for example in examples]
