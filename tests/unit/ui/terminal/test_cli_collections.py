"""``citespan collections``, and ``--collection`` on the other commands."""

from __future__ import annotations

import pytest

from rag.errors import CollectionError
from rag.records import Collection, Filters
from tests.unit.ui.terminal.test_cli import ARTICLE, CREATED, OTHER, FakeAssistant, run_json, run_text
from ui.terminal.cli import main
from ui.terminal.command import Context


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch) -> FakeAssistant:
    fake = FakeAssistant()
    monkeypatch.setattr(Context, "assistant", lambda self, create=False: fake)
    return fake


def test_collections_are_listed(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assert "citespan collections create NAME" in run_text(capsys, "collections")
    assistant.groups = [Collection("Peace \x1b[31mtalks", 1200, CREATED)]
    assert run_text(capsys, "collections") == (
        "name              articles  created\nPeace ␛[31mtalks  1,200     2025-08-16\n"
    )
    expected = {"collections": [{"name": "Peace \x1b[31mtalks", "articles": 1200, "created": CREATED}]}
    assert run_json(capsys, "collections") == expected
    assert run_json(capsys, "collections", "list") == expected


@pytest.mark.parametrize(
    ("arguments", "call", "text", "document"),
    [
        (["create", "A b"], ("create", "A b"), "created  A b (0 articles)", ("A b", 0)),
        (["rename", "a", "B"], ("rename", "a", "B"), "renamed  B (2 articles)", ("B", 2)),
        (["delete", "a"], ("delete", "a"), "deleted  a (1 article)", ("a", 1)),
    ],
)
def test_collections_are_made_renamed_and_deleted(
    assistant: FakeAssistant,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    call: tuple[str, ...],
    text: str,
    document: tuple[str, int],
) -> None:
    assert run_text(capsys, "collections", *arguments) == f"{text}\n"
    assert assistant.calls == [call]
    name, articles = document
    assert run_json(capsys, "collections", *arguments) == {
        "collection": {"name": name, "articles": articles, "created": CREATED}
    }


def test_articles_are_put_in_and_taken_out(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    ids = [ARTICLE.article_id, OTHER.article_id]
    assert run_text(capsys, "collections", "put", "x", "003.txt", "0123f") == "1 article put into x\n"
    assert run_json(capsys, "collections", "take-out", "x", "003.txt", OTHER.article_id) == {
        "collection": "x",
        "changed": 2,
    }
    assert assistant.calls == [("put", ids, "x"), ("take out", ids, "x")]
    assert main(["collections", "put", "x", "003.txt", "unknown"]) == 1
    assert "no article has the id 'unknown'" in capsys.readouterr().err
    assert len(assistant.calls) == 2


def test_what_cannot_be_done_is_said(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assistant.failure = CollectionError("a collection is named 'x' already. Choose another name")
    document = run_json(capsys, "collections", "create", "X", status=1)
    assert document["error"]["type"] == "CollectionError"
    assert main(["collections", "rename", "x"]) == 2
    assert main(["collections", "shuffle"]) == 2
    assert main(["collections", "put", "x"]) == 2


def test_collection_limits_what_is_asked_searched_and_listed(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    filters = Filters(collections=("a", "B c"))
    limits = ["--collection", "a", "--collection", "B c"]
    run_json(capsys, "ask", "Who?", *limits)
    run_json(capsys, "search", "Who?", *limits)
    assert run_text(capsys, "articles", *limits) == "No article is like that.\n"
    assert assistant.calls == [
        ("ask", "Who?", (), filters),
        ("retrieve", "Who?", 10, filters),
        ("articles", filters),
    ]


def test_add_puts_into_a_collection(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    run_json(capsys, "add", "new.txt", "--collection", "A b")
    assert assistant.calls == [("add", ("new.txt",), "A b")]
