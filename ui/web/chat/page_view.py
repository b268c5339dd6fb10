"""The page of a PDF file in the source panel: its picture with the cited place and its sentence marked."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.errors import ArticleNotFoundError, CiteSpanError
from rag.originals import PageArea, PagePicture
from rag.presentation.html import shown
from rag.records import Article, Span
from ui.web.templates import macro

if TYPE_CHECKING:
    from rag.assistant import Assistant

TEMPLATE = "chat/source.html"
PICTURE_WIDTH = 1_300
"""Pixels: sharp on a screen of two pixels to the point at the panel's usual width."""
LONGEST_DESCRIPTION = 300
"""Code points of the cited words in the picture's description."""


def page_html(assistant: Assistant, request: Any) -> str:
    """The page pane's content as HTML; empty when there is no page to show.

    Args:
        request: what the browser sent, so nothing in it is trusted: ``article`` (id), ``page`` (from 1), and
            ``start``, ``end``, ``quote_start``, ``quote_end`` and ``kind`` as for ``source_panel.source_html``.
    """
    asked = request if isinstance(request, dict) else {}
    number = asked.get("page")
    if isinstance(number, bool) or not isinstance(number, int):
        return ""
    try:
        article = assistant.article(str(asked.get("article", "")))
        place = checked_span(asked.get("start"), asked.get("end"), len(article.text))
        sentence = checked_span(asked.get("quote_start"), asked.get("quote_end"), len(article.text))
        is_passage = asked.get("kind") == "passage"
        marked = [("in-passage" if is_passage else "in-mark", place), ("in-sentence", sentence)]
        wanted = [(name, span) for name, span in reversed(marked) if span is not None]
        picture = assistant.page_picture(article.article_id, number, [span for _, span in wanted], width=PICTURE_WIDTH)
    except ArticleNotFoundError:
        return ""
    except CiteSpanError as error:
        return macro(TEMPLATE, "message", str(error))
    areas = [(name, area) for (name, _), some in zip(wanted, picture.areas, strict=True) for area in some]
    return _figure(article, picture, areas, place)


def checked_span(start: Any, end: Any, length: int) -> Span | None:
    """A range as a browser sent it, or None when the numbers are not one within ``length`` code points."""
    if isinstance(start, bool) or isinstance(end, bool) or not isinstance(start, int) or not isinstance(end, int):
        return None
    return Span(start, end) if 0 <= start < end <= length else None


def _figure(article: Article, picture: PagePicture, areas: Sequence[tuple[str, PageArea]], place: Span | None) -> str:
    name = f"Page {picture.page} of {shown(article.source)}"
    encoded = base64.b64encode(picture.png).decode("ascii")
    description = _description(name, article, place, is_marked=bool(areas))
    return macro(TEMPLATE, "page", picture, name, encoded, description, areas)


def _description(name: str, article: Article, place: Span | None, *, is_marked: bool) -> str:
    if place is None or not is_marked:
        return name
    words = " ".join(place.of(article.text).split())
    words = words if len(words) <= LONGEST_DESCRIPTION else words[: LONGEST_DESCRIPTION - 1] + "…"
    return f"{name}, as printed, with the place marked: “{words}”"
