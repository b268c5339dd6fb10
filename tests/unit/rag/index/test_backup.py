from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import StoreDamagedError, StoreError, StoreMismatchError
from rag.index.identity import StoreIdentity
from rag.index.store import CATALOG_FILE, restore_store
from rag.settings import IndexSettings
from tests.unit.rag.index.samples import located, make_sample, open_store

SETTINGS = IndexSettings(lock_seconds=1)


def fill(folder: Path, *seeds: int) -> None:
    with open_store(folder) as store:
        store.require(StoreIdentity("hashed", "hashed-1", 8, 200, 1))
        for seed in seeds:
            store.put(*make_sample(seed))


def content(folder: Path) -> dict[str, str]:
    """Texts by title, each of which is found by its first embedding."""
    with open_store(folder) as store:
        assert {finding.severity for finding in store.check()} <= {"ok", "warning"}
        texts = {}
        for summary in store.articles():
            article = store.article(summary.article_id)
            ids = [passage.passage_id for passage in store.passages_of(article.article_id)]
            ((found, _, _), *_) = located(store, store.search_vectors(store.vectors(ids)[0], 1))
            assert found == article.article_id
            texts[article.title] = article.text
        return texts


def texts_of(*seeds: int) -> dict[str, str]:
    return {make_sample(seed).article.title: make_sample(seed).article.text for seed in seeds}


def test_a_backup_holds_what_the_write_ahead_log_holds(tmp_path: Path) -> None:
    with open_store(tmp_path / "store") as store:
        for seed in (1, 2, 3):
            store.put(*make_sample(seed))
            assert store.back_up(tmp_path / "b.sqlite3") == seed
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b.sqlite3", "store"]
    assert restore_store(tmp_path / "b.sqlite3", tmp_path / "new", SETTINGS) == 3
    assert content(tmp_path / "new") == texts_of(1, 2, 3)


def test_restoring_takes_back_what_happened_since_and_reaches_a_store_in_use(tmp_path: Path) -> None:
    fill(tmp_path / "store", 1, 2)
    with open_store(tmp_path / "store") as store:
        store.back_up(tmp_path / "b")
        store.remove(make_sample(1).article.article_id)
        store.put(*make_sample(3))
        assert len(store.search_vectors(make_sample(1).embeddings[0], 99)) == 8
        with pytest.raises(StoreError, match=r"holds 1 articles that the backup does not.*--replace"):
            restore_store(tmp_path / "b", tmp_path / "store", SETTINGS)
        restore_store(tmp_path / "b", tmp_path / "store", SETTINGS, replace=True)
        hits = located(store, store.search_vectors(make_sample(1).embeddings[0], 99))
        assert {article_id for article_id, _, _ in hits} == {make_sample(seed).article.article_id for seed in (1, 2)}
        store.put(*make_sample(4))
    assert content(tmp_path / "store") == texts_of(1, 2, 4)


@pytest.mark.parametrize("how", ["missing", "empty", "ruined"])
def test_a_store_whose_catalog_cannot_be_read_is_restored(tmp_path: Path, how: str) -> None:
    fill(tmp_path / "store", 1, 2)
    with open_store(tmp_path / "store") as store:
        store.back_up(tmp_path / "b")
    file = tmp_path / "store" / CATALOG_FILE
    if how == "missing":
        file.unlink()
    else:
        file.write_bytes(b"" if how == "empty" else b"x" * file.stat().st_size)
    restore_store(tmp_path / "b", tmp_path / "store", SETTINGS)
    assert content(tmp_path / "store") == texts_of(1, 2)
    assert len(list((tmp_path / "store").glob("catalog.damaged-*"))) == (how != "missing")


def test_an_older_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    schema = Path(__file__).parent / "schemas" / "schema_1.sql"
    with closing(sqlite3.connect(tmp_path / "old")) as connection:
        connection.executescript(schema.read_text(encoding="utf-8"))
    assert restore_store(tmp_path / "old", tmp_path / "store", SETTINGS) == 2
    assert len(content(tmp_path / "store")) == 2


def test_what_is_not_sound_is_neither_backed_up_nor_restored(tmp_path: Path) -> None:
    fill(tmp_path / "store", 1, 2)
    with open_store(tmp_path / "store") as store:
        store.back_up(tmp_path / "good")
        shutil.copy(tmp_path / "good", tmp_path / "kept")
        shutil.copy(tmp_path / "good", tmp_path / "bad")
    for file in (tmp_path / "store" / CATALOG_FILE, tmp_path / "bad"):
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("UPDATE articles SET text = replace(text, 'r', 'l')")
            connection.commit()
    with open_store(tmp_path / "store") as store, pytest.raises(StoreDamagedError, match="not sound"):
        store.back_up(tmp_path / "good")
    assert (tmp_path / "good").read_bytes() == (tmp_path / "kept").read_bytes()
    with pytest.raises(StoreDamagedError, match="not sound"):
        restore_store(tmp_path / "bad", tmp_path / "store", SETTINGS, replace=True)
    (tmp_path / "no.txt").write_text("not a backup at all" * 100, encoding="utf-8")
    with pytest.raises(StoreDamagedError):
        restore_store(tmp_path / "no.txt", tmp_path / "other", SETTINGS)
    with closing(sqlite3.connect(tmp_path / "good")) as connection:
        connection.execute("INSERT INTO schema_steps VALUES (99, 'from the future', '2100-01-01')")
        connection.commit()
    with pytest.raises(StoreMismatchError, match="newer version"):
        restore_store(tmp_path / "good", tmp_path / "other", SETTINGS)
    with pytest.raises(StoreError, match="no such file"):
        restore_store(tmp_path / "nothing", tmp_path / "other", SETTINGS)
    with open_store(tmp_path / "fine") as store, pytest.raises(StoreError, match="is a folder"):
        store.back_up(tmp_path)


def test_the_log_is_emptied_after_a_batch(tmp_path: Path) -> None:
    log = tmp_path / f"{CATALOG_FILE}-wal"
    with open_store(tmp_path) as store:
        store.put(*make_sample(1))
        assert log.stat().st_size > 0
        store.save_caches()
        assert log.stat().st_size == 0
