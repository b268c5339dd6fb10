from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ArticleNotFoundError, StoreDamagedError, StoreMismatchError
from rag.index.identity import StoreIdentity
from rag.index.store import CATALOG_FILE, Store
from rag.settings import IndexSettings
from tests.unit.rag.index.samples import Sample, make_sample, open_store

IDENTITY = StoreIdentity("hashed", "hashed-1", 8, 200, 1)


def check_stored(store: Store, sample: Sample) -> None:
    assert store.article(sample.article.article_id) == sample.article
    assert store.original(sample.article.article_id) == sample.original
    ids = [passage.passage_id for passage in store.passages_of(sample.article.article_id)]
    assert np.array_equal(store.vectors(ids), sample.embeddings)
    assert store.search_vectors(sample.embeddings[0], 1)[0][0] == ids[0]
    assert {finding.severity for finding in store.check()} <= {"ok", "warning"}


def test_a_removed_article_answers_nothing_and_comes_back_whole(tmp_path: Path) -> None:
    sample = make_sample(2)
    with open_store(tmp_path) as store:
        store.put(*sample)
        store.put(*make_sample(3))
        store.create_collection("Rivers")
        store.put_in_collection([sample.article.article_id], "Rivers")
        store.remove(sample.article.article_id)
        assert len(store.search_vectors(sample.embeddings[0], 99)) == 4
        (removed,) = store.removed()
        assert (removed.article_id, removed.title, removed.why) == (
            sample.article.article_id, sample.article.title, "removed",
        )  # fmt: skip
    with open_store(tmp_path) as store:
        assert store.bring_back(sample.article.article_id).collections == ("Rivers",)
        check_stored(store, sample)
        assert store.removed() == []
        with pytest.raises(ArticleNotFoundError):
            store.bring_back(sample.article.article_id)


def test_an_overwritten_article_comes_back_beside_what_its_file_holds_now(tmp_path: Path) -> None:
    before, after = make_sample(1, path="/a.txt"), make_sample(2, path="/a.txt")
    with open_store(tmp_path) as store:
        store.put(*before)
        store.put(*after)
        assert [removed.why for removed in store.removed()] == ["overwritten"]
        back = store.bring_back(before.article.article_id)
        assert back.path == f"/a.txt ({before.article.article_id})"
        assert {summary.article_id for summary in store.articles()} == {
            before.article.article_id, after.article.article_id,
        }  # fmt: skip
        assert store.find_by_path("/a.txt") == store.find(after.article.article_id)


def test_a_text_that_its_file_gets_back_returns_to_its_own_collections(tmp_path: Path) -> None:
    first, second = make_sample(1, path="/a.txt"), make_sample(2, path="/b.txt")
    with open_store(tmp_path) as store:
        for sample, name in ((first, "Rivers"), (second, "Hills")):
            store.put(*sample)
            store.create_collection(name)
            store.put_in_collection([sample.article.article_id], name)
        store.attach_path(second.article.article_id, "/a.txt")
        store.put(*make_sample(1, path="/b.txt"))
        assert {summary.article_id: summary.collections for summary in store.articles()} == {
            first.article.article_id: ("Rivers",),
            second.article.article_id: ("Hills",),
        }
        assert store.removed() == []


def move_back(file: Path, days: float) -> None:
    """Let everything that was removed have been removed ``days`` earlier."""
    then = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE removed_articles SET removed = ?", (then,))
        connection.commit()


@pytest.mark.parametrize(("days", "is_kept"), [(29, True), (31, False)])
def test_what_was_removed_is_kept_for_thirty_days(tmp_path: Path, days: float, is_kept: bool) -> None:
    with open_store(tmp_path) as store:
        store.put(*make_sample(1))
        store.remove(make_sample(1).article.article_id)
        move_back(tmp_path / CATALOG_FILE, days)
        store.put(*make_sample(2))
        assert bool(store.removed()) is is_kept


def test_nothing_is_kept_where_the_setting_is_zero(tmp_path: Path) -> None:
    with Store(tmp_path, IndexSettings(undo_days=0)) as store:
        store.put(*make_sample(1))
        store.remove(make_sample(1).article.article_id)
        assert store.removed() == []
    assert make_sample(1).article.text.encode() not in (tmp_path / CATALOG_FILE).read_bytes()


def test_what_is_damaged_or_of_another_encoder_does_not_come_back(tmp_path: Path) -> None:
    sample = make_sample(1)
    with open_store(tmp_path) as store:
        store.require(IDENTITY)
        store.put(*sample)
        store.remove(sample.article.article_id)
        store.require(StoreIdentity("other", "other-1", 8, 200, 1))
        with pytest.raises(StoreMismatchError, match="another encoder"):
            store.bring_back(sample.article.article_id)
        store.require(IDENTITY)
        with closing(sqlite3.connect(tmp_path / CATALOG_FILE)) as connection:
            connection.execute("UPDATE removed_articles SET text = replace(text, 'r', 'l')")
            connection.commit()
        with pytest.raises(StoreDamagedError, match="cannot be brought back"):
            store.bring_back(sample.article.article_id)


def test_removing_makes_room_where_there_is_none(tmp_path: Path) -> None:
    sample = make_sample(2, sentences=400)
    with open_store(tmp_path) as store:
        store.put(*sample)
        store.save_caches()
        with store._catalog.database.connection() as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")
        store.remove(sample.article.article_id)
        assert store.articles() == []
        assert store.removed() == []
        store.put(*make_sample(3))
        check_stored(store, make_sample(3))
