"""The commands that look after the store, run as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.rag.index.samples import make_sample, open_store
from ui.terminal.cli import main

RIVER = make_sample(2)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    with open_store(tmp_path / "store") as opened:
        opened.put(*RIVER)
        opened.put(*make_sample(3))
    return tmp_path / "store"


def run(capsys: pytest.CaptureFixture[str], store: Path, *words: str) -> tuple[int, str]:
    status = main([words[0], "--store", str(store), *words[1:]])
    captured = capsys.readouterr()
    return status, captured.out + captured.err


def run_json(capsys: pytest.CaptureFixture[str], store: Path, *words: str) -> dict[str, object]:
    assert main([words[0], "--store", str(store), "--json", *words[1:]]) == 0
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def test_undo_lists_and_brings_back(capsys: pytest.CaptureFixture[str], store: Path) -> None:
    assert run(capsys, store, "undo") == (0, "Nothing can be brought back.\n")
    run(capsys, store, "remove", "2.txt", "3.txt")
    status, listed = run(capsys, store, "undo")
    assert status == 0
    assert "2.txt" in listed
    assert "2 articles. Bring one back with: citespan undo ID" in listed
    status, said = run(capsys, store, "undo", "2.txt", RIVER.article.article_id)
    assert (status, said) == (0, f"restored  {RIVER.article.article_id}  {RIVER.article.title}\n")
    document = run_json(capsys, store, "undo")
    (left,) = document["removed"]  # type: ignore[misc]
    assert set(left) == {"article_id", "title", "source", "path", "removed", "why"}
    assert (left["source"], left["why"], document["restored"]) == ("3.txt", "removed", [])
    assert run(capsys, store, "undo", "7.txt")[0] == 1


def test_backup_and_restore(capsys: pytest.CaptureFixture[str], store: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.sqlite3"
    assert run_json(capsys, store, "backup", str(file)) == {
        "file": str(file), "articles": 2, "bytes": file.stat().st_size,
    }  # fmt: skip
    run(capsys, store, "remove", "2.txt")
    assert run(capsys, store, "restore", str(file)) == (0, f"Restored 2 articles into {store}.\n")
    with open_store(store) as opened:
        opened.put(*make_sample(5))
    status, said = run(capsys, store, "restore", str(file))
    assert status == 1
    assert "--replace" in said
    assert run_json(capsys, store, "restore", str(file), "--replace") == {"store": str(store), "articles": 2}


def test_export_and_import(capsys: pytest.CaptureFixture[str], store: Path, tmp_path: Path) -> None:
    assert run_json(capsys, store, "export", str(tmp_path / "out")) == {"folder": str(tmp_path / "out"), "articles": 2}
    assert run(capsys, store, "export", str(tmp_path / "out"))[0] == 1
    other = tmp_path / "other"
    document = run_json(capsys, other, "import", str(tmp_path / "out"))
    assert (document["added"], document["unchanged"]) == (2, 0)
    assert run(capsys, other, "import", str(tmp_path / "out")) == (0, "Imported 0 articles; 2 were there already.\n")
    assert run(capsys, other, "import", str(tmp_path / "nothing"))[0] == 1
