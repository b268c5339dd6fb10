from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import StoreMismatchError
from rag.index import migrations
from rag.index.database import Database
from rag.index.store import CATALOG_FILE
from tests.unit.rag.index.samples import make_sample, open_store


def steps_of(file: Path) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT step, name FROM schema_steps ORDER BY step").fetchall()


def test_every_step_is_applied_once(tmp_path: Path) -> None:
    expected = [(number, name) for number, (name, _) in enumerate(migrations.STEPS, start=1)]
    for _ in range(2):
        open_store(tmp_path).close()
        assert steps_of(tmp_path / CATALOG_FILE) == expected


def test_an_older_store_gets_the_steps_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path) as store:
        store.put(*make_sample(1))

    def add_notes(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE notes (text TEXT)")

    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, ("add notes", add_notes)))
    with open_store(tmp_path) as store:
        assert store.count_passages() == 4
    assert steps_of(tmp_path / CATALOG_FILE)[-1] == (len(migrations.STEPS), "add notes")


def test_a_step_that_fails_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(tmp_path).close()

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE notes (text TEXT)")
        raise RuntimeError("no")

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", (*migrations.STEPS, ("add notes", fail)))
        with pytest.raises(RuntimeError):
            open_store(tmp_path)
    assert len(steps_of(tmp_path / CATALOG_FILE)) == len(migrations.STEPS)
    open_store(tmp_path).close()


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.put(*make_sample(1))
    with closing(sqlite3.connect(tmp_path / CATALOG_FILE)) as connection:
        connection.execute("INSERT INTO schema_steps VALUES (99, 'from the future', '2100-01-01')")
        connection.commit()
    with pytest.raises(StoreMismatchError, match=r"newer version.*schema 99.*pip install --upgrade"):
        open_store(tmp_path)


def test_a_new_file_has_no_steps(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db", 1)
    with database.reading() as connection:
        assert migrations.schema_version(connection) == 0
    migrations.migrate(database)
    with database.reading() as connection:
        assert migrations.schema_version(connection) == len(migrations.STEPS)
    database.close()
