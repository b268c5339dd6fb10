"""Feeds: every entry of an RSS or Atom file is an article."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any

from rag.errors import FileError
from rag.ingest.formats.html import lay_out_markup
from rag.ingest.formats.layout import Layout, collapse
from rag.ingest.formats.metadata import iso_date, one_line
from rag.ingest.formats.packed import no_text, parse_xml, refused_unless
from rag.ingest.formats.protocol import Contents, Document

_BODIES = ("encoded", "content", "description", "summary")
_DATES = ("pubDate", "published", "issued", "date")
_FEEDS = frozenset(("rss", "feed", "RDF"))


class FeedFormat:
    """Reads ``.rss``, ``.atom`` and ``.xml`` files that are feeds."""

    name = "feed"
    suffixes: tuple[str, ...] = (".rss", ".atom", ".xml")

    def read_all(self, data: bytes, name: str) -> Contents:
        """Every entry that holds text, with the member ``#1``, ``#2`` …

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is no feed, or no entry holds text.
        """
        if not data.strip():
            raise FileError(name, "the file is empty", "Add a file that holds text")
        with refused_unless(name, "an RSS or Atom feed"):
            root = parse_xml(data)
            if _local(root) not in _FEEDS:
                raise ValueError("no feed")
            outlet = next((_text(one) for one in root.iter() if _local(one) == "title"), None)
            entries = [element for element in root.iter() if _local(element) in ("item", "entry")]
            documents = [
                document
                for number, entry in enumerate(entries, start=1)
                if (document := _document(entry, outlet, f"#{number}")) is not None
            ]
        if not documents:
            raise no_text(name)
        return Contents(tuple(documents))


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _child(entry: Any, *names: str) -> Any:
    """The first child of one of these names, in the order of the names."""
    return next((child for name in names for child in entry if _local(child) == name), None)


def _text(element: Any) -> str | None:
    return one_line(collapse("".join(element.itertext()))) if element is not None else None


def _document(entry: Any, outlet: str | None, member: str) -> Document | None:
    from lxml import etree  # type: ignore[import-untyped]

    title = _plain(_text(_child(entry, "title")))
    layout = Layout()
    if title:
        layout.add(title, heading=True)
    empty = len(layout)
    for name in _BODIES:
        body = _child(entry, name)
        if body is None:
            continue
        inner = "".join(etree.tostring(child, encoding="unicode") for child in body)
        lay_out_markup((body.text or "") + inner, layout)
        if len(layout) > empty:
            break
    if not layout.text:
        return None
    author = _child(entry, "creator", "author")
    named = _child(author, "name") if author is not None else None
    return Document(
        text=layout.text,
        title=title,
        published=_date(_text(_child(entry, *_DATES))),
        author=_text(named if named is not None else author),
        outlet=outlet,
        headings=layout.headings,
        member=member,
    )


def _plain(title: str | None) -> str | None:
    """A title without markup in it."""
    if title is None or not ("<" in title or "&" in title):
        return title
    layout = Layout()
    lay_out_markup(title, layout)
    return one_line(layout.text) or title


def _date(value: str | None) -> str | None:
    if not value:
        return None
    try:
        return parsedate_to_datetime(value).date().isoformat()
    except (TypeError, ValueError, IndexError):
        return iso_date(value)
