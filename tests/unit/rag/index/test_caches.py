from __future__ import annotations

import errno
import json
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from rag.errors import StoreFullError
from rag.index import cachefiles, history
from rag.index.counter import COUNTER_FILE
from rag.index.store import CATALOG_FILE, Store
from tests.unit.rag.index.samples import located, make_sample, open_store, unit_vectors

QUESTION = "river bridge mayor treaty peace"
NAMES = ("words", "vectors")
Answers = tuple[list[tuple[str, int, float]], list[tuple[str, int, float]]]


def answers(store: Store) -> Answers:
    return (
        located(store, store.search_words(QUESTION, 50)),
        located(store, store.search_vectors(unit_vectors(77, 1)[0], 50)),
    )


def fill(folder: Path, *seeds: int) -> Answers:
    with open_store(folder) as store:
        for seed in seeds:
            store.put(*make_sample(seed))
        return answers(store)


def folder_of(store: Path, name: str) -> Path:
    (folder,) = [path for path in store.glob(f"{name}-*") if path.is_dir()]
    return folder


def largest_file(store: Path, name: str) -> Path:
    return max(folder_of(store, name).iterdir(), key=lambda file: file.stat().st_size)


def saved_names(store: Path) -> list[str]:
    return sorted(path.name for name in NAMES for path in store.glob(f"{name}*"))


def flip_byte(file: Path, where: float = 0.5) -> None:
    content = bytearray(file.read_bytes())
    content[int(len(content) * where)] ^= 0x10
    file.unlink()  # a new file: other folders may hold links to the old one
    file.write_bytes(content)


def folder_in_place_of(file: Path) -> None:
    file.unlink()
    file.mkdir()


DAMAGES: dict[str, Callable[[Path, str], None]] = {
    "manifest deleted": lambda store, name: (store / f"{name}.json").unlink(),
    "manifest empty": lambda store, name: (store / f"{name}.json").write_bytes(b""),
    "manifest is no JSON": lambda store, name: (store / f"{name}.json").write_text("words"),
    "manifest is another JSON": lambda store, name: (store / f"{name}.json").write_text("[1]"),
    "manifest is a folder": lambda store, name: folder_in_place_of(store / f"{name}.json"),
    "a byte of the manifest": lambda store, name: flip_byte(store / f"{name}.json", 0.7),
    "folder deleted": lambda store, name: shutil.rmtree(folder_of(store, name)),
    "file deleted": lambda store, name: largest_file(store, name).unlink(),
    "file truncated": lambda store, name: os.truncate(largest_file(store, name), 10),
    "file emptied": lambda store, name: os.truncate(largest_file(store, name), 0),
    "a byte of the file": lambda store, name: flip_byte(largest_file(store, name)),
    "a file too many": lambda store, name: (folder_of(store, name) / "stranger").touch(),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_is_rebuilt_with_the_same_answers(tmp_path: Path, name: str, damage: str) -> None:
    expected = fill(tmp_path, 1, 2, 3)
    DAMAGES[damage](tmp_path, name)
    said: list[str] = []
    with open_store(tmp_path, said) as store:
        assert [finding.severity for finding in store.check()].count("warning") >= 1
        assert answers(store) == expected
    if damage != "manifest is a folder":
        with open_store(tmp_path, said) as store:
            assert answers(store) == expected
            assert {finding.severity for finding in store.check()} == {"ok"}
    subject = "word index" if name == "words" else "vector index"
    assert said[0].startswith(f"{tmp_path}: the {subject} ")
    assert "rebuilding it from the catalog (12 passages)" in said[0]
    assert len([line for line in said if "rebuilding" in line]) == 1


def test_sound_caches_are_used_in_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = fill(tmp_path, 1, 2, 3)
    monkeypatch.setattr("rag.index.cache_kinds.WordKind.build", None)
    monkeypatch.setattr("rag.index.cache_kinds.VectorKind.build", None)
    said: list[str] = []
    with open_store(tmp_path, said) as store:
        before = saved_names(tmp_path)
        assert answers(store) == expected
    assert said == []
    assert saved_names(tmp_path) == before


def test_a_stale_cache_catches_up_in_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, 1, 2)
    older = tmp_path / "older"
    shutil.copytree(tmp_path, older, ignore=lambda _, names: [name for name in names if name == "older"])
    with open_store(tmp_path) as store:
        store.put(*make_sample(3))
        store.remove(make_sample(1).article.article_id)
        store.put(*make_sample(4))
        expected = answers(store)
    for name in NAMES:
        shutil.rmtree(folder_of(tmp_path, name))
        shutil.copytree(folder_of(older, name), tmp_path / folder_of(older, name).name)
        shutil.copy(older / f"{name}.json", tmp_path)
    monkeypatch.setattr("rag.index.cache_kinds.VectorKind.build", None)
    monkeypatch.setattr("rag.index.words.REBUILD_BELOW", 100)
    said: list[str] = []
    with open_store(tmp_path, said) as store:
        behind = [finding.message for finding in store.check() if "3 changes behind" in finding.message]
        assert len(behind) == 2
        assert answers(store) == expected
    assert said == []
    with open_store(tmp_path) as store:
        assert all("behind" not in finding.message for finding in store.check())


