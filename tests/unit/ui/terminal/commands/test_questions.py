"""``citespan questions`` over articles that need no store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag import read_questions
from rag.records import Article, ArticleSummary
from ui.terminal.cli import main
from ui.terminal.command import Context

TEXTS = {
    "bridge.md": "Ida Quill opened Mill Bridge in March 1911. The repairs cost 2.3 million pounds.",
    "fort.md": "Marta Solberg founded Lindness Fort in 1926. Marta Solberg was born in Tarnside.",
}


class Shelf:
    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def __enter__(self) -> Shelf:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def articles(self) -> list[ArticleSummary]:
        return [ArticleSummary(name, name, name, f"/{name}", None, None, None, None, 9, 1, "") for name in self.texts]

    def article(self, article_id: str) -> Article:
        return Article(article_id, article_id, article_id, f"/{article_id}", self.texts[article_id])


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    shelf = Shelf(dict(TEXTS))
    monkeypatch.setattr(Context, "assistant", lambda self, create=False: shelf)
    return shelf.texts


@pytest.mark.usefixtures("texts")
def test_a_set_is_written_that_evaluate_can_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.jsonl"
    assert main(["questions", "--out", str(path), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    made = read_questions(path)
    assert document["questions"] == len(made) > 0
    assert document["answerable"] + document["unanswerable"] == len(made)
    assert {question.source for question in made} <= {*TEXTS, None}
    assert all(question.extra["generated"] is True for question in made)


@pytest.mark.usefixtures("texts")
def test_the_count_is_kept_to_and_the_next_step_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "one.jsonl"
    assert main(["questions", "--out", str(path), "--count", "1"]) == 0
    assert len(read_questions(path)) == 1
    told = capsys.readouterr().out
    assert f"citespan evaluate {path}" in told
    assert "1 question from 2 articles" in told
    assert main(["questions", "--out", str(path), "--count", "0"]) == 2


@pytest.mark.usefixtures("texts")
def test_an_existing_file_is_kept_unless_forced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text("mine")
    assert main(["questions", "--out", str(path)]) == 1
    assert path.read_text() == "mine"
    assert "--force" in capsys.readouterr().err
    assert main(["questions", "--out", str(path), "--force"]) == 0
    assert len(read_questions(path)) > 0


@pytest.mark.usefixtures("texts")
def test_other_kinds_of_file_and_unwritable_places_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["questions", "--out", str(tmp_path / "mine.csv")]) == 1
    assert "--out mine.jsonl" in capsys.readouterr().err
    assert main(["questions", "--out", str(tmp_path / "no" / "mine.jsonl")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_articles_without_a_plain_sentence_give_an_error(
    texts: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts.clear()
    texts["a.md"] = "and so on"
    assert main(["questions", "--out", str(tmp_path / "mine.jsonl")]) == 1
    assert "1 article. Add articles" in capsys.readouterr().err
    assert not (tmp_path / "mine.jsonl").exists()
