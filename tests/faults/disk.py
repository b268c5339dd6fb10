"""A disk that forgets: from the record of what was written and synced, what a power loss may leave of it.

What was synced stays. Of the rest, each write stays, is lost or is torn at a sector, in no order; of names that were
made, changed or deleted, those before a point stay, up to the last sync of a folder at least.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512


@dataclass(frozen=True, slots=True)
class Call:
    """One recorded call: see ``fault_layer.c`` for the letters."""

    what: str
    path: str
    offset: int
    data: bytes


def read_record(file: Path) -> list[Call]:
    """The calls in the order in which they were made."""
    content = file.read_bytes()
    calls, place = [], 0
    while place < len(content):
        what, path_length, length, offset = _unpack(content, place)
        place += 21
        path = content[place : place + path_length].decode()
        place += path_length
        calls.append(Call(what, path, offset, content[place : place + length]))
        place += length
    return calls


def _unpack(content: bytes, place: int) -> tuple[str, int, int, int]:
    what, path_length, length, offset = struct.unpack_from("<cIQQ", content, place)
    return what.decode(), path_length, length, offset


@dataclass(slots=True)
class _File:
    """A file's bytes as they are safe, and what was written since."""

    safe: bytearray = field(default_factory=bytearray)
    pending: list[Call] = field(default_factory=list)

    def now(self) -> bytearray:
        content = bytearray(self.safe)
        for call in self.pending:
            _write(content, call)
        return content

    def sync(self, content: bytes | None) -> None:
        self.safe = self.now() if content is None else bytearray(content)
        self.pending = []

    def after_loss(self, chooser: random.Random) -> bytes:
        content = bytearray(self.safe)
        for call in self.pending:
            fate = chooser.random()
            if fate < 0.4:
                _write(content, call)
            elif fate < 0.6 and call.what == "w":
                sectors = [call.data[at : at + SECTOR] for at in range(0, len(call.data), SECTOR)]
                for number, sector in enumerate(sectors):
                    if chooser.random() < 0.5:
                        _write(content, Call("w", call.path, call.offset + number * SECTOR, sector))
        return bytes(content)


def _write(content: bytearray, call: Call) -> None:
    if call.what == "t":
        if call.offset <= len(content):
            del content[call.offset :]
        else:
            content.extend(bytes(call.offset - len(content)))
        return
    if len(content) < call.offset:
        content.extend(bytes(call.offset - len(content)))
    content[call.offset : call.offset + len(call.data)] = call.data


class Disk:
    """Follows a record of calls from an empty folder ``root``."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.marks = 0
        self._files: dict[str, _File] = {}
        self._safe_names: dict[str, _File | None] = {root: None}
        self._names: dict[str, _File | None] = {root: None}
        self._changes: list[dict[str, _File | None]] = []
        """The names after each change since the last sync of a folder."""

    def follow(self, call: Call) -> None:
        """Do what one call did."""
        if call.what == "m":
            self.marks = call.offset
        elif call.what in "wt":
            self._file(call.path).pending.append(call)
        elif call.what == "s":
            # SQLite writes only by calls that are recorded; others may have written by some that are not.
            is_recorded = Path(call.path).name.startswith("catalog.sqlite3")
            self._file(call.path).sync(None if is_recorded else call.data)
        elif call.what == "d":
            self._safe_names, self._changes = dict(self._names), []
        else:
            self._rename(call)
            self._changes.append(dict(self._names))

    def _file(self, path: str) -> _File:
        file = self._names.get(path)
        if file is None:
            file = self._names[path] = _File()
            self._changes.append(dict(self._names))
        return file

    def _rename(self, call: Call) -> None:
        if call.what == "c":
            self._names[call.path] = _File()
        elif call.what == "k":
            self._names[call.path] = None
        elif call.what == "u":
            self._names.pop(call.path, None)
        elif call.what == "l":
            self._names[call.data.decode()] = self._file(call.path)
        else:
            target = call.data.decode()
            moved = {path: file for path, file in self._names.items() if _lies_in(path, call.path)}
            for path in moved:
                del self._names[path]
            self._names.update({target + path[len(call.path) :]: file for path, file in moved.items()})

    def lose_power(self, folder: Path, chooser: random.Random) -> None:
        """Write what may be left to the new folder ``folder``."""
        names = chooser.choice([self._safe_names, *self._changes])
        folder.mkdir()
        for path in sorted(names):
            file = names[path]
            place = folder / path[len(self.root) :].lstrip("/")
            if not all(parent in names for parent in _parents(path, self.root)):
                continue
            if file is None:
                place.mkdir(exist_ok=True)
            else:
                place.write_bytes(file.after_loss(chooser))


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + "/")


def _parents(path: str, root: str) -> Iterator[str]:
    while path != root:
        path = path.rpartition("/")[0]
        yield path
