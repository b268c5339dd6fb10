from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import StoreError
from tests.unit.ui.web.evaluate.evaluated import SET, Evaluated
from ui.web.pieces import UNEXPECTED
from ui.web.settings.tab import SettingsTab


@pytest.fixture
def assistant(tmp_path: Path) -> Evaluated:
    return Evaluated(tmp_path)


@pytest.fixture
def tab(assistant: Evaluated) -> SettingsTab:
    return SettingsTab(assistant)  # type: ignore[arg-type]


def test_it_opens_at_what_the_user_set_or_the_usual(tab: SettingsTab) -> None:
    assert tab.open(None)[:2] == (8, 0.5)
    assert tab.open({"passages_read": 12, "abstain_below": 0.7})[:2] == (12, 0.7)
    assert tab.open({"passages_read": "x"})[:2] == (8, 0.5)
    facts = tab.open(None)[3]
    for part in ("2 articles, 6 passages", "fake-encoder", "fake-reader"):
        assert part in facts


def test_the_effect_is_that_on_the_last_run_with_answers(tab: SettingsTab, assistant: Evaluated) -> None:
    assert "Run an evaluation" in tab.changed(8, 0.5)[1]
    assistant.evaluate(SET)
    kept, told = tab.changed(8, 0.7)
    assert kept == {"abstain_below": 0.7}
    assert "2 of 5" in told
    assert "3 of 5" in tab.open(None)[2]


def test_reset_forgets(tab: SettingsTab) -> None:
    kept, passages, silent, _ = tab.reset()
    assert (kept, passages, silent) == (None, 8, 0.5)
    assert tab.changed(8, 0.5)[0] is None


def test_health_is_checked_on_demand(tab: SettingsTab, assistant: Evaluated, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, done = tab.check()
    assert waiting[0]["interactive"] is False
    assert done[0]["interactive"] is True
    assert "&lt;i&gt;gone&lt;/i&gt;" in done[1]

    def locked() -> None:
        raise StoreError("the store is locked")

    monkeypatch.setattr(assistant, "doctor", locked)
    assert "the store is locked" in list(tab.check())[-1][1]
    monkeypatch.setattr(assistant, "doctor", lambda: 1 / 0)
    assert UNEXPECTED in list(tab.check())[-1][1]
