"""Web pages: the main content and what the page says about itself, through trafilatura.

What trafilatura finds no article in (a fragment, a very short page) is read whole, without scripts, styles and forms.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from rag.errors import FileError
from rag.ingest.formats.encoding import decode
from rag.ingest.formats.html_dates import published
from rag.ingest.formats.html_shown import show
from rag.ingest.formats.layout import Layout, collapse
from rag.ingest.formats.metadata import one_line
from rag.ingest.formats.protocol import Document

_DECLARED = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_XML_DECLARED = re.compile(rb"^\s*<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{2,40})")
_WESTERN = frozenset(("iso-8859-1", "iso8859-1", "latin-1", "latin1", "us-ascii", "ascii"))
"""Names that browsers read as Windows-1252 (WHATWG Encoding Standard, section 4.2)."""

_HEADINGS = frozenset(("head", "h1", "h2", "h3", "h4", "h5", "h6"))
_ITEMS = frozenset(("item", "li", "dt", "dd"))
_ROWS = frozenset(("row", "tr"))
_CELLS = frozenset(("cell", "td", "th"))
_BREAKS = frozenset(("lb", "br"))
_AROUND = frozenset(("nav", "footer", "aside"))
_SKIPPED = frozenset(
    "script style noscript template svg math iframe object embed canvas audio video form button select textarea input "
    "title meta link graphic img".split()
)
_SHORT_PAGE = 250
"""Characters below which trafilatura falls back to flattening the page (its ``MIN_EXTRACTED_SIZE``)."""
_INLINE = frozenset(
    "hi ref del a abbr acronym b bdi bdo big cite code data dfn em font i ins kbd label mark q ruby rb rt rp s samp "
    "small span strike strong sub sup time tt u var wbr".split()
)


class HtmlFormat:
    """Reads ``.html``, ``.htm``, ``.xhtml`` and ``.xht``."""

    name = "HTML"
    suffixes: tuple[str, ...] = (".html", ".htm", ".xhtml", ".xht")

    def read(self, data: bytes, name: str) -> Document:
        """Extract the main content, headings marked, and title, author, date and site.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is empty, binary or cannot be decoded, or the page holds no text.
        """
        from lxml import etree  # type: ignore[import-untyped]
        from lxml import html as parser

        decoded = decode(data, name, _declared_encoding(data))
        try:
            tree = parser.document_fromstring(
                decoded.text.encode("utf-8"), parser=parser.HTMLParser(encoding="utf-8", huge_tree=True)
            )
        except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
            raise _no_text(name) from error
        date = published(tree)
        show(tree)
        found = _main_content(tree)
        layout = Layout()
        if found is not None:
            _lay_out(found.body, layout)
        if len(layout.text) < _SHORT_PAGE:
            layout = _whole_page(tree)
        if not layout.text:
            raise _no_text(name)
        titles = (found.title if found is not None else None, _title_tag(tree))
        return Document(
            text=layout.text,
            title=next((title for title in map(one_line, titles) if title), None),
            published=date,
            author=one_line(found.author) if found is not None else None,
            outlet=one_line(found.sitename) if found is not None else None,
            headings=layout.headings,
            warnings=decoded.warnings,
        )


def lay_out_markup(markup: str, layout: Layout) -> None:
    """Write everything that a piece of HTML shows into ``layout``; an empty piece writes nothing."""
    from lxml import etree
    from lxml import html as parser

    try:
        tree = parser.document_fromstring(
            markup.encode("utf-8", "replace"), parser=parser.HTMLParser(encoding="utf-8", huge_tree=True)
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return
    show(tree)
    _lay_out(tree, layout)


def _no_text(name: str) -> FileError:
    return FileError(
        name,
        "the page holds no text",
        "Pages that are filled in by scripts must be saved as they are shown, or their text copied into a .txt file",
    )


def _declared_encoding(data: bytes) -> str | None:
    match = _XML_DECLARED.search(data[:1024]) or _DECLARED.search(data[:4096])
    if match is None:
        return None
    declared = match[1].decode("ascii").lower()
    return "cp1252" if declared in _WESTERN else declared


def _main_content(tree: Any) -> Any:
    """trafilatura's document (``body`` is an element, ``title``, ``author``, ``sitename`` texts), or None."""
    import trafilatura

    logger = logging.getLogger("trafilatura")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.CRITICAL)
    try:
        found: Any = trafilatura.bare_extraction(
            tree,
            include_comments=False,
            include_tables=True,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except RecursionError:
        return None
    return found if found is not None and found.body is not None else None


def _title_tag(tree: Any) -> str | None:
    title = tree.findtext(".//title")
    return str(title) if title else None


def _whole_page(tree: Any) -> Layout:
    """Everything a short page shows, paragraphs kept apart; navigation only if there is nothing else."""
    layout = Layout()
    _lay_out(tree, layout, _AROUND)
    if not layout.text:
        _lay_out(tree, layout)
    return layout


def _lay_out(root: Any, layout: Layout, left_out: frozenset[str] = frozenset()) -> None:
    """Write the text below ``root`` into ``layout``: HTML elements and trafilatura's own are both understood."""
    from lxml import etree

    walk = etree.iterwalk(root, events=("start", "end"))
    block = _Block(layout)
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _SKIPPED or tag in left_out or not tag:
                walk.skip_subtree()
            else:
                block.open(tag, element)
        else:
            if tag and tag not in _SKIPPED and tag not in left_out:
                block.close(tag, element)
            if element is not root and element.tail:
                block.write(element.tail)
    block.flush()


class _Block:
    """The block that is being collected while walking a tree."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._words: list[str] = []
        self._cells: list[str] | None = None
        self._lists: list[Iterator[str]] = []
        self._marker = ""
        self._heading = False
        self._tight = False
        self._verbatim = 0

    def open(self, tag: str, element: Any) -> None:
        """Enter an element: what was collected before a block element is a block of its own."""
        if tag in _BREAKS:
            self._words.append("\n")
        elif tag not in _INLINE or _is_verbatim(tag, element):
            self.flush()
        if tag in ("list", "ul", "ol"):
            ordered = tag == "ol" or element.get("rend") == "ol"
            self._lists.append(_numbers() if ordered else _hyphens())
            self._tight = len(self._lists) > 1
        elif tag in _ITEMS:
            indent = "  " * max(0, len(self._lists) - 1)
            self._marker = indent + (next(self._lists[-1]) if self._lists else "")
        elif tag in _ROWS:
            self._cells = []
        elif tag in _HEADINGS:
            self._heading = True
        if _is_verbatim(tag, element):
            self._verbatim += 1
        if element.text:
            self.write(element.text)

    def write(self, text: str) -> None:
        """Collect text; outside code a line break in the source is a space."""
        self._words.append(text if self._verbatim else text.replace("\n", " ").replace("\r", " "))

    def close(self, tag: str, element: Any) -> None:
        """Leave an element."""
        if tag in _CELLS and self._cells is not None:
            self._cells.append(collapse("".join(self._words)))
            self._words.clear()
        elif tag in _ROWS and self._cells is not None:
            self._layout.add("\t".join(self._cells).strip("\t"), tight=self._tight)
            self._cells, self._tight = None, True
        elif tag not in _INLINE and tag not in _BREAKS:
            self.flush()
        if _is_verbatim(tag, element):
            self.flush()
            self._verbatim -= 1
        if tag in ("list", "ul", "ol") and self._lists:
            self._lists.pop()
            self._tight = bool(self._lists)
        elif tag == "table":
            self._tight = False
        elif tag in _ITEMS:
            self._marker = ""
        elif tag in _HEADINGS:
            self._heading = False

    def flush(self) -> None:
        """Hand the collected text over as a block."""
        if self._cells is not None:
            self._words.append(" ")
            return
        text = "".join(self._words)
        self._words.clear()
        if not self._verbatim:
            text = "\n".join(line for line in map(collapse, text.split("\n")) if line)
        if not text.strip():
            return
        if self._heading:
            text = collapse(text)
        self._layout.add(self._marker + text, heading=self._heading, tight=self._tight)
        self._marker = " " * len(self._marker) if self._marker.strip() else self._marker
        if self._lists:
            self._tight = True


def _is_verbatim(tag: str, element: Any) -> bool:
    """Whether line breaks count: preformatted text, which trafilatura calls code."""
    return tag == "pre" or (tag == "code" and "\n" in (element.text or ""))


def _hyphens() -> Iterator[str]:
    while True:
        yield "- "


def _numbers() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"{number}. "
