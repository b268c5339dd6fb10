"""Which of the passages that were found are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.read.pruning import worth_reading
from rag.records import Retrieved
from rag.settings import AnswerSettings
from tests.unit.rag.answer.made_up import retrieved


def found(*scores: float) -> list[Retrieved]:
    return [retrieved(f"Number {place}.", passage_id=place + 1, score=score) for place, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("scores", "settings", "expected"),
    [
        ((3.0, 2.6, 2.0, 1.9), {"read_within": 1.0}, 3),
        ((3.0, 1.0, 0.9), {"read_within": 1.0}, 2),
        ((3.0, 1.0, 0.9), {"read_within": 100.0}, 3),
        ((3.0, 2.9, 2.8), {"read_within": 1.0, "passages_read": 2}, 2),
        ((3.0, 2.9, 2.8), {"read_within": 1.0, "passages_read": 1}, 1),
        ((3.0, 3.0, 3.0), {"read_within": 0.0}, 3),
        ((3.0,), {"read_within": 0.0}, 1),
        ((), {}, 0),
    ],
)
def test_what_is_near_the_best_is_read(scores: tuple[float, ...], settings: dict[str, object], expected: int) -> None:
    assert len(worth_reading(found(*scores), AnswerSettings.model_validate(settings))) == expected


@given(
    st.lists(st.floats(-5, 5), max_size=12).map(lambda scores: sorted(scores, reverse=True)),
    st.integers(1, 12),
    st.floats(0, 11),
)
def test_the_best_are_read_first_and_never_too_many(scores: list[float], most: int, within: float) -> None:
    passages = found(*scores)
    read = worth_reading(passages, AnswerSettings(passages_read=most, read_within=within))
    assert list(read) == passages[: len(read)]
    assert min(2, most, len(passages)) <= len(read) <= min(most, len(passages))
