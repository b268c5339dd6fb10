from __future__ import annotations

from typing import Any

import pytest

from rag.settings import AnswerSettings
from ui.web.settings.preferences import MOST_PASSAGES, answering, kept

USUAL = AnswerSettings()


def test_what_was_kept_comes_back_as_settings() -> None:
    saved = kept(12, 0.7, USUAL, threshold=0.37)
    assert saved == {"passages_read": 12, "abstain_below": 0.7}
    wanted = answering(saved, USUAL)
    assert wanted == USUAL.model_copy(update={"passages_read": 12, "abstain_below": 0.7})


def test_the_usual_is_not_kept() -> None:
    assert kept(USUAL.passages_read, 0.3749, USUAL, threshold=0.37) is None
    assert answering({"passages_read": USUAL.passages_read}, USUAL) is None
    assert kept(USUAL.passages_read, 0.0, USUAL, threshold=0.37) == {"abstain_below": 0.0}
    assert answering({"abstain_below": 0.0}, USUAL) == USUAL.model_copy(update={"abstain_below": 0.0})


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        "x",
        [],
        {},
        {"passages_read": "8"},
        {"passages_read": 0},
        {"passages_read": True},
        {"passages_read": MOST_PASSAGES + 1},
        {"passages_read": 2.5},
        {"abstain_below": 1.1},
        {"abstain_below": -0.1},
        {"abstain_below": float("nan")},
        {"abstain_below": {"a": 1}},
        {"reader": "/etc", "max_question_characters": 99_999},
    ],
)
def test_what_a_browser_makes_up_changes_nothing(nonsense: Any) -> None:
    assert answering(nonsense, USUAL) is None


def test_a_server_set_higher_is_not_lowered_by_the_pages_bound() -> None:
    usual = AnswerSettings(passages_read=60)
    wanted = answering({"passages_read": 50}, usual)
    assert wanted is not None
    assert wanted.passages_read == 50
