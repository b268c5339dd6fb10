"""A store of another user, or on a medium that cannot be written, is asked, searched, listed and examined."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag.errors import StoreError
from rag.index.store import CATALOG_FILE, Store
from tests.unit.rag.index.samples import located, make_sample, open_store

NOBODY = 65534


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user can look into."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def only_reading(store: Path) -> Iterator[None]:
    """Nobody may change the store; root, whom no permission stops, becomes somebody else."""
    entries = [store, *store.rglob("*")]
    modes = [entry.stat().st_mode for entry in entries]
    for entry in entries:
        entry.chmod(0o555 if entry.is_dir() else 0o444)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        for entry, mode in zip(entries, modes, strict=True):
            entry.chmod(mode)


def fill(folder: Path) -> None:
    with open_store(folder) as store:
        for seed in (1, 2, 3):
            store.put(*make_sample(seed))


def check_reading(store: Store, *seeds: int) -> None:
    assert {summary.title for summary in store.articles()} == {make_sample(seed).article.title for seed in seeds}
    for seed in seeds:
        sample = make_sample(seed)
        assert store.article(sample.article.article_id) == sample.article
        assert store.original(sample.article.article_id) == sample.original
        assert located(store, store.search_vectors(sample.embeddings[0], 1))[0][0] == sample.article.article_id
        assert store.search_words(sample.article.title, 5)
    assert [finding for finding in store.check() if finding.severity == "error"] == []


def test_a_closed_store_is_read_with_its_caches(place: Path) -> None:
    fill(place / "store")
    before = {path: path.stat().st_mtime_ns for path in (place / "store").rglob("*")}
    said: list[str] = []
    with only_reading(place / "store"), open_store(place / "store", said) as store:
        check_reading(store, 1, 2, 3)
        for change in (
            lambda: store.put(*make_sample(4)),
            lambda: store.remove(make_sample(1).article.article_id),
            lambda: store.create_collection("Rivers"),
        ):
            with pytest.raises(StoreError, match=r"can only be read.*--store DIR"):
                change()
    assert said == []
    assert {path: path.stat().st_mtime_ns for path in (place / "store").rglob("*")} == before


def test_what_a_crash_left_in_the_log_is_read(place: Path) -> None:
    fill(place / "store")
    with open_store(place / "store") as store:
        store.put(*make_sample(4))
        shutil.copytree(place / "store", place / "crashed", ignore=shutil.ignore_patterns("tmp-*", "*-shm"))
    assert (place / "crashed" / f"{CATALOG_FILE}-wal").stat().st_size > 0
    with only_reading(place / "crashed"), open_store(place / "crashed") as store:
        check_reading(store, 1, 2, 3, 4)


def test_what_its_owner_writes_meanwhile_is_seen(place: Path) -> None:
    fill(place / "store")
    with only_reading(place / "store"):
        reader = open_store(place / "store")
        check_reading(reader, 1, 2, 3)
    fill_one = make_sample(5)
    with open_store(place / "store") as owner:
        owner.put(*fill_one)
    with only_reading(place / "store"):
        check_reading(reader, 1, 2, 3, 5)
        reader.close()
