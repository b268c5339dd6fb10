from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.index.identity import StoreIdentity
from rag.index.store import CATALOG_FILE
from tests.unit.rag.index.samples import make_sample, open_store


def fill(folder: Path) -> None:
    with open_store(folder) as store:
        store.require(StoreIdentity("hashed", "hashed-1", 8, 200, 1))
        article, *others = make_sample(2)
        store.put(article, *others)
        store.create_collection("Talks")
        store.put_in_collection([article.article_id], "Talks")


@pytest.mark.parametrize(
    ("statement", "subject", "message"),
    [
        ("UPDATE articles SET text = replace(text, 'r', 'l')", "articles", "its text is not the one that was added"),
        ("UPDATE articles SET text = CAST(text AS BLOB)", "articles", "its text is not the one that was added"),
        ("UPDATE articles SET text = CAST(x'ff' AS TEXT)", "articles", "its text is not the one that was added"),
        ("UPDATE articles SET title = 'Another'", "articles", "its title or other metadata"),
        ("UPDATE articles SET boilerplate = x'01'", "articles", "its title or other metadata"),
        ("UPDATE articles SET pages = 'x'", "articles", "its title or other metadata"),
        ("UPDATE article_checksums SET checksum = 7", "articles", "its title or other metadata"),
        ("DELETE FROM article_checksums", "articles", "its title or other metadata"),
        ('UPDATE passages SET "end" = 99999 WHERE id = 2', "articles", "its passage 2 is not the one that was stored"),
        ("UPDATE passages SET sentences = x'01' WHERE id = 3", "articles", "its passage 3 is not the one"),
        ("DELETE FROM passages WHERE id = 1", "articles", "3 passages are stored, 4 were added"),
        ("DELETE FROM embeddings WHERE passage = 1", "articles", "a passage of it has no embedding"),
        ("UPDATE embeddings SET vector = x'00000000' WHERE passage = 4", "articles", "the embedding of its passage 4"),
        ("UPDATE embeddings SET vector = zeroblob(32) WHERE passage = 4", "articles", "the embedding of its passage 4"),
        ("UPDATE originals SET data = x'00'", "articles", "its file is not the one that was added"),
        ("UPDATE collections SET key = 'x'", "collections", "'Talks' is not found by its name"),
        ("UPDATE meta SET value = 'x' WHERE key = 'identity'", "records", "record 'identity' is damaged"),
        ("UPDATE changes SET removed = x'01'", "records", "the log of changes is damaged"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM collections", "catalog", "belongs to no row of collections"),
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
        for seed in range(30):
            store.put(*make_sample(seed, sentences=1))
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
        *("catalog", "articles", "records", "collections", "word index", "vector index", "files")
    ]
