from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.index.store import CATALOG_FILE
from tests.unit.rag.index.samples import make_sample, open_store

INFINITE = "x'" + 28 * "00" + "0000807f'"


def fill(folder: Path) -> None:
    with open_store(folder) as store:
        article, *others = make_sample(1)
        store.put(article, *others)
        store.create_collection("Talks")
        store.put_in_collection([article.article_id], "Talks")


@pytest.mark.parametrize(
    ("statement", "subject", "message"),
    [
        ('UPDATE passages SET "end" = 99999 WHERE id = 2', "passages", "passage 2 lies outside"),
        ("UPDATE passages SET sentences = x'01' WHERE id = 3", "passages", "passage 3 cannot be read"),
        ("UPDATE passages SET sentences = x'0000000001000000' WHERE id = 3", "passages", "outside it"),
        ("DELETE FROM passages WHERE id = 1", "passages", "3 passages are stored, 4 were added"),
        ("DELETE FROM embeddings WHERE passage = 1", "embeddings", "1 passages have no embedding"),
        ("UPDATE embeddings SET vector = x'00000000' WHERE passage = 4", "embeddings", "1 numbers instead of 8"),
        ("UPDATE collections SET key = 'x'", "collections", "'Talks' is not found by its name"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM collections", "catalog", "belongs to no row of collections"),
        (f"UPDATE embeddings SET vector = {INFINITE} WHERE passage = 4", "embeddings", "not finite"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM articles", "catalog", "belongs to no row of articles"),
    ],
)
def test_the_doctor_finds_what_is_wrong_in_the_catalog(
    tmp_path: Path, statement: str, subject: str, message: str
) -> None:
    fill(tmp_path)
    with closing(sqlite3.connect(tmp_path / CATALOG_FILE)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(statement)
    with open_store(tmp_path) as store:
        errors = [finding for finding in store.check() if finding.severity == "error"]
    assert message in errors[0].message
    assert {finding.subject for finding in errors} == {subject}
    assert all(finding.command for finding in errors)


def test_many_problems_are_counted_rather_than_listed(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.put(*make_sample(1, sentences=30))
    with closing(sqlite3.connect(tmp_path / CATALOG_FILE)) as connection:
        connection.execute('UPDATE passages SET "end" = 99999')
        connection.commit()
    with open_store(tmp_path) as store:
        errors = [finding.message for finding in store.check() if finding.severity == "error"]
    assert len(errors) == 6
    assert errors[-1] == "and 25 more like these"


def test_a_sound_store_is_all_well(tmp_path: Path) -> None:
    fill(tmp_path)
    with open_store(tmp_path) as store:
        findings = store.check()
    assert [finding.severity for finding in findings] == ["ok"] * 7
    assert [finding.subject for finding in findings] == [
        *("catalog", "passages", "embeddings", "collections", "word index", "vector index", "files")
    ]
