from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import ArticleNotFoundError
from rag.index.store import CATALOG_FILE
from rag.originals import Original
from tests.unit.rag.index.samples import make_sample, open_store

FILE = Original(b"%PDF-1.7 \x00\xff", ((0, 0, 3, 5), (6, 1, 0, 2)))


def count_files(folder: Path) -> int:
    with closing(sqlite3.connect(folder / CATALOG_FILE)) as connection:
        return int(connection.execute("SELECT count(*) FROM originals").fetchone()[0])


def test_the_file_is_stored_with_its_article_and_found_again_after_a_restart(tmp_path: Path) -> None:
    sample = make_sample(1)._replace(original=FILE)
    with open_store(tmp_path) as store:
        store.put(*sample)
        store.put(*make_sample(3))
    with open_store(tmp_path) as store:
        assert store.original(sample.article.article_id) == FILE
        assert store.original(make_sample(3).article.article_id) is None
        with pytest.raises(ArticleNotFoundError):
            store.original("0" * 16)


def test_what_is_removed_or_replaced_leaves_no_file_behind(tmp_path: Path) -> None:
    first, second = make_sample(2, path="/a.pdf"), make_sample(4, path="/b.pdf")
    with open_store(tmp_path) as store:
        store.put(*first)
        store.put(*second)
        assert count_files(tmp_path) == 2
        store.remove(first.article.article_id)
        assert count_files(tmp_path) == 1
        store.put(*make_sample(5, path="/b.pdf"))
        assert count_files(tmp_path) == 0
        with pytest.raises(ArticleNotFoundError):
            store.original(first.article.article_id)


def test_new_metadata_leaves_the_file_alone(tmp_path: Path) -> None:
    sample = make_sample(2)
    with open_store(tmp_path) as store:
        store.put(*sample)
        store.put_metadata(replace(sample.article, author="Ida Berg"))
        assert store.original(sample.article.article_id) == sample.original
