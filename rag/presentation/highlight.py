"""A text with nested ranges marked, as HTML that keeps every code point.

The exact span is one ``<mark>`` element whose text content is the span's text. Everything around it is cut into flat
``<span>`` pieces that name the ranges they lie in, so that ranges may overlap in any way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from markupsafe import Markup

from rag.presentation.html import attributes, escape
from rag.records import Span

_LINE_BREAKS = re.compile(r"(?:\r\n|\r|\n)[\r\n \t]*(?<=[\r\n])|\r\n|\r|\n")
_BLANK_LINE = re.compile(r"\n[ \t]*\r?\n")
WRAPPED_LINE = 100
"""Mean length in code points up to which the lines of a text with blank lines count as hard-wrapped."""


def is_hard_wrapped(text: str) -> bool:
    """Whether single line breaks of ``text`` only wrap its paragraphs, as in plain-text files 80 columns wide."""
    if not _BLANK_LINE.search(text):
        return False
    lines = [line for line in text.splitlines() if line.strip()]
    paragraphs = sum(1 for block in _BLANK_LINE.split(text) if block.strip())
    return len(lines) > 2 * paragraphs and sum(map(len, lines)) / len(lines) <= WRAPPED_LINE


def flowing(text: str, *, hard_wrapped: bool = False) -> Markup:
    """HTML for running text: runs of line breaks become paragraph gaps, every code point is kept.

    With ``hard_wrapped``, a single line break stays a space within its paragraph.
    """
    pieces: list[str] = []
    position = 0
    for match in _LINE_BREAKS.finditer(text):
        pieces.append(escape(text[position : match.start()]))
        breaks = match.group()
        is_gap = not hard_wrapped or breaks.replace("\r\n", "\n").count("\n") > 1
        kind = "gap" if is_gap else "wrap"
        pieces.append(f'<span class="{kind}">{escape(breaks)}</span>')
        position = match.end()
    pieces.append(escape(text[position:]))
    return Markup("".join(pieces))


def highlighted(
    text: str,
    layers: Mapping[str, Sequence[Span]],
    mark: Span | None = None,
    *,
    within: Span | None = None,
    hard_wrapped: bool = False,
    mark_id: str | None = None,
) -> Markup:
    """HTML for ``text`` (or its range ``within``) with ``mark`` in one ``<mark>`` and each layer's ranges classed.

    Args:
        layers: class name to ranges; pieces inside a range carry the class. A layer that covers the mark puts its
            class on the ``<mark>``.
        mark: the exact span; its element's text content equals ``mark.of(text)``.
        within: the part of the text to write; the mark must lie inside it.

    All offsets are code points of ``text``, half-open.
    """
    window = within or Span(0, max(1, len(text)))
    cuts = {window.start, min(window.end, len(text))}
    for ranges in layers.values():
        for span in ranges:
            cuts.update((span.start, span.end))
    if mark:
        cuts = {cut for cut in cuts if not mark.start < cut < mark.end} | {mark.start, mark.end}
    ordered = sorted(cut for cut in cuts if window.start <= cut <= min(window.end, len(text)))
    pieces: list[str] = []
    for start, end in pairwise(ordered):
        is_mark = mark is not None and start == mark.start
        names = [name for name, ranges in layers.items() if any(r.start < end and start < r.end for r in ranges)]
        body = flowing(text[start:end], hard_wrapped=hard_wrapped)
        classes = attributes(class_=" ".join(names) or None)
        if is_mark:
            pieces.append(f"<mark{classes}{attributes(id=mark_id)}>{body}</mark>")
        elif names:
            pieces.append(f"<span{classes}>{body}</span>")
        else:
            pieces.append(body)
    return Markup("".join(pieces))
