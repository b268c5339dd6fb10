"""Every remedy that the doctor names is carried out, and afterwards the store is well."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag import StoreDamagedError
from rag.index.counter import COUNTER_FILE
from rag.index.store import CATALOG_FILE
from tests.faults.remedies import findings, mend, open_assistant, run

TEXTS = {
    f"{number}.txt": f"The mill at Lunden {number} ground rye until {1900 + number}. Anna Berg {number} owned it."
    for number in range(6)
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with articles and the store of them; tests copy it."""
    place = tmp_path_factory.mktemp("made")
    (place / "articles").mkdir()
    for name, text in TEXTS.items():
        (place / "articles" / name).write_text(text, encoding="utf-8")
    with open_assistant(place / "store") as assistant:
        assistant.add(place / "articles", collection="Mills")
    return place


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "store", tmp_path / "store")
    return tmp_path / "store"


def texts(store: Path) -> dict[str, str]:
    with open_assistant(store) as assistant:
        for article in assistant.articles():
            (best, *_) = assistant.retrieve(assistant.article(article.article_id).text, 1)
            assert best.article.article_id == article.article_id
        return {article.source: assistant.article(article.article_id).text for article in assistant.articles()}


def change(store: Path, statement: str) -> None:
    with closing(sqlite3.connect(store / CATALOG_FILE)) as connection:
        connection.executescript(statement)


IN_ONE_ARTICLE = [
    "UPDATE articles SET text = replace(text, 'Berg', 'Burg') WHERE id = 2",
    "UPDATE articles SET text = CAST(text AS BLOB) WHERE id = 2",
    "UPDATE articles SET text = CAST(x'c328' AS TEXT) WHERE id = 2",
    "UPDATE articles SET title = 'The hall at Lunden' WHERE id = 2",
    "UPDATE articles SET title = CAST(title AS BLOB), words = 'many', added = x'ff' WHERE id = 2",
    "UPDATE articles SET article_id = 'x' || article_id WHERE id = 2",
    "UPDATE articles SET path = path || '.old' WHERE id = 2",
    "UPDATE articles SET boilerplate = x'07' WHERE id = 2",
    "UPDATE articles SET pages = 'none' WHERE id = 2",
    "UPDATE passages SET start = 3 WHERE article = 2",
    "UPDATE passages SET start = 'first' WHERE article = 2",
    "UPDATE passages SET sentences = x'0102' WHERE article = 2",
    "UPDATE embeddings SET vector = zeroblob(512) WHERE passage = 2",
    "UPDATE embeddings SET vector = x'00' WHERE passage = 2",
    "UPDATE embeddings SET vector = 'none' WHERE passage = 2",
    "DELETE FROM embeddings WHERE passage = 2",
]


@pytest.mark.parametrize("statement", IN_ONE_ARTICLE)
def test_a_damaged_article_is_never_used_and_comes_back_from_its_file(store: Path, statement: str) -> None:
    change(store, statement)
    (wrong,) = [finding for finding in findings(store) if finding.severity == "error"]
    assert wrong.subject == "articles"
    assert wrong.message.startswith("1.txt: ")
    with open_assistant(store) as assistant:
        assert len(assistant.articles()) == len(TEXTS)
        assistant.store._caches.close()
        for cache in ("words.json", "vectors.json"):
            (store / cache).unlink(missing_ok=True)
        with pytest.raises(
            StoreDamagedError, match=r"1\.txt .* is damaged: .*citespan add|what mends it, with: citespan"
        ):
            assistant.retrieve(TEXTS["1.txt"], 6)
    mend(store)
    assert texts(store) == TEXTS
    with open_assistant(store) as assistant:
        assert {article.collections for article in assistant.articles()} == {("Mills",)}


def test_an_article_without_passages_comes_back_from_its_file(store: Path) -> None:
    change(store, "DELETE FROM embeddings WHERE passage = 2; DELETE FROM passages WHERE article = 2")
    assert mend(store) > 0
    assert texts(store) == TEXTS


def test_a_damaged_article_whose_file_is_gone_can_be_removed(store: Path, tmp_path: Path) -> None:
    with open_assistant(store) as assistant:
        passing = tmp_path / "passing.txt"
        passing.write_text("A ferry called Marit crossed the sound in 1958.", encoding="utf-8")
        assistant.add(passing)
    passing.unlink()
    change(store, "UPDATE articles SET text = replace(text, 'Marit', 'Marie')")
    (wrong,) = [finding for finding in findings(store) if finding.severity == "error"]
    assert wrong.command is not None
    assert wrong.command.startswith("citespan remove ")
    mend(store)
    assert texts(store) == TEXTS


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meta SET value = 'x' WHERE key = 'store_id'",
        "UPDATE meta SET value = '{' WHERE key = 'identity'",
        "UPDATE meta SET value = CAST(value AS BLOB)",
        "DELETE FROM meta",
        "UPDATE changes SET removed = x'01' WHERE generation = 2",
        "UPDATE changes SET stamp = 7",
        "DELETE FROM changes WHERE generation = 2",
        "DELETE FROM changes",
        "PRAGMA foreign_keys = OFF; DELETE FROM collections",
        "PRAGMA foreign_keys = OFF; INSERT INTO memberships VALUES (77, 77)",
    ],
)
def test_the_catalogs_records_are_mended_in_place(store: Path, statement: str) -> None:
    change(store, statement)
    commands = {finding.command for finding in findings(store) if finding.severity == "error"}
    assert commands == {"citespan doctor --repair"}
    mend(store)
    assert texts(store) == TEXTS
    with open_assistant(store) as assistant:
        identity = assistant.store.identity
        assert identity is None or identity.encoder == "hashed"


