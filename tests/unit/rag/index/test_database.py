from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from rag.errors import StoreDamagedError, StoreError, StoreFullError, StoreLockedError
from rag.index.database import Database, store_error
from rag.index.store import CATALOG_FILE
from tests.unit.rag.index.samples import make_sample, open_store


def test_settings_of_every_connection(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db", 1.5)
    with database.connection() as connection:
        values = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        ]
    database.close()
    assert values == ["wal", 1, 2, 1500]


def test_a_write_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db", 1)
    with database.writing() as connection:
        connection.execute("CREATE TABLE t (x)")

    def fail_halfway() -> None:
        with database.writing() as connection:
            connection.execute("INSERT INTO t VALUES (1)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    database.close()


def test_a_reader_keeps_its_view_while_another_writes(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db", 1)
    with database.writing() as connection:
        connection.execute("CREATE TABLE t (x)")
    with database.reading() as reader:
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (0,)
        with database.writing() as writer:
            writer.execute("INSERT INTO t VALUES (1)")
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (0,)
    with database.reading() as reader:
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (1,)
    database.close()


def test_a_writer_that_is_kept_waiting_says_the_store_is_locked(tmp_path: Path) -> None:
    with open_store(tmp_path, lock_seconds=0.05) as store:
        store.put(*make_sample(1))
        other = sqlite3.connect(tmp_path / CATALOG_FILE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLockedError, match="LOCK_SECONDS"):
            store.put(*make_sample(2))
        assert len(store.search_words("the", 50)) == 4
        other.execute("ROLLBACK")
        other.close()
        store.put(*make_sample(2))
        assert store.count_passages() == 8


def test_a_writer_waits_for_another(tmp_path: Path) -> None:
    with open_store(tmp_path, lock_seconds=60) as store:
        other = sqlite3.connect(tmp_path / CATALOG_FILE, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.2, other.execute, ["ROLLBACK"])
        timer.start()
        store.put(*make_sample(1))
        timer.join()
        other.close()
        assert store.count_passages() == 4


def test_a_full_disk_loses_nothing_that_was_stored(tmp_path: Path) -> None:
    kept = make_sample(1)
    with open_store(tmp_path) as store:
        store.put(*kept)
        with store._catalog.database.connection() as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreFullError, match="Free some space"):
            store.put(*make_sample(2, sentences=3000))
        assert [summary.article_id for summary in store.articles()] == [kept.article.article_id]
        assert len(store.search_vectors(kept.embeddings[0], 99)) == 4
        with store._catalog.database.connection() as connection:
            connection.execute("PRAGMA max_page_count = 1000000")
        store.put(*make_sample(2))
    with open_store(tmp_path) as store:
        assert store.count_passages() == 8


@pytest.mark.parametrize(
    "content", [b"this is no database" * 100, b"SQLite format 3\x00" + bytes(range(256)) * 40], ids=["text", "header"]
)
def test_a_file_that_is_no_catalog_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CATALOG_FILE).write_bytes(content)
    with pytest.raises(StoreDamagedError, match=r"citespan doctor --repair — or bring it back from a backup"):
        open_store(tmp_path)


def test_damage_inside_the_catalog_is_reported_where_it_is_met(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for seed in range(30):
            store.put(*make_sample(seed, sentences=30))
    file = tmp_path / CATALOG_FILE
    content = bytearray(file.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    file.write_bytes(content)
    with (
        pytest.raises(StoreDamagedError, match=r"citespan doctor --repair — or bring it back from a backup"),
        open_store(tmp_path) as store,
    ):
        store.fetch(range(1, 901))


def test_a_catalog_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / CATALOG_FILE).mkdir()
    with pytest.raises(StoreError, match="--store DIR"):
        open_store(tmp_path)


def test_a_catalog_that_cannot_be_written(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        with store._catalog.database.connection() as connection:
            connection.execute("PRAGMA query_only = ON")
        with pytest.raises(StoreError, match="writable for you"):
            store.put(*make_sample(1))


def test_an_error_of_another_sort_names_the_doctor() -> None:
    error = store_error(sqlite3.OperationalError("odd"), Path("store/catalog.sqlite3"))
    assert type(error) is StoreError
    assert "citespan doctor" in str(error)
