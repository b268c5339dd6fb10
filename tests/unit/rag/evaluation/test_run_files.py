from __future__ import annotations

import dataclasses
import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest

from rag.errors import InputError
from rag.evaluation import run_files
from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.records import Evaluation
from rag.evaluation.run_files import list_runs, load_run, save_run, write_whole
from rag.evaluation.runs import evaluate


@pytest.fixture
def run(assistant: Any) -> Evaluation:
    question = Question("ribbon", "Who cut the ribbon?", ("Ida Quill",), "bridge.md")
    return evaluate(assistant, QuestionSet((question,), "set.jsonl"), save=False)


def named(run: Evaluation, name: str) -> Evaluation:
    return dataclasses.replace(run, run=name, started=f"{name[:4]}-01-01T00:00:00+00:00")


def test_a_saved_run_is_loaded_by_path_id_and_prefix(run: Evaluation, tmp_path: Path) -> None:
    path = save_run(run, tmp_path)
    assert path == tmp_path / "runs" / f"{run.run}.json"
    assert load_run(str(path), tmp_path / "elsewhere") == run
    assert load_run(run.run, tmp_path) == run
    assert load_run(run.run[:12], tmp_path) == run
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_runs_are_listed_newest_first(run: Evaluation, tmp_path: Path) -> None:
    for name in ("2024-b", "2025-a", "2023-c"):
        save_run(named(run, name), tmp_path)
    runs = list_runs(tmp_path)
    assert [one.run for one in runs] == ["2025-a", "2024-b", "2023-c"]
    assert (runs[0].question_set, runs[0].questions, runs[0].reader) == ("set.jsonl", 1, "fake-reader")
    assert list_runs(tmp_path / "nowhere") == []


def test_an_ambiguous_or_unknown_id(run: Evaluation, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There are none yet"):
        load_run("2024", tmp_path)
    save_run(named(run, "2024-a"), tmp_path)
    save_run(named(run, "2024-ab"), tmp_path)
    with pytest.raises(InputError, match="2 runs begin with '2024': 2024-a, 2024-ab"):
        load_run("2024", tmp_path)
    assert load_run("2024-a", tmp_path).run == "2024-a"
    with pytest.raises(InputError, match=r"no run is called '2025'.*The latest are 2024-a, 2024-ab"):
        load_run("2025", tmp_path)
    with pytest.raises(InputError, match="no run is called ''"):
        load_run("", tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b"\xff", b'{"per_question": 3}', b"[" * 100_000],
)
def test_damaged_files_are_named_and_left_out_of_the_list(
    run: Evaluation, tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    good = save_run(run, tmp_path)
    damaged = good.with_name("2020-damaged.json")
    damaged.write_bytes(content)
    with pytest.raises(InputError, match=r"2020-damaged\.json is not a stored run"):
        load_run("2020", tmp_path)
    with caplog.at_level(logging.WARNING):
        assert [one.run for one in list_runs(tmp_path)] == [run.run]
    assert "2020-damaged.json is not a stored run" in caplog.text


def test_a_row_with_a_column_too_few_is_damage(run: Evaluation, tmp_path: Path) -> None:
    path = save_run(run, tmp_path)
    document = json.loads(path.read_text())
    del document["per_question"][0]["recall"]
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match="is not a stored run"):
        load_run(run.run, tmp_path)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.json"
    write_whole(path, "old")

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_files.os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.json"]


def test_the_file_is_flushed_before_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    path = tmp_path / "run.json"
    monkeypatch.setattr(run_files.os, "fsync", lambda _descriptor: seen.append(path.exists()))
    write_whole(path, "text")
    assert seen == [False]
    assert path.exists()


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_written_file_is_as_open_as_the_umask_says(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_whole(tmp_path / "report.html", "text")
    finally:
        os.umask(before)
    assert (tmp_path / "report.html").stat().st_mode & 0o777 == mode
