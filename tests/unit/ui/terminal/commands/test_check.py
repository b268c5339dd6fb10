from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from rag import Assistant, Settings
from tests.integration.hashed_encoder import HashedEncoder
from ui.terminal.cli import main
from ui.terminal.command import Context

ARTICLE = "The flood hurt 124 people in the town. The mayor cut a green ribbon at the bridge."
DRAFT = "# Draft\n\nThe flood hurt 120 people in the town.\n\nThe mayor “cut a red ribbon at the bridge”, “they” say.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    def opened(context: Context, *, create: bool = False) -> Assistant:
        return Assistant(tmp_path / "store", Settings.load(answer={"reader": "sentences"}), encoder=HashedEncoder())

    monkeypatch.setattr(Context, "assistant", opened)
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "draft.md").write_text(DRAFT, encoding="utf-8")
    assert main(["add", str(tmp_path / "article.txt")]) == 0
    capsys.readouterr()
    return tmp_path


def test_what_differs_is_told_with_its_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(folder / "draft.md")]) == 0
    out = capsys.readouterr().out
    assert out.startswith("2 quotations: 1 altered, 1 absent\n1 value (names, numbers, dates): 1 different there\n")
    assert "line 3: The flood hurt 120 people in the town.\n    120: the article says 124 (article.txt:15-18)" in out
    assert "line 5, altered: “cut a red ribbon at the bridge”\n    the article: cut a »green« ribbon" in out
    assert "not whether it is true" in out


def test_json_is_the_check(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(DRAFT.encode())))
    assert main(["check", "-", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    (sentence,) = document["sentences"]
    (value,) = sentence["values"]
    assert (value["status"], value["article"]["text"]) == ("differs", "124")
    assert ARTICLE[value["article"]["start"] : value["article"]["end"]] == "124"


def test_a_draft_that_cannot_be_read_is_an_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "latin.txt").write_bytes("café".encode("latin-1"))
    (folder / "empty.txt").write_text("", encoding="utf-8")
    for name, complaint in (("latin.txt", "is not UTF-8"), ("missing.txt", "cannot be read"), ("empty.txt", "empty")):
        assert main(["check", str(folder / name)]) == 1
        assert complaint in capsys.readouterr().err
