"""Saved caches on disk: written beside, flushed, swapped in by a rename; a checksum for every byte that is read back.

``words.json`` is the manifest of the word index; it names the folder ``words-<generation>-<random>`` that holds the
index's files. A swap is the replacement of the manifest, so a crash leaves the old cache or the new one.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
import threading
import zlib
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from rag.index.history import Moment

FORMAT = 1
"""Version of the manifest itself."""
_SCRATCH = "tmp-"
_OWNER = "owner.lock"
_LOCK_FILE = "caches.lock"
_BLOCK = 1 << 20


class CacheUnusableError(Exception):
    """A saved cache cannot be used; ``str(error)`` completes "the word index …"."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a saved cache is.

    Attributes:
        kind: version of the index's own format, for example ``"tantivy 1"``.
        store_id: the store it belongs to.
        moment: the state of the catalog that it reflects.
        passages: how many passages it holds.
        removed: passages removed since it was built from nothing.
        folder: the folder beside the manifest that holds its files.
        files: size and CRC-32 of each file.
    """

    kind: str
    store_id: str
    moment: Moment
    passages: int
    removed: int
    folder: str
    files: dict[str, tuple[int, int]]


class CacheFolder:
    """A store's folder as its caches use it: their lock, and a place for this process's unfinished files.

    Unfinished files lie in ``tmp-<random>``, deleted by ``close`` or, after a crash, by another process's ``sweep``.
    """

    def __init__(self, store: Path, lock_seconds: float, *, is_read_only: bool = False) -> None:
        self.path = store
        self.is_read_only = is_read_only
        self.lock: AbstractContextManager[object] = (
            nullcontext() if is_read_only else FileLock(store / _LOCK_FILE, timeout=lock_seconds)
        )
        """Held to load, swap or delete caches; entering it again in the same thread is allowed. Entering raises
        ``filelock.Timeout``, an OSError, when another process keeps it for longer than ``lock_seconds``. In a folder
        that can only be read there is no lock: a cache that is exchanged meanwhile fails its checksums."""
        self._scratch: Path | None = None
        self._owner: FileLock | None = None
        self._guard = threading.Lock()

    def new_path(self, name: str) -> Path:
        """A path for an unfinished file or folder, on the store's own file system; it is not created.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        with self.lock, self._guard:
            if self._scratch is None:
                if self.is_read_only:
                    scratch = Path(tempfile.mkdtemp(prefix="citespan-"))
                else:
                    scratch = self.path / f"{_SCRATCH}{secrets.token_hex(6)}"
                    scratch.mkdir()
                self._owner = _owner_lock(scratch)
                self._owner.acquire()
                self._scratch = scratch
        return self._scratch / f"{name}-{secrets.token_hex(4)}"

    def manifest(self, name: str) -> Path:
        """Where the manifest of the cache ``name`` lies."""
        return self.path / f"{name}.json"

    def close(self) -> None:
        """Delete this process's unfinished files."""
        with self._guard:
            if self._owner is not None:
                self._owner.release()
            if self._scratch is not None:
                shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = self._owner = None

    def leftovers(self, names: Sequence[str]) -> list[Path]:
        """What crashes left: scratch folders whose process is gone, and folders of ``names`` that no manifest names."""
        return abandoned_scratches(self.path) + unreferenced_folders(self.path, names)

    def sweep(self, names: Sequence[str]) -> None:
        """Delete the leftovers.

        Raises:
            OSError: another process keeps the lock.
        """
        with self.lock:
            for folder in self.leftovers(names):
                shutil.rmtree(folder, ignore_errors=True)


def abandoned_scratches(store: Path) -> list[Path]:
    """The scratch folders whose process is gone."""
    abandoned = []
    for folder in sorted(store.glob(f"{_SCRATCH}*")):
        with suppress(Timeout, OSError), _owner_lock(folder):
            abandoned.append(folder)
    return abandoned


def unreferenced_folders(store: Path, names: Sequence[str]) -> list[Path]:
    """The folders of the caches ``names`` that no manifest names: left by a crash in the middle of a swap."""
    found: list[Path] = []
    for name in names:
        try:
            current = read_manifest(store, name).folder
        except CacheUnusableError:
            current = ""
        found += [folder for folder in sorted(store.glob(f"{name}-*")) if folder.is_dir() and folder.name != current]
    return found


def read_manifest(store: Path, name: str) -> Manifest:
    """The manifest of the cache ``name``.

    Raises:
        CacheUnusableError: it is missing, damaged or of another version.
    """
    try:
        document = json.loads((store / f"{name}.json").read_bytes())
        content = document["content"]
        if document["crc32"] != _crc32_of_json(content):
            raise CacheUnusableError("has a damaged manifest")
        if document["format"] != FORMAT:
            raise CacheUnusableError("was saved by another version")
        files = {file: (size, checksum) for file, (size, checksum) in content["files"].items()}
        return Manifest(**{**content, "moment": Moment(**content["moment"]), "files": files})
    except FileNotFoundError:
        raise CacheUnusableError("is missing") from None
    except OSError as error:
        raise CacheUnusableError(f"cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CacheUnusableError("has a damaged manifest") from None


def verified_folder(store: Path, manifest: Manifest) -> Path:
    """The cache's folder, after every byte was compared with the manifest's sizes and checksums.

    Raises:
        CacheUnusableError: a file is missing, truncated, changed or new.
    """
    folder = store / Path(manifest.folder).name
    try:
        present = {file.name for file in folder.iterdir()}
        if present != set(manifest.files):
            raise CacheUnusableError("lacks files or has strange ones")
        for name, expected in manifest.files.items():
            if _size_and_crc32(folder / name, expected[0]) != expected:
                raise CacheUnusableError(f"is damaged ({name} was truncated or changed)")
    except OSError as error:
        raise CacheUnusableError(f"cannot be read ({error.strerror})") from error
    return folder


def prepare(folder: Path) -> dict[str, tuple[int, int]]:
    """Flush every file of ``folder``, and the folder, to the disk; returns their sizes and CRC-32.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    files = {}
    for file in sorted(folder.iterdir()):
        flush(file)
        files[file.name] = _size_and_crc32(file)
    flush(folder)
    return files


def swap_in(store: Path, name: str, prepared: Path, manifest: Manifest) -> None:
    """Make ``prepared`` the cache ``name``: from its rename on, readers find it. The caller holds the lock.

    Raises:
        OSError: the disk is full or cannot be written; the old cache stays.
    """
    prepared.rename(store / manifest.folder)
    content = asdict(manifest)
    document = {"format": FORMAT, "crc32": _crc32_of_json(content), "content": content}
    beside = prepared.parent / f"{prepared.name}.json"
    beside.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    flush(beside)
    beside.replace(store / f"{name}.json")
    flush(store)


def _owner_lock(folder: Path) -> FileLock:
    """Held by the folder's process as long as it lives, whichever of its threads made the folder."""
    return FileLock(folder / _OWNER, timeout=0, thread_local=False)


def _crc32_of_json(content: object) -> int:
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())


def _size_and_crc32(file: Path, most: int | None = None) -> tuple[int, int]:
    """Size and checksum; a file whose size is not ``most`` is not read."""
    size = file.stat().st_size
    checksum = 0
    if most is None or size == most:
        with file.open("rb") as stream:
            while block := stream.read(_BLOCK):
                checksum = zlib.crc32(block, checksum)
    return size, checksum


def flush(path: Path) -> None:
    """Wait until the disk has what was written to a file, or which files a folder holds."""
    if path.is_dir() and os.name == "nt":  # Windows cannot open folders
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
