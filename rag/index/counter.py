"""A second record, beside the catalog, of how far it has come: by it a lost write-ahead log or an emptied file shows.

``catalog.json`` is written after each committed change, so it never runs ahead of the catalog; one that lags behind or
cannot be read says nothing.
"""

from __future__ import annotations

import json
import secrets
import zlib
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

COUNTER_FILE = "catalog.json"
_CACHES = ("words.json", "vectors.json")


@dataclass(frozen=True, slots=True)
class Counter:
    """What was committed at least.

    Attributes:
        store_id: which catalog it is about.
        generation: how many changes of articles had been committed.
        identity: what made the store's embeddings, as the catalog's own JSON, or None.
    """

    store_id: str
    generation: int
    identity: str | None = None


def read_counter(folder: Path) -> Counter | None:
    """The counter in a store's folder, or None where there is none that can be read."""
    try:
        document = json.loads((folder / COUNTER_FILE).read_bytes())
        if document["crc32"] != _crc32_of(document["content"]):
            return None
        return Counter(**document["content"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_counter(folder: Path, counter: Counter) -> None:
    """Replace the counter; where the disk is full or cannot be written, the old one goes on saying less."""
    content = asdict(counter)
    document = json.dumps({"crc32": _crc32_of(content), "content": content}, indent=1)
    beside = folder / f"{COUNTER_FILE}-{secrets.token_hex(4)}"
    try:
        beside.write_text(document + "\n", encoding="utf-8")
        beside.replace(folder / COUNTER_FILE)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def emptied(catalog: Path) -> str | None:
    """What proves that a catalog which is missing or has no bytes held articles, or None when it is simply new."""
    try:
        if catalog.stat().st_size:
            return None
    except FileNotFoundError:
        pass
    folder = catalog.parent
    counter = read_counter(folder)
    if counter is not None and counter.generation:
        return f"{COUNTER_FILE} counts {counter.generation:,} changes of it"
    log = folder / f"{catalog.name}-wal"
    if log.exists() and log.stat().st_size:
        return f"its write-ahead log {log.name} is there"
    caches = [name for name in _CACHES if (folder / name).exists()]
    return f"{' and '.join(caches)} were made from it" if caches else None


def _crc32_of(content: object) -> int:
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())