def test_caches_of_another_store_are_refused(tmp_path: Path) -> None:
    expected = fill(tmp_path / "mine", 1, 2, 3)
    fill(tmp_path / "theirs", 4, 5, 6)
    for name in NAMES:
        shutil.rmtree(folder_of(tmp_path / "mine", name))
        shutil.copytree(
            folder_of(tmp_path / "theirs", name), tmp_path / "mine" / folder_of(tmp_path / "theirs", name).name
        )
        shutil.copy(tmp_path / "theirs" / f"{name}.json", tmp_path / "mine")
    said: list[str] = []
    with open_store(tmp_path / "mine", said) as store:
        assert answers(store) == expected
    assert [("belongs to another store" in line) for line in said] == [True, True]


def test_caches_of_a_history_that_was_undone_are_refused(tmp_path: Path) -> None:
    fill(tmp_path, 1, 2)
    backup = (tmp_path / CATALOG_FILE).read_bytes()
    fill(tmp_path, 3)
    (tmp_path / CATALOG_FILE).write_bytes(backup)
    (tmp_path / COUNTER_FILE).unlink()  # or the store would not be opened at all
    with open_store(tmp_path) as store:
        store._has_written = False
        store._catalog.put(*make_sample(4))  # the same generation as the lost one, without telling the caches
        store._catalog.close()
    said: list[str] = []
    with open_store(tmp_path, said) as store:
        found = {article for hits in answers(store) for article, _, _ in hits}
        assert make_sample(4).article.article_id in found
    assert [("does not belong to this state" in line) for line in said] == [True, True]


def test_a_cache_older_than_the_log_is_rebuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, 1)
    monkeypatch.setattr(history, "CHANGES_KEPT", 3)
    with open_store(tmp_path) as store:
        for seed in range(2, 8):
            store.put(*make_sample(seed))
        store._has_written = False
    said: list[str] = []
    with open_store(tmp_path, said) as store:
        assert len(answers(store)[1]) == 28
    assert len(said) == 2


def test_an_index_that_lost_count_is_rebuilt(tmp_path: Path) -> None:
    fill(tmp_path, 1, 2)
    said: list[str] = []
    with open_store(tmp_path, said) as store:
        expected = answers(store)
        with store._caches.vectors.current() as index:
            index.remove(np.array([2]))
        store.put(*make_sample(3))
        assert len(store.search_vectors(unit_vectors(1, 1)[0], 50)) == 12
        store.remove(make_sample(3).article.article_id)
        assert answers(store) == expected
    assert len(said) == 1
    assert "does not hold what the catalog holds" in said[0]


def test_a_first_index_is_no_news(tmp_path: Path) -> None:
    said: list[str] = []
    with open_store(tmp_path, said) as store:
        store.put(*make_sample(1))
        answers(store)
    assert said == []


