"""The password file: who may log in, as salted hashes.

One entry a line, ``name:scrypt$n$r$p$salt$hash`` with salt and hash in base64; empty lines and lines that begin with
``#`` are skipped. The file is read again when it changes, so that adding and removing people needs no restart.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import stat
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from rag.errors import InputError, SettingsError

COST, BLOCK_SIZE, PARALLEL = 2**15, 8, 3
"""scrypt's N, r and p as the OWASP password storage cheat sheet pairs them: 32 MB and about 0.2 s for each check."""
SALT_BYTES, HASH_BYTES = 16, 32
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1024
LONGEST_NAME = 64
REMEMBERED_AT_MOST = 1024
MAKE_ONE = "Make an entry with: citespan password NAME --file"


@dataclass(frozen=True, slots=True)
class Entry:
    """A salted hash of one password, with the costs it was made with."""

    cost: int
    block_size: int
    parallel: int
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> Entry:
        """A new entry for ``password`` under a fresh salt."""
        salt = secrets.token_bytes(SALT_BYTES)
        return cls(COST, BLOCK_SIZE, PARALLEL, salt, _scrypt(password, salt, COST, BLOCK_SIZE, PARALLEL))

    @classmethod
    def parse(cls, text: str) -> Entry:
        """The entry that ``text`` writes down.

        Raises:
            ValueError: it is not one, or its costs would exhaust the machine.
        """
        scheme, cost, block_size, parallel, salt, digest = text.split("$")
        entry = cls(
            int(cost),
            int(block_size),
            int(parallel),
            base64.b64decode(salt, validate=True),
            base64.b64decode(digest, validate=True),
        )
        power_of_two = entry.cost > 1 and entry.cost & (entry.cost - 1) == 0
        if scheme != "scrypt" or not power_of_two or len(entry.digest) != HASH_BYTES or len(entry.salt) < 8:
            raise ValueError("not an scrypt entry")
        if entry.cost > 2**20 or not 1 <= entry.block_size <= 32 or not 1 <= entry.parallel <= 16:
            raise ValueError("costs out of bounds")
        return entry

    def __str__(self) -> str:
        salt, digest = (base64.b64encode(part).decode("ascii") for part in (self.salt, self.digest))
        return f"scrypt${self.cost}${self.block_size}${self.parallel}${salt}${digest}"

    def fits(self, password: str) -> bool:
        """Whether ``password`` is the one; takes as long either way."""
        given = _scrypt(password, self.salt, self.cost, self.block_size, self.parallel)
        return hmac.compare_digest(given, self.digest)


def _scrypt(password: str, salt: bytes, cost: int, block_size: int, parallel: int) -> bytes:
    needed = 128 * block_size * (cost + parallel + 2)
    return hashlib.scrypt(
        _normal(password), salt=salt, n=cost, r=block_size, p=parallel, maxmem=needed + 2**20, dklen=HASH_BYTES
    )


def _normal(password: str) -> bytes:
    """The same bytes however a keyboard composes an accented letter (RFC 8265, OpaqueString)."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


class PasswordFile:
    """The entries of a password file; safe to share between threads.

    Raises:
        SettingsError: the file is missing, readable by others, malformed or without an entry.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._signature: tuple[int, ...] | None = None
        self._entries: Mapping[str, Entry] = {}
        self._key = secrets.token_bytes(32)
        self._right: dict[bytes, Entry] = {}
        self._decoy = Entry.of(secrets.token_hex())
        if not self._current():
            raise SettingsError(f"{path}: nobody has a password here. {MAKE_ONE} {path}")

    def entry(self, name: str) -> Entry | None:
        """The entry of ``name``; None when there is none, or while the file cannot be read."""
        try:
            return self._current().get(name)
        except SettingsError:
            return None

    def remembers(self, name: str, password: str) -> bool:
        """Whether this was right before and still is; takes no time, so nobody who logged in once has to wait."""
        entry = self.entry(name)
        return (
            entry is not None
            and len(password) <= LONGEST_PASSWORD
            and self._right.get(self._mark(name, password)) == entry
        )

    def check(self, name: str, password: str) -> bool:
        """Whether ``name`` has this ``password``; False while the file cannot be read.

        A wrong password and an unknown name take equally long. A right one is remembered (as a keyed hash, in memory),
        so that a program that sends it with every request does not wait each time.
        """
        if len(password) > LONGEST_PASSWORD:
            return False
        if self.remembers(name, password):
            return True
        entry = self.entry(name)
        right = (entry or self._decoy).fits(password) and entry is not None
        if right and entry is not None:
            with self._lock:
                if len(self._right) >= REMEMBERED_AT_MOST:
                    self._right.clear()
                self._right[self._mark(name, password)] = entry
        return right

    def _mark(self, name: str, password: str) -> bytes:
        named = name.encode("utf-8", "surrogatepass") + b"\0" + _normal(password)
        return hashlib.blake2b(named, key=self._key, digest_size=32).digest()

    def _current(self) -> Mapping[str, Entry]:
        with self._lock:
            try:
                status = self.path.stat()
            except OSError as error:
                raise SettingsError(
                    f"{self.path}: cannot be read ({error.strerror}). {MAKE_ONE} {self.path}"
                ) from error
            signature = (status.st_mtime_ns, status.st_size, status.st_ino, status.st_mode)
            if signature != self._signature:
                self._entries, self._signature = read_entries(self.path), signature
            return self._entries


def read_entries(path: Path) -> dict[str, Entry]:
    """Name and entry, in the file's order.

    Raises:
        SettingsError: the file is missing, readable by others or malformed.
    """
    try:
        status = path.stat()
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077:
        raise SettingsError(f"{path}: other users of this computer can read or change it. Run: chmod 600 {path}")
    entries: dict[str, Entry] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, colon, written = line.strip().partition(":")
        try:
            if not colon or name in entries:
                raise ValueError(line)
            entries[checked_name(name)] = Entry.parse(written)
        except (ValueError, InputError):
            raise SettingsError(
                f"{path}:{number}: not an entry, or a second one of the same name. Remove the line, then: "
                f"citespan password NAME --file {path}"
            ) from None
    return entries


def _unreadable(path: Path, error: Exception) -> SettingsError:
    return SettingsError(f"{path}: cannot be read ({error}). {MAKE_ONE} {path}")


def checked_name(name: str) -> str:
    """``name`` itself.

    Raises:
        InputError: it cannot be a user's name.
    """
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or any(sign in name for sign in ": #"):
        raise InputError(
            f"{name!r} cannot be a user's name. Use 1 to {LONGEST_NAME} printable characters, but no space, ':' or '#'"
        )
    return name


def checked_password(password: str) -> str:
    """``password`` itself.

    Raises:
        InputError: it is too short to resist guessing, or too long.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InputError(
            f"the password has {len(password)} characters. Choose one of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,}"
        )
    return password


def write_entries(path: Path, entries: Mapping[str, Entry]) -> None:
    """Replace the file in one step; only its owner may read it.

    Raises:
        SettingsError: it cannot be written.
    """
    text = "".join(f"{name}:{entry}\n" for name, entry in entries.items())
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
            written.write(text)
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise SettingsError(f"{path}: cannot be written ({error}). Name another file with --file") from error
