"""The panel that shows an article with a cited place in it, scrolled to and marked."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from rag.errors import ArticleNotFoundError, CiteSpanError
from rag.presentation.highlight import highlighted, is_hard_wrapped
from rag.presentation.html import shown
from rag.records import Article, Span
from ui.web.chat.page_view import TEMPLATE, checked_span, page_html
from ui.web.templates import macro, read_file

if TYPE_CHECKING:
    from rag.assistant import Assistant

_LOG = logging.getLogger(__name__)
SHOWN_AROUND = 40_000
"""Code points of an article shown on each side of the cited place until the reader asks for more."""
MARK_ID = "cited"


def build_source_panel(assistant: Assistant) -> gr.HTML:
    """Put the panel on the page; it opens on the browser event ``citespan:open``."""

    def open_place(request: Any) -> dict[str, Any]:
        return source_html(assistant, request)

    def open_page(request: Any) -> dict[str, str]:
        return {"page": page_html(assistant, request)}

    return gr.HTML(
        "",
        html_template=read_file("chat/source_panel.html"),
        js_on_load=read_file("chat/source_panel.js"),
        server_functions=[open_place, open_page],
        apply_default_css=False,
        elem_id="source-panel",
    )


def source_html(assistant: Assistant, request: Any) -> dict[str, Any]:
    """What the panel shows of a place in an article: ``title`` as text, ``head`` and ``body`` as HTML, ``page`` if any.

    Args:
        request: what the browser sent, so nothing in it is trusted: ``article`` (id), optionally ``start`` and ``end``,
            ``quote_start`` and ``quote_end`` (code points), ``kind`` ("citation" or "passage") and ``around`` (code
            points of a long article to show on each side of the place).
    """
    asked = request if isinstance(request, dict) else {}
    try:
        article = assistant.article(str(asked.get("article", "")))
        place = checked_span(asked.get("start"), asked.get("end"), len(article.text))
        sentence = checked_span(asked.get("quote_start"), asked.get("quote_end"), len(article.text))
        passages = [p.span for p in assistant.passages(article.article_id)] if place else []
    except ArticleNotFoundError:
        return _message("No longer here", "This article was removed or replaced by a newer version.")
    except CiteSpanError as error:
        return _message("The article cannot be opened", str(error))
    passage = next((p for p in passages if place and p.contains(place)), None)
    if place and asked.get("kind") == "passage":
        place, passage = None, place
    return {
        "title": shown(article.title),
        "head": macro(TEMPLATE, "head", article, article.page_of(place.start) if place else None),
        "body": _body(article, place, sentence, passage, _around(asked.get("around"))),
        "page": article.page_of((place or passage or Span(0, 1)).start),
    }


def _around(asked: Any) -> int:
    return max(SHOWN_AROUND, asked) if isinstance(asked, int) and not isinstance(asked, bool) else SHOWN_AROUND


def _message(title: str, text: str) -> dict[str, Any]:
    return {"title": title, "head": "", "body": macro(TEMPLATE, "message", text)}


def _body(article: Article, place: Span | None, sentence: Span | None, passage: Span | None, around: int) -> Markup:
    focus = place or passage or Span(0, 1)
    length = max(1, len(article.text))
    window = Span(max(0, focus.start - around), min(length, focus.end + around))
    layers = {
        "in-passage": [passage] if passage else [],
        "in-sentence": [sentence] if sentence else [],
        "boilerplate": list(article.boilerplate),
    }
    text = highlighted(
        article.text,
        layers,
        place,
        within=window,
        hard_wrapped=is_hard_wrapped(article.text),
        mark_id=MARK_ID,
    )
    return macro(TEMPLATE, "body", text, around, window.start > 0, window.end < len(article.text))
