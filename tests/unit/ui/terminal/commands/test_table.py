from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rag import Assistant, Settings
from tests.integration.hashed_encoder import HashedEncoder
from ui.terminal.cli import main
from ui.terminal.command import Context

BRIDGE = "Mill Bridge reopened in March. The repairs of the bridge cost nine million crowns."
FERRY = "The ferry sails again. The repairs of the ferry cost two million crowns."
COST = "How much did the repairs cost?"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    (articles / "ferry.txt").write_text(FERRY, encoding="utf-8")

    def opened(context: Context, *, create: bool = False) -> Assistant:
        settings = Settings.load(answer={"reader": "sentences", "abstain_below": 0.0})
        return Assistant(tmp_path / "store", settings, encoder=HashedEncoder())

    monkeypatch.setattr(Context, "assistant", opened)
    with opened(None) as assistant:  # type: ignore[arg-type]
        assistant.add(articles)
    return tmp_path


def test_every_question_is_asked_of_every_article(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = folder / "questions.txt"
    questions.write_text(f"# costs\n{COST}\n", encoding="utf-8")
    assert main(["table", str(questions), "-q", "Who reopened Mill Bridge?", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [column["question"] for column in document["columns"]] == [COST, "Who reopened Mill Bridge?"]
    assert len(document["cells"]) == 4
    for cell in document["cells"]:
        text = {"bridge.txt": BRIDGE, "ferry.txt": FERRY}
        for citation in cell["answer"]["citations"]:
            assert text[citation["source"]][citation["start"] : citation["end"]] == citation["text"]


def test_the_text_says_which_article_says_what(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", "-q", COST, "--article", "ferry.txt"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("1 row, 1 question, 1 answer (")
    assert "The repairs of the ferry cost two million crowns." in out
    assert "The ferry sails again" in out


def test_files_are_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = {"csv": "t.csv", "xlsx": "t.xlsx", "html": "t.html", "docx": "t.docx", "bibtex": "t.bib", "csl": "t.json"}
    options = [part for name, file in names.items() for part in (f"--{name}", str(folder / file))]
    assert main(["table", "-q", COST, *options]) == 0
    assert capsys.readouterr().err.count(": written") == len(names)
    assert load_workbook(folder / "t.xlsx")["Table"]["E1"].value == COST
    assert "@misc{" in (folder / "t.bib").read_text(encoding="utf-8")


def test_what_cannot_work_is_said_before_anything_is_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table"]) == 1
    assert "a table needs questions" in capsys.readouterr().err
    assert main(["table", "-q", COST, "--csv", str(folder / "nowhere" / "t.csv")]) == 1
    assert "Name a file in a folder that exists" in capsys.readouterr().err
    assert main(["table", "-q", " "]) == 2
    assert main(["table", "-q", COST, "--rows", "weeks"]) == 2
