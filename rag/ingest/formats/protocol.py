"""The role of a file format: bytes in, text and metadata out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from rag.errors import FileError
from rag.originals import Place
from rag.records import Span


@dataclass(frozen=True, slots=True)
class Document:
    """What a format found in a file.

    Attributes:
        text: the text that will be ``Article.text``; every range below points into it (code points, half-open).
        title, published, author, outlet, about: as the file states them, else None. ``published`` is an ISO date.
        headings: ranges of headings, which stand alone and never run into the next sentence.
        pages: start offset of each page's text for paged formats, else empty.
        boilerplate: sorted ranges that the format knows to be no content, such as running headers.
        places: for files whose pages can be shown, where the characters of ``text`` stand.
        member: where in the file it lies when the file holds several articles: ``#3`` for the third message, row or
            entry, ``/inner/a.txt`` for a file in an archive; else empty. It follows the file's name in
            ``Article.source`` and ``Article.path``.
        warnings: what of the file could not be read although the rest was, each a sentence without a full stop.
    """

    text: str = field(repr=False)
    title: str | None = None
    published: str | None = None
    author: str | None = None
    outlet: str | None = None
    about: str | None = None
    headings: tuple[Span, ...] = ()
    pages: tuple[int, ...] = ()
    boilerplate: tuple[Span, ...] = ()
    places: tuple[Place, ...] = field(default=(), repr=False)
    member: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """The articles of a file that may hold several.

    Attributes:
        documents: each with a ``member`` that no other one has.
        failures: what lies in the file and could not be read; the path of each is the file's and the member's.
    """

    documents: tuple[Document, ...]
    failures: tuple[FileError, ...] = ()


class Format(Protocol):
    """Reads one kind of file that is one article."""

    name: str
    suffixes: tuple[str, ...]
    """Lower-case, with the dot."""

    def read(self, data: bytes, name: str) -> Document:
        """Extract the text and metadata.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the bytes are not this format, cannot be decoded, or hold no text.
        """
        ...


@runtime_checkable
class Container(Protocol):
    """Reads one kind of file that holds any number of articles."""

    name: str
    suffixes: tuple[str, ...]
    """Lower-case, with the dot."""

    def read_all(self, data: bytes, name: str) -> Contents:
        """Extract every article in the file.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the bytes are not this format, cannot be decoded, or hold nothing to read.
        """
        ...
