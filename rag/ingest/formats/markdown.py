"""Markdown: front matter and a body, rendered to plain text so that quotes show no markup.

Spans point into the rendered text: headings and paragraphs with an empty line between them, list items behind ``-`` or
their number, table rows with a tab between cells, code as it stands. Pictures and raw HTML tags are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from itertools import pairwise

from markdown_it.token import Token

from rag.errors import FileError
from rag.ingest.formats.encoding import decode
from rag.ingest.formats.front_matter import front_matter, stated_date, stated_text
from rag.ingest.formats.layout import Layout, collapse
from rag.ingest.formats.markdown_marks import CALLOUT, TASK, parser, prepared
from rag.ingest.formats.metadata import one_line
from rag.ingest.formats.protocol import Document
from rag.ingest.formats.raised import lowered, raised

_UNSEEN = re.compile(r"<(/?)(script|style|template|svg)\b", re.IGNORECASE)
_RAISED = re.compile(r"<(?P<end>/?)(?P<tag>sup|sub)\b", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


class MarkdownFormat:
    """Reads ``.md`` and its other names (CommonMark with tables and strikethrough); components of MDX show no text."""

    name = "Markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd")

    def read(self, data: bytes, name: str) -> Document:
        """Read front matter (``title``, ``published`` or ``date``, ``author``, ``outlet``, ``about``) and body.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is empty, binary or cannot be decoded, or its body holds no text.
        """
        decoded = decode(data, name)
        stated, body_start = front_matter(decoded.text)
        layout = Layout()
        tokens = lay_out_markdown(decoded.text[body_start:], layout)
        if not layout.text:
            raise FileError(name, "it holds no text below its front matter", "Add a file that holds text")
        return Document(
            text=layout.text,
            title=stated_text(stated, "title") or _main_heading(tokens),
            published=stated_date(stated),
            author=stated_text(stated, "author", "authors"),
            outlet=stated_text(stated, "outlet", "publisher", "source"),
            about=stated_text(stated, "about"),
            headings=layout.headings,
            warnings=decoded.warnings,
        )


def lay_out_markdown(source: str, layout: Layout) -> Sequence[Token]:
    """Write what Markdown without front matter shows into ``layout``; returns its tokens."""
    tokens = parser().parse(prepared(source))
    _Renderer(layout).render(tokens)
    return tokens


def _main_heading(tokens: Sequence[Token]) -> str | None:
    """The first heading of level 1."""
    for token, following in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return one_line(_inline_text(following.children or []))
    return None


class _Renderer:
    """Writes a token stream as plain text."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._numbers: list[int | None] = []
        """One entry per open list: the next item's number, or None for bullets."""
        self._marker = ""
        self._heading = False
        self._cells: list[str] | None = None
        self._tight = False
        self._quoting = False
        """Whether a quotation has just begun."""

    def render(self, tokens: Sequence[Token]) -> None:
        """Write every block of ``tokens``."""
        for token in tokens:
            kind = token.type
            if kind == "inline":
                self._inline_token(token.children or [])
            elif kind == "blockquote_open":
                self._quoting = True
            elif kind in ("fence", "code_block"):
                self._layout.add(token.content)
            elif kind == "html_block":
                self._layout.add(_without_tags(token.content))
            elif kind in ("bullet_list_open", "ordered_list_open"):
                self._tight = bool(self._numbers)
                start = int(token.attrGet("start") or 1)
                self._numbers.append(start if kind == "ordered_list_open" else None)
            elif kind in ("bullet_list_close", "ordered_list_close"):
                self._numbers.pop()
                self._tight = bool(self._numbers)
            elif kind == "list_item_open":
                self._begin_item()
            elif kind == "list_item_close":
                self._marker = ""
            elif kind in ("heading_open", "heading_close"):
                self._heading = kind == "heading_open"
            elif kind == "tr_open":
                self._cells = []
            elif kind == "tr_close":
                self._layout.add("\t".join(self._cells or []).strip("\t"), tight=self._tight)
                self._cells, self._tight = None, True
            elif kind == "table_close":
                self._tight = bool(self._numbers)

    def _begin_item(self) -> None:
        number = self._numbers[-1]
        indent = "  " * (len(self._numbers) - 1)
        self._marker = f"{indent}- " if number is None else f"{indent}{number}. "
        if number is not None:
            self._numbers[-1] = number + 1

    def _inline_token(self, children: Sequence[Token]) -> None:
        """Write a paragraph's line; the kind of a call-out and a task's box are marks, not words."""
        first = children[0].content if children and children[0].type == "text" else ""
        callout = CALLOUT.match(first) if self._quoting else None
        self._quoting = False
        if callout is not None:
            end = next((number for number, one in enumerate(children) if one.type.endswith("break")), len(children))
            self._inline(_inline_text(children[:end])[callout.end() :])
            children = children[end + 1 :]
        text = _inline_text(children)
        task = TASK.match(text) if self._marker.strip() else None
        self._inline(text[task.end() :] if task else text)

    def _inline(self, text: str) -> None:
        if self._cells is not None:
            self._cells.append(collapse(text))
            return
        if self._heading:
            self._layout.add(collapse(text), heading=True)
            return
        if text.strip():
            self._layout.add(self._marker + text, tight=self._tight)
            self._marker = " " * len(self._marker)
            self._tight = bool(self._numbers)


def _inline_text(children: Sequence[Token]) -> str:
    parts: list[str] = []
    hidden = 0
    moved: int | None = None
    """Where a superscript or subscript began among the parts."""
    for number, token in enumerate(children):
        if token.type == "html_inline":
            tag = _UNSEEN.match(token.content)
            shifted = _RAISED.match(token.content)
            if shifted is not None and not shifted["end"]:
                moved = len(parts)
            elif shifted is not None and moved is not None:
                before, content = "".join(parts[:moved]), "".join(parts[moved:])
                after = children[number + 1].content if number + 1 < len(children) else ""
                is_raised = shifted["tag"].lower() == "sup"
                parts[moved:] = [raised(before, content, after) if is_raised else lowered(before, content)]
                moved = None
            elif tag is not None:
                hidden = max(0, hidden + (-1 if tag[1] else 1))
            elif _LINE_BREAK.match(token.content):
                parts.append("\n")
        elif hidden:
            continue
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
        elif token.type in ("text", "code_inline", "text_special"):
            parts.append(token.content)
    return "\n".join(line for line in map(collapse, "".join(parts).split("\n")) if line)


class _Tagless(HTMLParser):
    """Collects the text between tags; that of scripts and styles is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "template", "svg"):
            self._hidden += 1
        elif tag in ("br", "p", "div", "li", "tr"):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "template", "svg"):
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _without_tags(markup: str) -> str:
    parser = _Tagless()
    parser.feed(markup)
    parser.close()
    return "\n".join(line for line in map(collapse, "".join(parser.parts).split("\n")) if line)
