from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from rag.index.cachefiles import (
    CacheFolder,
    CacheUnusableError,
    Manifest,
    prepare,
    read_manifest,
    swap_in,
    verified_folder,
)
from rag.index.history import Moment


def save(store: Path, content: bytes = b"content", generation: int = 3) -> Manifest:
    prepared = store / "prepared"
    prepared.mkdir()
    (prepared / "file").write_bytes(content)
    manifest = Manifest(
        kind="engine 1",
        store_id="abc",
        moment=Moment(generation, "0123abcd", 12),
        passages=7,
        removed=2,
        folder=f"words-{generation}-ff",
        files=prepare(prepared),
    )
    swap_in(store, "words", prepared, manifest)
    return manifest


def test_what_is_swapped_in_is_read_back(tmp_path: Path) -> None:
    manifest = save(tmp_path)
    assert read_manifest(tmp_path, "words") == manifest
    folder = verified_folder(tmp_path, manifest)
    assert (folder / "file").read_bytes() == b"content"
    assert manifest.files == {"file": (7, zlib.crc32(b"content"))}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["words-3-ff", "words.json"]


def test_a_second_swap_wins_and_the_first_becomes_a_leftover(tmp_path: Path) -> None:
    save(tmp_path)
    second = save(tmp_path, b"other", generation=4)
    assert read_manifest(tmp_path, "words") == second
    folder = CacheFolder(tmp_path, 1)
    assert folder.leftovers(["words"]) == [tmp_path / "words-3-ff"]
    folder.sweep(["words"])
    assert folder.leftovers(["words"]) == []
    assert verified_folder(tmp_path, second).exists()


def test_no_flipped_bit_of_a_manifest_goes_unnoticed(tmp_path: Path) -> None:
    manifest = save(tmp_path)
    file = tmp_path / "words.json"
    content = file.read_bytes()
    refused = 0
    for position in range(len(content)):
        flipped = bytearray(content)
        flipped[position] ^= 1 << position % 7
        file.write_bytes(flipped)
        try:
            assert read_manifest(tmp_path, "words") == manifest  # only white space between the values changed
        except CacheUnusableError:
            refused += 1
    assert refused > len(content) // 2


@pytest.mark.parametrize("length", range(0, 300, 13))
def test_no_truncated_manifest_is_read(tmp_path: Path, length: int) -> None:
    save(tmp_path)
    file = tmp_path / "words.json"
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(CacheUnusableError, match="damaged manifest"):
        read_manifest(tmp_path, "words")


def test_no_flipped_bit_of_a_file_goes_unnoticed(tmp_path: Path) -> None:
    manifest = save(tmp_path, bytes(range(200)))
    file = tmp_path / manifest.folder / "file"
    for position in range(200):
        flipped = bytearray(range(200))
        flipped[position] ^= 1 << position % 8
        file.write_bytes(flipped)
        with pytest.raises(CacheUnusableError, match="truncated or changed"):
            verified_folder(tmp_path, manifest)


def test_a_manifest_cannot_point_out_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    manifest = save(tmp_path / "store")
    (tmp_path / "store" / manifest.folder).rename(tmp_path / manifest.folder)
    outside = Manifest(manifest.kind, manifest.store_id, manifest.moment, 7, 2, f"../{manifest.folder}", manifest.files)
    with pytest.raises(CacheUnusableError):
        verified_folder(tmp_path / "store", outside)


def test_unfinished_files_live_in_one_folder_that_closing_deletes(tmp_path: Path) -> None:
    folder = CacheFolder(tmp_path, 1)
    first, second = folder.new_path("words"), folder.new_path("words")
    assert first != second
    assert first.parent == second.parent
    assert not first.exists()
    assert CacheFolder(tmp_path, 1).leftovers([]) == []
    folder.close()
    assert not first.parent.exists()
