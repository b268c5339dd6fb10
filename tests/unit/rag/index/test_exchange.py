from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rag.errors import InputError, StoreError, StoreMismatchError
from rag.index.identity import StoreIdentity
from rag.index.store import Store
from tests.unit.rag.index.samples import make_sample, open_store

IDENTITY = StoreIdentity("hashed", "hashed-1", 8, 200, 1)


def fill(store: Store, *seeds: int) -> None:
    store.require(IDENTITY)
    for seed in seeds:
        store.put(*make_sample(seed))
    store.create_collection("Rivers")
    store.put_in_collection([make_sample(seeds[0]).article.article_id], "Rivers")
    store.attach_path(make_sample(seeds[0]).article.article_id, "/copies/1.txt")


def test_an_export_is_plain_and_an_import_is_the_same_store(tmp_path: Path) -> None:
    with open_store(tmp_path / "a") as store:
        fill(store, 1, 2, 4)
        assert store.export(tmp_path / "out") == 3
    lines = [json.loads(line) for line in (tmp_path / "out" / "articles.jsonl").read_text("utf-8").splitlines()]
    rows = np.load(tmp_path / "out" / "embeddings.npy")
    for line, seed in zip(lines, (1, 2, 4), strict=True):
        sample = make_sample(seed)
        assert (line["text"], line["title"]) == (sample.article.text, sample.article.title)
        assert np.array_equal(rows[[passage["embedding"] for passage in line["passages"]]], sample.embeddings)
    with open_store(tmp_path / "b") as store:
        assert [outcome.status for outcome in store.import_from(tmp_path / "out")] == ["added"] * 3
        assert [outcome.status for outcome in store.import_from(tmp_path / "out")] == ["unchanged"] * 3
        for seed in (1, 2, 4):
            sample = make_sample(seed)
            assert store.article(sample.article.article_id) == sample.article
            assert store.original(sample.article.article_id) == sample.original
            ids = [passage.passage_id for passage in store.passages_of(sample.article.article_id)]
            assert np.array_equal(store.vectors(ids), sample.embeddings)
        assert store.identity == IDENTITY
        first = store.find_by_path("/copies/1.txt")
        assert first is not None
        assert first.collections == ("Rivers",)


def test_an_import_takes_no_file_away_from_another_text(tmp_path: Path) -> None:
    with open_store(tmp_path / "a") as store:
        store.put(*make_sample(1, path="/a.txt"))
        store.export(tmp_path / "out")
    with open_store(tmp_path / "b") as store:
        store.put(*make_sample(2, path="/a.txt"))
        list(store.import_from(tmp_path / "out"))
        assert len(store.articles()) == 2
        found = store.find_by_path("/a.txt")
        assert found is not None
        assert found.article_id == make_sample(2).article.article_id


def test_an_empty_store_can_be_exported(tmp_path: Path) -> None:
    with open_store(tmp_path / "a") as store:
        assert store.export(tmp_path / "out") == 0
    with open_store(tmp_path / "b") as store:
        assert list(store.import_from(tmp_path / "out")) == []


def test_what_was_changed_is_refused_by_its_line(tmp_path: Path) -> None:
    with open_store(tmp_path / "a") as store:
        fill(store, 1, 3)
        store.export(tmp_path / "out")
        with pytest.raises(StoreError, match="not empty"):
            store.export(tmp_path / "out")
    file = tmp_path / "out" / "articles.jsonl"
    good = file.read_text("utf-8")
    first, second, *_ = good.splitlines()
    for bad in (second.replace("river", "liver").replace("bridge", "fridge"), second[:-3], "[]", '{"text": 1}'):
        file.write_text(f"{first}\n{bad}\n", encoding="utf-8")
        with open_store(tmp_path / "b") as store, pytest.raises(InputError, match=r"articles\.jsonl:2: "):
            list(store.import_from(tmp_path / "out"))
    file.write_text(good, encoding="utf-8")
    with open_store(tmp_path / "c") as store:
        store.require(StoreIdentity("other", "other-1", 8, 200, 1))
        store.put(*make_sample(5))
        with pytest.raises(StoreMismatchError):
            list(store.import_from(tmp_path / "out"))
    with open_store(tmp_path / "d") as store, pytest.raises(InputError, match="holds no export"):
        list(store.import_from(tmp_path / "a"))
