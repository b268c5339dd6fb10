"""Articles as CSL-JSON, the format of Zotero, pandoc and other reference managers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rag.exports.authors import author_names
from rag.exports.citations import one_line
from rag.records import ArticleSummary


def csl_json(articles: Iterable[ArticleSummary]) -> bytes:
    """A list of items (citationstyles.org, schema 1.0), each with the article's id. UTF-8."""
    items = [_item(article) for article in articles]
    return (json.dumps(items, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def _item(article: ArticleSummary) -> dict[str, Any]:
    authors = [
        {"family": one_line(name.family), "given": one_line(name.given)}
        if name.given
        else {"literal": one_line(name.family)}
        for name in author_names(article.author)
    ]
    date = _date_parts(article.published)
    item: dict[str, Any] = {
        "id": article.article_id,
        "type": "article-newspaper" if article.outlet else "document",
        "title": one_line(article.title),
        "author": authors,
        "container-title": one_line(article.outlet or ""),
        "issued": {"date-parts": [date]} if date else None,
        "note": f"File {one_line(article.source)}",
    }
    return {name: value for name, value in item.items() if value}


def _date_parts(published: str | None) -> list[int]:
    parts = (published or "")[:10].split("-")
    return [int(part) for part in parts] if all(part.isascii() and part.isdecimal() for part in parts) else []