def test_after_a_crash_without_caches_the_user_is_told(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.put(*make_sample(1))
    store._catalog.close()
    said: list[str] = []
    with open_store(tmp_path, said) as store:
        assert len(answers(store)[1]) == 4
    assert [line.split("; ")[0] for line in said] == [
        f"{tmp_path}: the word index is missing",
        f"{tmp_path}: the vector index is missing",
    ]


def test_what_crashes_left_is_found_and_swept(tmp_path: Path) -> None:
    fill(tmp_path, 1)
    for name in ("tmp-0123", "words-1-dead", "vectors-1-dead"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    with open_store(tmp_path) as running, open_store(tmp_path) as store:
        running.search_words("river", 1)  # has unfinished files of its own, which are nobody else's to delete
        live = {path.name for path in tmp_path.glob("tmp-*")} - {"tmp-0123"}
        assert len(live) == 1
        (finding,) = [finding for finding in store.check() if finding.subject == "files"]
        assert finding.severity == "warning"
        assert finding.message.endswith("tmp-0123, vectors-1-dead, words-1-dead") or "tmp-0123" in finding.message
        assert finding.command == "citespan doctor --repair"
        assert not live & set(finding.message.split(": ")[1].split(", "))
        store.rebuild()
        assert live <= {path.name for path in tmp_path.glob("tmp-*")}
        assert not list(tmp_path.glob("*dead")) + list(tmp_path.glob("tmp-0123"))
        assert running.search_words(QUESTION, 5)
    assert not list(tmp_path.glob("tmp-*"))


def test_rebuilding_mends_both_caches(tmp_path: Path) -> None:
    expected = fill(tmp_path, 1, 2)
    for name in NAMES:
        flip_byte(largest_file(tmp_path, name))
    with open_store(tmp_path) as store:
        assert [finding.severity for finding in store.check()].count("warning") == 2
        store.rebuild()
        assert {finding.severity for finding in store.check()} == {"ok"}
        assert answers(store) == expected


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Writing past ``size`` bytes of any file fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [100, 3_000, 20_000])
def test_caches_that_find_no_room_are_reported_and_nothing_is_lost(tmp_path: Path, size: int) -> None:
    said: list[str] = []
    samples = [make_sample(seed, sentences=40, dimension=64) for seed in range(5)]
    with open_store(tmp_path, said) as store:
        for sample in samples:
            store.put(*sample)
        with files_no_larger_than(size):
            words = store.search_words(QUESTION, 20)
            vectors = store.search_vectors(samples[3].embeddings[5], 5)
            store.save_caches()
        assert words
        assert located(store, vectors)[0][0] == samples[3].article.article_id
        assert any("the vector index could not be saved" in line for line in said)
        assert all("Nothing stored is lost" in line for line in said)
        with files_no_larger_than(size), pytest.raises(StoreFullError, match="Nothing stored is lost"):
            store.rebuild()
    with open_store(tmp_path) as store:
        assert store.count_passages() == 200
        assert store.search_words(QUESTION, 20) == words
        assert store.search_vectors(samples[3].embeddings[5], 5) == vectors


def test_a_catching_up_that_finds_no_room_falls_back_to_memory(tmp_path: Path) -> None:
    fill(tmp_path, 1)
    said: list[str] = []
    with open_store(tmp_path, said) as store:
        answers(store)
        store.put(*make_sample(2))
        with files_no_larger_than(50):
            found = {article for hits in answers(store) for article, _, _ in hits}
        assert found == {make_sample(1).article.article_id, make_sample(2).article.article_id}
        assert any("cannot be brought up to date" in line for line in said)
    with open_store(tmp_path) as store:
        assert len(answers(store)[1]) == 8


@pytest.mark.parametrize("function", ["fsync", "replace", "rename"])
def test_a_swap_that_fails_leaves_the_old_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str) -> None:
    fill(tmp_path, 1)
    manifests = {name: (tmp_path / f"{name}.json").read_bytes() for name in NAMES}

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    said: list[str] = []
    with open_store(tmp_path, said) as store:
        store.put(*make_sample(2))
        expected = answers(store)
        with monkeypatch.context() as patch:
            patch.setattr(cachefiles.os if function == "fsync" else Path, function, full)
            store.save_caches()
        assert [line for line in said if "No space left on device" in line] == said
        assert len(said) == 2
        assert {name: (tmp_path / f"{name}.json").read_bytes() for name in NAMES} == manifests
        assert answers(store) == expected
        store._has_written = False
        store._caches.words._saved = store._caches.words._moment
        store._caches.vectors._saved = store._caches.vectors._moment
    with open_store(tmp_path) as store:
        assert answers(store) == expected


def test_caches_that_another_process_keeps_locked_are_not_waited_for_long(tmp_path: Path) -> None:
    expected = fill(tmp_path, 1)
    said: list[str] = []
    with FileLock(tmp_path / "caches.lock"), open_store(tmp_path, said, lock_seconds=0.02) as store:
        assert answers(store) == expected
        store.put(*make_sample(2))
        store.save_caches()
        assert any("could not be saved" in line for line in said)
        assert [finding.severity for finding in store.check()].count("error") == 2
    with open_store(tmp_path) as store:
        assert len(answers(store)[1]) == 8


def test_a_later_save_of_another_process_is_not_undone(tmp_path: Path) -> None:
    fill(tmp_path, 1)
    with open_store(tmp_path) as slow, open_store(tmp_path) as quick:
        slow.rebuild()
        slow._caches.words._saved = None
        quick.put(*make_sample(2))
        quick.save_caches()
        newest = (tmp_path / "words.json").read_bytes()
        slow._caches.save()
        assert (tmp_path / "words.json").read_bytes() == newest
    assert json.loads(newest)["content"]["moment"]["generation"] == 2


def test_settings_choose_the_structure_without_embedding_anew(tmp_path: Path) -> None:
    expected = fill(tmp_path, 1, 2, 3)
    said: list[str] = []
    with open_store(tmp_path, said, exact_up_to=3) as store:
        assert answers(store) == expected
    assert said == []
