"""A title for articles whose file states none."""

from __future__ import annotations

from collections.abc import Sequence

from rag.ingest.formats.metadata import one_line
from rag.language.paragraphs import BREAKS
from rag.records import Span

LONGEST_HEADLINE = 200
LONGEST_TITLE = 80
"""Characters of a title that was made from a sentence."""


def title_from_text(text: str, sentences: Sequence[Span], headings: Sequence[Span], file_name: str) -> str:
    """A heading above the text, else a first line that is a headline, else the first sentence, else the file name.

    Args:
        text: the article's text.
        sentences: its content sentences in order, without boilerplate.
        headings: its headings in order, as its format marks them.
        file_name: the last resort, with its suffix.
    """
    if not sentences:
        return one_line(file_name) or "Untitled"
    first = sentences[0]
    if headings and headings[0].overlaps(first):
        return one_line(headings[0].of(text)) or file_name
    line_end = _line_end(text, first.end)
    if _is_headline(text, first, line_end, sentences[1:2]):
        return one_line(first.of(text)) or file_name
    return shorten(first.of(text), LONGEST_TITLE)


def shorten(text: str, longest: int) -> str:
    """``text`` on one line, cut at a word boundary with an ellipsis when longer than ``longest`` characters."""
    flat = " ".join(text[: longest * 8].split())
    if len(flat) <= longest:
        return flat
    kept = flat[: longest - 1]
    if not flat[longest - 1].isspace() and " " in kept[longest // 2 :]:
        kept = kept[: kept.rfind(" ")]
    return kept.rstrip(" ,;:–—-") + "…"


def _line_end(text: str, start: int) -> int:
    for offset in range(start, min(len(text), start + LONGEST_HEADLINE)):
        if text[offset] in BREAKS:
            return offset
    return min(len(text), start + LONGEST_HEADLINE)


def _is_headline(text: str, first: Span, line_end: int, following: Sequence[Span]) -> bool:
    """Whether the first sentence is a line of its own without a full stop, set off from, or shorter than, the text."""
    headline = first.of(text)
    if len(headline) > LONGEST_HEADLINE or any(character in BREAKS for character in headline):
        return False
    if text[first.end : line_end].strip() or headline[-1] in ".;:,…":
        return False
    if not following:
        return True
    blank_line = sum(text.count(character, first.end, following[0].start) for character in "\n\r") > 1 + text.count(
        "\r\n", first.end, following[0].start
    )
    return blank_line or len(following[0]) > len(headline)