def test_an_index_that_lost_its_rows_is_built_again(store: Path) -> None:
    change(
        store,
        "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'paths_by_article'; "
        "PRAGMA writable_schema = OFF",
    )
    change(store, "CREATE INDEX paths_by_article ON paths(article)")
    mend(store)
    assert texts(store) == TEXTS


def damage_file(store: Path, how: str) -> None:
    file = store / CATALOG_FILE
    content = file.read_bytes()
    if how == "missing":
        file.unlink()
    elif how == "no bytes":
        file.write_bytes(b"")
    elif how == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif how == "no header":
        file.write_bytes(bytes(100) + content[100:])
    elif how == "zeroed end":
        file.write_bytes(content[: len(content) // 2] + bytes(len(content) // 2))
    elif how == "another kind of file":
        file.write_bytes(b"GIF89a" + content[6:])


@pytest.mark.parametrize("how", ["missing", "no bytes", "cut", "no header", "zeroed end", "another kind of file"])
def test_a_ruined_catalog_is_an_error_and_can_be_left_behind(made: Path, store: Path, how: str) -> None:
    damage_file(store, how)
    with pytest.raises(StoreDamagedError, match="citespan doctor --repair"), open_assistant(store) as assistant:
        assistant.retrieve("rye", 6)
    before = (store / CATALOG_FILE).read_bytes() if (store / CATALOG_FILE).exists() else b""
    mend(store)
    aside = [file.read_bytes() for file in store.glob("catalog.damaged-*")]
    assert not before or before in aside
    for source, text in texts(store).items():
        assert TEXTS[source] == text
    run(f"citespan add {made / 'articles'}", store)
    assert texts(store) == TEXTS
    assert [finding for finding in findings(store) if finding.severity == "error"] == []


def test_an_emptied_catalog_without_a_counter_is_known_by_its_caches(store: Path) -> None:
    (store / CATALOG_FILE).unlink()
    (store / COUNTER_FILE).unlink()
    with pytest.raises(StoreDamagedError, match=r"words\.json and vectors\.json were made from it"):
        open_assistant(store)


def test_the_log_of_a_lost_catalog_is_not_taken_for_that_of_the_next(made: Path, store: Path, tmp_path: Path) -> None:
    crashed = tmp_path / "crashed"
    with open_assistant(store) as assistant:
        assistant.add(made / "articles" / "0.txt")
        assistant.remove(assistant.articles()[0].article_id)
        shutil.copytree(store, crashed, ignore=shutil.ignore_patterns("tmp-*"))
    assert (crashed / f"{CATALOG_FILE}-wal").stat().st_size > 0
    (crashed / CATALOG_FILE).unlink()
    mend(crashed)
    run(f"citespan add {made / 'articles'}", crashed)
    assert texts(crashed) == TEXTS


def test_an_older_copy_of_the_catalog_is_noticed(store: Path, tmp_path: Path) -> None:
    older = (store / CATALOG_FILE).read_bytes()
    (tmp_path / "new.txt").write_text("A ferry called Marit crossed the sound in 1958.", encoding="utf-8")
    run(f"citespan add {tmp_path / 'new.txt'}", store)
    (store / CATALOG_FILE).write_bytes(older)
    with pytest.raises(StoreDamagedError, match=r"the last 1 changes are missing.*or this is an older copy"):
        open_assistant(store)
    mend(store)
    assert texts(store) == TEXTS


def test_a_lost_write_ahead_log_is_noticed(store: Path, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("A ferry called Marit crossed the sound in 1958.", encoding="utf-8")
    crashed = tmp_path / "crashed"
    with open_assistant(store) as assistant:
        assistant.add(tmp_path / "new.txt")
        assistant.store.put_in_collection([assistant.articles()[-1].article_id], "Mills")
        shutil.copytree(store, crashed)
    for log in crashed.glob(f"{CATALOG_FILE}-*"):
        log.unlink()
    opened = findings(crashed)
    if "changes are missing" in opened[0].message:
        mend(crashed)
    assert {**texts(crashed), **TEXTS}.items() >= TEXTS.items()
