from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag import Assistant, Settings
from tests.integration.hashed_encoder import HashedEncoder
from ui.terminal.cli import main
from ui.terminal.command import Context

COST = "How much did the repairs cost?"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def opened(context: Context | None, *, create: bool = False) -> Assistant:
        settings = Settings.load(answer={"reader": "sentences", "abstain_below": 0.0})
        return Assistant(tmp_path / "store", settings, encoder=HashedEncoder())

    monkeypatch.setattr(Context, "assistant", opened)
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    assert main(["add", str(folder / name)]) == 0


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert main(["standing", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_from_saving_to_seen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "bridge.txt", "The repairs of the bridge cost nine million crowns.")
    (folder / "questions.txt").write_text(f"{COST}\n", encoding="utf-8")
    added = printed(capsys, "add", "costs", str(folder / "questions.txt"), "-q", "Who repaired the bridge?")
    assert added["standing"]["questions"] == [COST, "Who repaired the bridge?"]
    (first,) = printed(capsys, "run")["runs"]
    assert (first["first"], first["articles"], first["changes"]) == (True, 1, [])
    write(folder, "ferry.txt", "The repairs of the ferry cost two million crowns.")
    (second,) = printed(capsys, "run", "costs")["runs"]
    new = [change for change in second["changes"] if change["question"] == COST]
    assert [(one["kind"], one["source"]) for one in new] == [("new", "ferry.txt"), ("disagrees", "ferry.txt")]
    assert new[1]["against"][0]["source"] == "bridge.txt"
    listed = printed(capsys, "list")
    assert listed["standing"][0]["unread"] == second["unread"] == len(listed["changes"]) > 0
    assert main(["standing"]) == 0
    assert "new: The repairs of the ferry" in capsys.readouterr().out
    assert printed(capsys, "seen", "costs")["seen"] == second["unread"]
    assert printed(capsys, "list")["changes"] == []
    assert printed(capsys, "remove", "costs")["standing"]["name"] == "costs"


def test_what_cannot_be_done_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["standing"]) == 0
    assert "No standing questions yet" in capsys.readouterr().out
    assert main(["standing", "add", "costs"]) == 1
    assert "need questions" in capsys.readouterr().err
    assert main(["standing", "run", "costs"]) == 1
    assert "no standing questions are named 'costs'" in capsys.readouterr().err
