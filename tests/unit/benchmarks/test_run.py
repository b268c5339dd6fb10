from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from benchmarks import run as running
from benchmarks.parts import Part
from benchmarks.protocol import Measured, Setup
from benchmarks.results import RESULTS, read_results
from rag.errors import MissingExtraError
from ui.terminal.cli import main


class Module:
    """A part whose figure is set from outside."""

    value = 0.5
    setups: list[Setup]

    def __init__(self) -> None:
        self.setups = []

    def measure(self, setup: Setup) -> Measured:
        self.setups.append(setup)
        setup.progress("measuring", 1, 1)
        return Measured({"f1": {"value": self.value, "low": 0.4, "high": 0.6}}, {"questions": setup.questions})

    def section(self, figures: Mapping[str, Any]) -> str:
        return f"F1 {figures['f1']['value']}"


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> dict[str, Module]:
    made = {"first": Module(), "second": Module()}
    parts = (Part("first", "First", "first"), Part("second", "Second", "second", ("questions", "sizes")))
    monkeypatch.setattr(Part, "load", lambda part: made[part.module])
    monkeypatch.setattr("benchmarks.run.PARTS", parts)
    monkeypatch.setattr("benchmarks.render.PARTS", parts)
    return made


def bench(folder: Path, *arguments: str) -> int:
    return main(["bench", "--results", str(folder / "results.json"), "--work", str(folder), *arguments])


@pytest.mark.parametrize("by_option", [True, False])
def test_every_part_gets_the_threads_that_were_allowed_and_says_so(
    tmp_path: Path, modules: dict[str, Module], monkeypatch: pytest.MonkeyPatch, by_option: bool
) -> None:
    before = torch.get_num_threads()
    seen: list[tuple[int, str | None, int]] = []

    def measure(setup: Setup) -> Measured:
        seen.append((torch.get_num_threads(), os.environ.get("OMP_NUM_THREADS"), setup.threads))
        return Measured({"f1": {"value": 0.5}})

    modules["first"].measure = measure  # type: ignore[method-assign]
    monkeypatch.setattr("benchmarks.run.usable_cores", lambda: 4)
    if by_option:
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
        assert bench(tmp_path, "--parts", "first", "--threads", "3") == 0
        assert "OMP_NUM_THREADS" not in os.environ
    else:
        monkeypatch.setenv("OMP_NUM_THREADS", "3")
        assert bench(tmp_path, "--parts", "first") == 0
        assert os.environ["OMP_NUM_THREADS"] == "3"
    assert (seen, torch.get_num_threads()) == ([(3, "3", 3)], before)
    entry = read_results(tmp_path / "results.json")["parts"]["first"]
    assert (entry["command"], entry["threads"]) == ("citespan bench --parts first --threads 3", 3)


def test_parts_are_measured_kept_and_rendered(
    tmp_path: Path,
    modules: dict[str, Module],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert bench(tmp_path, "--questions", "30", "--sizes", "5", "6") == 0
    parts = read_results(tmp_path / "results.json")["parts"]
    assert {name: part["command"] for name, part in parts.items()} == {
        "first": "citespan bench --parts first",
        "second": "citespan bench --parts second --questions 30 --sizes 5 6",
    }
    assert "## Second\n\nF1 0.5" in (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "first: 1 quality figures" in capsys.readouterr().out


def test_a_cut_run_keeps_what_was_done_and_is_resumed(tmp_path: Path, modules: dict[str, Module]) -> None:
    def stop(setup: Setup) -> Measured:
        raise KeyboardInterrupt

    modules["second"].measure = stop  # type: ignore[method-assign]
    assert bench(tmp_path) == 130
    assert list(read_results(tmp_path / "results.json")["parts"]) == ["first"]
    del modules["second"].measure
    assert bench(tmp_path, "--resume") == 0
    assert len(modules["first"].setups) == 1
    assert list(read_results(tmp_path / "results.json")["parts"]) == ["first", "second"]
    assert bench(tmp_path, "--resume", "--questions", "3") == 0
    assert (len(modules["first"].setups), len(modules["second"].setups)) == (1, 2)


def test_a_check_fails_when_a_figure_left_its_range_and_writes_nothing(
    tmp_path: Path, modules: dict[str, Module], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(tmp_path) == 0
    before = (tmp_path / "results.json").read_bytes()
    assert bench(tmp_path, "--check") == 0
    capsys.readouterr()
    modules["second"].value = 0.1
    assert bench(tmp_path, "--check", "--json") == 1
    assert json.loads(capsys.readouterr().out)["deviations"] == {
        "first": [],
        "second": ["f1: 0.1 is below the expected 0.45 to 0.55"],
    }
    assert (tmp_path / "results.json").read_bytes() == before


def test_a_part_that_needs_an_extra_is_left_out_unless_it_is_named(
    tmp_path: Path, modules: dict[str, Module], capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(setup: Setup) -> Measured:
        raise MissingExtraError("sklearn", "train")

    modules["first"].measure = missing  # type: ignore[method-assign]
    assert bench(tmp_path) == 0
    assert "first: left out" in capsys.readouterr().err
    assert list(read_results(tmp_path / "results.json")["parts"]) == ["second"]
    assert bench(tmp_path, "--parts", "first") == 1


def test_what_was_measured_elsewhere_is_taken_with_its_machine(
    tmp_path: Path, modules: dict[str, Module], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(tmp_path) == 0
    given = read_results(tmp_path / "results.json")["parts"]
    given["first"]["machine"]["processor"] = "Another"
    elsewhere = tmp_path / "given.json"
    elsewhere.write_text(json.dumps({"parts": {"first": given["first"]}}), encoding="utf-8")
    assert bench(tmp_path, "--import", "first", str(elsewhere)) == 0
    assert read_results(tmp_path / "results.json")["parts"] == given
    assert len(modules["first"].setups) == 1
    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "· machine A ·" in page
    assert "- machine A: Another" in page
    assert bench(tmp_path, "--import", "second", str(elsewhere)) == 1
    assert "has no figures of second" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--parts", "third"], "There are: first, second"),
        (["--check"], "has no figures of first, second"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path,
    modules: dict[str, Module],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    assert bench(tmp_path, *arguments) == 1
    assert message in capsys.readouterr().err


def test_an_installation_without_the_source_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "ui.terminal.commands.bench.rag", SimpleNamespace(__file__=str(tmp_path / "rag" / "__init__.py"))
    )
    assert main(["bench"]) == 1
    assert "Get the source" in capsys.readouterr().err


def test_the_defaults_in_the_help_are_those_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    defaults = running.Options()
    for default in (defaults.questions, defaults.peer_questions, defaults.seed):
        assert f"(default: {default})" in shown
    assert defaults.results == RESULTS
