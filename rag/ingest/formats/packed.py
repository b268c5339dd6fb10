"""Zip containers and XML, read within limits: what is packed may be much larger than the file, or harmful."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rag.errors import FileError

MOST_MEMBERS = 10_000
MOST_UNPACKED = 400 << 20
"""Bytes of everything in a container."""
LARGEST_MEMBER = 100 << 20


@contextmanager
def refused_unless(name: str, kind: str) -> Iterator[None]:
    """Turn whatever a parser raises into the error that the file is no ``kind``, or damaged.

    Raises:
        FileError: see above; one that is raised inside is left as it is.
    """
    try:
        yield
    except (FileError, MemoryError):
        raise
    except Exception as error:
        raise FileError(
            name, f"it is not {kind}, or is damaged", "Open it in the program that made it, and save a copy of it"
        ) from error


@contextmanager
def opened_zip(data: bytes, name: str, kind: str) -> Iterator[zipfile.ZipFile]:
    """A zip container whose contents are within the limits.

    Raises:
        FileError: it is none, is damaged, protected by a password, or holds too much.
    """
    if not data.strip():
        raise FileError(name, "the file is empty", "Add a file that holds text")
    with refused_unless(name, kind), zipfile.ZipFile(io.BytesIO(data)) as container:
        check_size(container, name)
        yield container


def check_size(container: zipfile.ZipFile, name: str) -> None:
    """Raises ``FileError`` when a zip container holds more than may be unpacked, or a password protects it."""
    infos = container.infolist()
    if any(info.flag_bits & 0x1 for info in infos):
        raise FileError(name, "a password protects it", "Save a copy without a password and add that")
    too_much = sum(info.file_size for info in infos) > MOST_UNPACKED
    if len(infos) > MOST_MEMBERS or too_much or any(info.file_size > LARGEST_MEMBER for info in infos):
        raise FileError(name, "it holds more than may be unpacked", "Unpack it, and add what you need of it")


def read_member(container: zipfile.ZipFile, member: str | zipfile.ZipInfo) -> bytes:
    """A member's bytes, at most ``LARGEST_MEMBER`` of them, whatever the container says of its size.

    Raises:
        KeyError: there is none of this name.
        zipfile.BadZipFile: it is damaged.
    """
    with container.open(member) as file:
        return file.read(LARGEST_MEMBER)


def parse_xml(data: bytes) -> Any:
    """The root of an XML document; entities are not expanded and nothing else is loaded.

    Raises:
        lxml.etree.XMLSyntaxError: it is not well formed.
    """
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    root = etree.fromstring(data, parser)
    if root is None:
        raise etree.XMLSyntaxError("no element", 0, 0, 0)
    return root


def no_text(name: str) -> FileError:
    """The error that a file of a good format says nothing."""
    return FileError(name, "it holds no text", "Add a file that holds text")
