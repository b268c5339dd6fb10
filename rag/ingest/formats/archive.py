"""Archives: every file in them that a format reads is an article. Links, and paths that lead out, are not followed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from rag.errors import FileError
from rag.ingest.formats.members import read_inner
from rag.ingest.formats.packed import LARGEST_MEMBER, MOST_MEMBERS, MOST_UNPACKED, opened_zip, refused_unless
from rag.ingest.formats.protocol import Contents, Document

_TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_LISTED = 5
_Member = tuple[str, bytes | None]
"""A file's path in the archive, and its bytes unless it may not be read."""


class ArchiveFormat:
    """Reads ``.zip``, ``.tar`` and what gzip, bzip2 and xz packed."""

    name = "archive"
    suffixes: tuple[str, ...] = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz")

    def read_all(self, data: bytes, name: str) -> Contents:
        """Read every file in the archive; those of no known format are counted in a warning.

        Args:
            data: the archive's bytes.
            name: its path as the caller named it, which tells how it is packed.

        Raises:
            FileError: it is no such archive, damaged, protected by a password, holds too much, or nothing to read.
        """
        if not data.strip():
            raise FileError(name, "the file is empty", "Add a file that holds text")
        lower = name.lower()
        if lower.endswith(".zip"):
            return _contents(_zip_members(data, name), name)
        if lower.endswith(_TAR):
            return _contents(_tar_members(data, name), name)
        inner = read_inner(_unpacked(data, name), name, "", PurePosixPath(name).stem)
        if inner is None:
            raise FileError(name, "what is packed in it is of no supported format", "Unpack it, and add what you need")
        if not inner.documents and inner.failures:
            raise FileError(name, inner.failures[0].problem, inner.failures[0].remedy)
        return inner


def _contents(members: Iterator[_Member], name: str) -> Contents:
    documents: list[Document] = []
    failures: list[FileError] = []
    unsupported: list[str] = []
    for path, data in members:
        parts = PurePosixPath(path).parts
        if any(part.startswith(".") and part != ".." for part in parts) or parts[:1] == ("__MACOSX",):
            continue
        if data is None or path.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            problem = "it is a link, or its path leads out of the archive"
            failures.append(FileError(f"{name}/{path.lstrip('/')}", problem, "Unpack it and add the file"))
            continue
        inner = read_inner(data, name, f"/{PurePosixPath(path).as_posix()}", parts[-1])
        if inner is None:
            unsupported.append(path)
        else:
            documents += inner.documents
            failures += inner.failures
    if not documents and not failures:
        raise FileError(name, "it holds no file of a supported format", "Unpack it, and add what you need of it")
    if unsupported and documents:
        listed = ", ".join(unsupported[:_LISTED]) + (" …" if len(unsupported) > _LISTED else "")
        what = "a file in it is" if len(unsupported) == 1 else f"{len(unsupported)} files in it are"
        warning = f"{what} of no supported format: {listed}"
        documents[0] = replace(documents[0], warnings=(*documents[0].warnings, warning))
    return Contents(tuple(documents), tuple(failures))


def _zip_members(data: bytes, name: str) -> Iterator[_Member]:
    with opened_zip(data, name, "a zip archive") as archive:
        for info in sorted(archive.infolist(), key=lambda info: info.filename):
            if info.is_dir():
                continue
            is_link = (info.external_attr >> 16) & 0o170000 == 0o120000
            yield info.filename, None if is_link else _read_zip_member(archive, info, name)


def _read_zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    with refused_unless(name, "a zip archive"), archive.open(info) as file:
        return file.read(LARGEST_MEMBER)


def _tar_members(data: bytes, name: str) -> Iterator[_Member]:
    total = 0
    plain = data if name.lower().endswith(".tar") else _unpacked(data, name)
    with refused_unless(name, "a tar archive"), tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as archive:
        for number, info in enumerate(archive):
            total += info.size
            if number >= MOST_MEMBERS or total > MOST_UNPACKED:
                raise _too_much(name)
            if info.isdir():
                continue
            file = archive.extractfile(info) if info.isreg() else None
            yield info.name, file.read(LARGEST_MEMBER) if file is not None else None


def _unpacked(data: bytes, name: str) -> bytes:
    """What gzip, bzip2 or xz packed.

    Raises:
        FileError: it is none of them, is damaged, or holds more than may be unpacked.
    """
    lower = name.lower()
    with refused_unless(name, "a packed file"), _opened(io.BytesIO(data), lower) as packed:
        plain = packed.read(MOST_UNPACKED + 1)
    if len(plain) > MOST_UNPACKED:
        raise _too_much(name)
    return plain


def _opened(packed: io.BytesIO, lower: str) -> bz2.BZ2File | lzma.LZMAFile | gzip.GzipFile:
    if lower.endswith((".bz2", ".tbz2")):
        return bz2.BZ2File(packed)
    return lzma.LZMAFile(packed) if lower.endswith((".xz", ".txz")) else gzip.GzipFile(fileobj=packed)


def _too_much(name: str) -> FileError:
    return FileError(name, "it holds more than may be unpacked", "Unpack it, and add what you need of it")
