"""A setting that makes answers worse is caught, with the real models and the sample articles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ui.terminal.cli import main

PROJECT = Path(__file__).resolve().parents[2]
ASKED = 24
GATES = {"answers.exact_match": 0.5, "retrieval.recall@1": 0.7}
"""What the product reaches on these questions with its own settings, with room, and does not with a worsened one."""
WORSENED = {
    "one passage, found by words of titles": {
        "CITESPAN_ANSWER__PASSAGES_READ": "1",
        "CITESPAN_RETRIEVE__WORD_WEIGHT": "1.0",
        "CITESPAN_RETRIEVE__TITLE_WEIGHT": "1.0",
    },
    "whole sentences": {"CITESPAN_ANSWER__READER": "sentences"},
}
CAUGHT_BY = {
    "one passage, found by words of titles": ("retrieval.recall@1", "answers.f1"),
    "whole sentences": ("answers.exact_match", "answers.f1"),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("worsened")
    rows = [json.loads(line) for line in (PROJECT / "seeds" / "questions.jsonl").read_text("utf-8").splitlines()]
    chosen = [row for row in rows if row["answers"] and not row["history"]][:ASKED]
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, chosen)), encoding="utf-8")
    assert main(["add", str(PROJECT / "seeds"), "--store", str(folder / "store")]) == 0
    return folder


class Command:
    """``citespan`` over the store; gives back the exit status and what ``--json`` printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, dict[str, Any], str]:
        self._capsys.readouterr()
        status = main([*arguments, "--store", str(self._folder / "store"), "--json"])
        printed = self._capsys.readouterr()
        return status, json.loads(printed.out), printed.err

    def evaluate(self) -> tuple[int, dict[str, Any], str]:
        gates = [part for name, value in GATES.items() for part in ("--fail-under", f"{name}={value}")]
        return self("evaluate", str(self._folder / "questions.jsonl"), *gates)


@pytest.fixture
def command(store: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(store, capsys)


def difference(comparison: dict[str, Any], metric: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in comparison["differences"] if one["metric"] == metric)
    return found


def test_worse_settings_are_caught_by_the_gate_and_by_comparing(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, good, told = command.evaluate()
    assert (status, good["errors"], "failed: " in told) == (0, 0, False)
    for name, environment in WORSENED.items():
        with monkeypatch.context() as worsened:
            for variable, value in environment.items():
                worsened.setenv(variable, value)
            status, bad, told = command.evaluate()
        assert status == 1, name
        assert "failed: " in told
        _, comparison, _ = command("compare", good["run"], bad["run"])
        _, mended, _ = command("compare", bad["run"], good["run"])
        for metric in CAUGHT_BY[name]:
            worse, better = difference(comparison, metric), difference(mended, metric)
            assert (worse["significant"], worse["better"]) == (True, False), f"{name}: {metric} {worse}"
            assert (better["significant"], better["better"]) == (True, True), f"{name}: {metric} {better}"
        turned = [change["direction"] for change in comparison["changes"]]
        assert turned.count("worse") > turned.count("better"), name
        changed = {variable.removeprefix("CITESPAN_").replace("__", ".").lower() for variable in environment}
        assert changed <= set(comparison["settings"])
