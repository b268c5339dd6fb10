"""Files of the store are cut, flipped, zeroed, exchanged, emptied or deleted: nothing false is used, remedies help."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from rag import Assistant, StoreError
from tests.faults.conftest import Amount
from tests.faults.remedies import findings, mend, open_assistant

TEXTS = {
    f"{number}.txt": "\n\n".join(
        f"Village {number}x{line} keeps {100 * number + line} sheep on its hill. Its mayor is Anna Berg {line}."
        for line in range(12)
    )
    for number in range(8)
}
QUESTION = "How many sheep does Village 3x4 keep?"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles; ``store`` of them, closed; ``crashed``, the same with what it did not yet move out of its log."""
    place = tmp_path_factory.mktemp("made")
    (place / "articles").mkdir()
    for name, text in TEXTS.items():
        (place / "articles" / name).write_text(text, encoding="utf-8")
    with open_assistant(place / "store") as assistant:
        assistant.add(place / "articles", collection="Villages")
        assistant.remove(assistant.articles()[0].article_id)
        shutil.copytree(place / "store", place / "crashed", ignore=shutil.ignore_patterns("tmp-*"))
    return place


def damage(store: Path, chooser: random.Random) -> str:
    """Do something bad to one of the files; returns what and to which."""
    files = sorted(file for file in store.rglob("*") if file.is_file() and file.stat().st_size)
    catalogs = [file for file in files if file.name.startswith("catalog.sqlite3") and not file.name.endswith("-shm")]
    file = chooser.choice(catalogs if chooser.random() < 0.7 else files)
    content = bytearray(file.read_bytes())
    how = chooser.choice(["cut", "flip", "flip", "flip", "zero", "noise", "exchange", "empty", "delete"])
    at = chooser.randrange(len(content))
    if how == "cut":
        del content[at:]
    elif how == "flip":
        content[at] ^= 1 << chooser.randrange(8)
    elif how in ("zero", "noise"):
        length = min(chooser.choice([16, 512, 4096, 20_000]), len(content) - at)
        content[at : at + length] = bytes(length) if how == "zero" else chooser.randbytes(length)
    elif how == "exchange":
        content = bytearray(chooser.choice(files).read_bytes())
    elif how == "empty":
        content.clear()
    file.unlink()
    if how != "delete":
        file.write_bytes(content)
    return f"{how} {file.relative_to(store)} at {at}"


def check_what_it_says(assistant: Assistant) -> None:
    """Whatever is found and cited is true, word for word."""
    for hit in assistant.retrieve(QUESTION, 20):
        assert TEXTS[hit.article.source] == hit.article.text
        assert hit.article.title in TEXTS[hit.article.source]
    answer = assistant.ask(QUESTION)
    for citation in answer.citations:
        assert TEXTS[citation.source][citation.start : citation.end] == citation.text


def ask(store: Path) -> str | None:
    """Ask the store, and check what it says; what it complains of instead, if anything."""
    try:
        with open_assistant(store) as assistant:
            check_what_it_says(assistant)
    except StoreError as error:
        return str(error)
    return None


def check_well(store: Path, articles: Path) -> None:
    with open_assistant(store) as assistant:
        assistant.add(articles)
        stored = {summary.source: assistant.article(summary.article_id).text for summary in assistant.articles()}
        assert stored == TEXTS
        best = assistant.retrieve(QUESTION, 1)[0]
        assert best.article.source == "3.txt"
        check_what_it_says(assistant)
    assert [finding for finding in findings(store) if finding.severity == "error"] == []


def test_damage_is_noticed_or_harmless_and_every_remedy_helps(made: Path, tmp_path: Path, amount: Amount) -> None:
    chooser = random.Random(5)
    noticed = 0
    for _ in range(amount(40, 500)):
        store = tmp_path / "store"
        shutil.copytree(made / chooser.choice(["store", "crashed"]), store)
        what = damage(store, chooser)
        try:
            complaint = ask(store)
            assert complaint is None or "citespan" in complaint
            noticed += complaint is not None
            mend(store)
            check_well(store, made / "articles")
        except Exception as error:
            raise AssertionError(what) from error
        shutil.rmtree(store)
    assert noticed
