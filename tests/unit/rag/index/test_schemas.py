"""Stores of every schema that was ever released, as SQL, are brought up to date and lose nothing."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from rag.index.migrations import STEPS
from rag.index.store import CATALOG_FILE
from tests.unit.rag.index.samples import make_sample, open_store

SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("schema_*.sql"))
FIRST = ("create the catalog", "add collections", "keep originals")
"""Names of released steps; a released step is never edited, renamed or moved."""


def lay_down(schema: Path, store: Path) -> Path:
    """The catalog that ``schema`` describes, in the folder ``store``."""
    store.mkdir()
    with closing(sqlite3.connect(store / CATALOG_FILE)) as connection:
        connection.executescript(schema.read_text(encoding="utf-8"))
    return store / CATALOG_FILE


def stored_rows(file: Path) -> tuple[list[tuple[str, str, str]], list[bytes]]:
    with closing(sqlite3.connect(file)) as connection:
        articles = connection.execute("SELECT article_id, title, text FROM articles ORDER BY id").fetchall()
        vectors = connection.execute("SELECT vector FROM embeddings ORDER BY passage").fetchall()
    return articles, [vector for (vector,) in vectors]


def test_released_steps_stay() -> None:
    assert tuple(name for name, _ in STEPS[: len(FIRST)]) == FIRST
    assert [schema.stem for schema in SCHEMAS] == [f"schema_{number}" for number in range(1, len(SCHEMAS) + 1)]
    assert len(SCHEMAS) >= len(FIRST)


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.stem)
def test_a_store_of_an_older_schema_is_brought_up_to_date(tmp_path: Path, schema: Path) -> None:
    file = lay_down(schema, tmp_path / "store")
    articles, vectors = stored_rows(file)
    assert len(articles) == 2
    with open_store(file.parent) as store:
        for article_id, title, text in articles:
            article = store.article(article_id)
            assert (article.title, article.text) == (title, text)
            assert article_id == hashlib.sha256(text.encode()).hexdigest()[:16]
            found = store.find_by_path(article.path)
            assert found is not None
            assert found.article_id == article_id
        passages = [passage for article_id, *_ in articles for passage in store.passages_of(article_id)]
        rows = store.vectors([passage.passage_id for passage in passages])
        assert np.array_equal(rows, np.stack([np.frombuffer(vector, "<f4") for vector in vectors]))
        (best, score), *_ = store.search_vectors(rows[0], 3)
        assert (best, round(score, 4)) == (passages[0].passage_id, 1.0)
        assert {finding.severity for finding in store.check()} == {"ok", "warning"}
        store.rebuild()
        assert {finding.severity for finding in store.check()} == {"ok"}
        new = make_sample(12)
        store.put(*new)
        assert store.original(new.article.article_id) == new.original
        store.create_collection("Rivers")
        assert store.put_in_collection([new.article.article_id, articles[0][0]], "Rivers") == 2
        store.remove(articles[0][0])
    assert len(stored_rows(file)[0]) == 2
