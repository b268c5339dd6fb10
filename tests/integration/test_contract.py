"""What 0.1.0 promised to programs still holds: the JSON of every command, and its stores open.

``contract/outputs-0.1.0.json`` has the shape of what release 0.1.0 printed for the calls below: keys may be added, but
never renamed, removed or given another type. The settings that are printed along with it are not promised.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Assistant
from ui.terminal.cli import main

CONTRACT = Path(__file__).parent / "contract"
PROMISED: dict[str, Any] = json.loads((CONTRACT / "outputs-0.1.0.json").read_text(encoding="utf-8"))


def broken(promised: Any, printed: Any, place: str) -> Iterator[str]:
    """Where ``printed`` no longer has the shape that was promised; null fits everything."""
    if promised is None or printed is None:
        return
    if isinstance(promised, dict):
        if not isinstance(printed, dict):
            yield f"{place}: was an object"
            return
        for key, inner in promised.items():
            if key not in printed:
                yield f"{place}.{key}: is gone"
            else:
                yield from broken(inner, printed[key], f"{place}.{key}")
    elif isinstance(promised, list):
        if not isinstance(printed, list):
            yield f"{place}: was a list"
        elif promised:
            for number, item in enumerate(printed):
                yield from broken(promised[0], item, f"{place}[{number}]")
    else:
        kind = {bool: "boolean", int: "number", float: "number", str: "text"}.get(type(printed))
        if kind != promised:
            yield f"{place}: was {promised}, is {kind}"


@pytest.mark.parametrize(
    ("promised", "printed", "problems"),
    [
        ({"a": "text"}, {"a": "x", "b": 1}, []),
        ({"a": {"b": "number"}}, {"a": {}}, ["ask.a.b: is gone"]),
        ([{"a": "text"}], [{"a": "x"}, {"a": 1}], ["ask[1].a: was text, is number"]),
        ("text", None, []),
    ],
)
def test_what_counts_as_broken(promised: Any, printed: Any, problems: list[str]) -> None:
    assert list(broken(promised, printed, "ask")) == problems


def test_every_command_still_prints_what_it_promised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "store"

    def printed(*words: str) -> Any:
        assert main(["--store", str(store), "--json", *words]) == 0
        return json.loads(capsys.readouterr().out)

    documents = {
        "add": printed("add", str(CONTRACT / "articles")),
        "ask": printed("ask", "Who cut the ribbon?"),
        "abstain": printed("ask", "Who won the world cup?"),
        "articles": printed("articles"),
        "show": printed("show", "bridge.md"),
        "collections_create": printed("collections", "create", "Bridges"),
        "collections": printed("collections"),
        "search": printed("search", "ribbon"),
        "questions": printed("questions", "--out", str(tmp_path / "made.jsonl")),
    }
    runs = [printed("evaluate", str(CONTRACT / "questions.jsonl")) for _ in range(2)]
    documents |= {
        "evaluate": runs[0],
        "compare": printed("compare", *(run["run"] for run in runs)),
        "doctor": printed("doctor"),
        "remove": printed("remove", "ferry.txt"),
    }
    assert set(documents) == set(PROMISED)
    assert [problem for name in PROMISED for problem in broken(PROMISED[name], documents[name], name)] == []
    assert documents["ask"]["answer"] == "Mayor Lena Holt"


def test_a_store_of_the_first_release_opens_and_answers(tmp_path: Path) -> None:
    shutil.copyfile(CONTRACT / "catalog-0.1.0.sqlite3", tmp_path / "catalog.sqlite3")
    with Assistant(tmp_path) as assistant:
        (article,) = assistant.articles()
        answer = assistant.ask("When was the bridge at Oskerby opened?")
        (citation,) = answer.citations
        assert citation.article_id == article.article_id
        assert assistant.article(article.article_id).text[citation.start : citation.end] == citation.text
        assert "2 April 2024" in citation.text
