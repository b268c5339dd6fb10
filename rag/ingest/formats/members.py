"""Files within a file: each is read by the format that its own name tells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from rag.errors import FileError
from rag.ingest.formats.protocol import Contents, Document

DEEPEST = 3
"""Files within files within files; deeper ones are not opened."""


def read_inner(data: bytes, name: str, member: str, inner_name: str) -> Contents | None:
    """The articles of a file within another, or None when no format reads it.

    Args:
        data: the inner file's bytes.
        name: the outer file's path as the caller named it, for messages.
        member: where in the outer file it lies; it begins the ``member`` of its articles.
        inner_name: the inner file's own name.
    """
    from rag.ingest.formats import format_for, read_with

    try:
        known = format_for(PurePosixPath(inner_name))
    except FileError:
        return None
    if _depth(name + member) > DEEPEST + 1:
        return Contents((), (FileError(name + member, "it lies too deep in other files", "Unpack it and add it"),))
    try:
        contents = read_with(known, data, name + member)
    except FileError as error:
        return Contents((), (error,))
    documents = tuple(placed(document, member) for document in contents.documents)
    return Contents(documents, contents.failures)


def placed(document: Document, member: str) -> Document:
    """A document as it lies at ``member``; what belongs to pages of the outer file is left out."""
    return replace(document, member=member + document.member, places=())


def _depth(member: str) -> int:
    suffixes = (".zip", ".gz", ".tgz", ".tar", ".eml", ".mbox", ".bz2", ".xz")
    return sum(part.lower().endswith(suffixes) for part in member.split("/"))
