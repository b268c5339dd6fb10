"""The Articles tab's table and upload results as safe HTML."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rag.records import ArticleSummary, Collection, FileOutcome
from ui.labels import shown
from ui.web.escaping import attributes, escape, label
from ui.web.pieces import counted, date_text

STATUS_WORDS = {
    "added": "Added",
    "updated": "Updated",
    "unchanged": "Already here",
    "duplicate": "Duplicate",
    "failed": "Not added",
}
_COLUMNS = (
    ("title", "Title", "text"),
    ("outlet", "Outlet", "text"),
    ("published", "Date", "text"),
    ("collections", "Collections", "text"),
    ("words", "Words", "number"),
    ("passages", "Passages", "number"),
    ("added", "Added", "text"),
)


def article_row(article: ArticleSummary) -> str:
    """One article: a box to select it, a button to read it, and what is known of it."""
    cells = {
        "title": (
            f'<button type="button" class="read" data-open="article"{attributes(data_article=article.article_id)}>'
            f'{label(article.title)}</button><span class="file">{label(article.source)}</span>',
            article.title,
        ),
        "outlet": (label(article.outlet or "—"), article.outlet or ""),
        "published": (label(date_text(article.published) or "—"), article.published or ""),
        "collections": (
            "".join(f'<span class="tag">{label(name)}</span>' for name in article.collections) or "—",
            " ".join(article.collections),
        ),
        "words": (f"{article.words:,}", str(article.words)),
        "passages": (f"{article.passages:,}", str(article.passages)),
        "added": (label(date_text(article.added[:10])), article.added),
    }
    written = "".join(
        f'<td class="{column} {kind}"{attributes(data_value=shown(value), data_label=heading)}>{content}</td>'
        for column, heading, kind in _COLUMNS
        for content, value in [cells[column]]
    )
    name = f"Select {shown(article.title)}"
    return (
        f"<tr{attributes(data_article=article.article_id, data_collections=_json(article.collections))}>"
        f'<td class="select"><input type="checkbox"{attributes(aria_label=name)}></td>{written}</tr>'
    )


def _json(names: Sequence[str]) -> str:
    return json.dumps(list(names), ensure_ascii=False)


def collection_bar(collections: Sequence[Collection], articles: int) -> str:
    """Every collection as a button that shows only its articles, and the tools to make and change them."""

    def button(name: str, text: str, count: int, *, is_pressed: bool = False) -> str:
        state = attributes(data_collection=name, aria_pressed="true" if is_pressed else "false")
        return (
            f'<button type="button" class="collection"{state}>'
            f'<span>{text}</span><span class="collection-count">{count:,}</span></button>'
        )

    shown_all = button("", "All articles", articles, is_pressed=True)
    buttons = "".join(button(one.name, label(one.name), one.articles) for one in collections)
    names = "".join(f"<option{attributes(value=one.name)}></option>" for one in collections)
    return (
        f'<div class="collection-bar" role="group" aria-label="Collections">{shown_all}{buttons}'
        '<button type="button" class="quiet" data-new>New collection</button>'
        '<span class="collection-tools" hidden><button type="button" class="quiet" data-rename>Rename</button>'
        '<button type="button" class="quiet" data-delete>Delete</button></span>'
        f'<datalist id="collection-names">{names}</datalist></div>'
    )


def article_table(articles: Sequence[ArticleSummary], collections: Sequence[Collection] = ()) -> str:
    """All articles, newest first, with search, sorting, collections and removal.

    ``assets/articles.js`` brings them to life.
    """
    bar = collection_bar(collections, len(articles))
    if not articles:
        empty = '<p class="empty">No articles yet. Drop files above, or choose them.</p>'
        return bar + empty if collections else empty
    newest_first = sorted(articles, key=lambda article: (article.added, article.title), reverse=True)
    headings = "".join(
        f'<th scope="col" class="{column} {kind}">'
        f'<button type="button" data-sort="{column}" data-kind="{kind}">{heading}</button></th>'
        for column, heading, kind in _COLUMNS
    )
    rows = "".join(article_row(article) for article in newest_first)
    passages = counted(sum(article.passages for article in articles), "passage")
    return (
        f'{bar}<div class="table-tools"><label class="search"><span class="visually-hidden">Search articles</span>'
        '<input type="search" placeholder="Search articles" data-search></label>'
        f'<span class="count">{counted(len(articles), "article")} · {passages}</span>'
        '<button type="button" class="secondary" data-assign disabled>Collections…</button>'
        '<button type="button" class="danger" data-remove disabled>Remove</button></div>'
        '<div class="table-scroll" tabindex="0" role="region" aria-label="Articles"><table><thead><tr>'
        '<th class="select"><input type="checkbox" aria-label="Select all" data-select-all></th>'
        f"{headings}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def outcome_row(name: str, outcome: FileOutcome) -> str:
    """What became of one uploaded file."""
    word = STATUS_WORDS[outcome.status]
    detail = outcome.message or (counted(outcome.passages, "passage") if outcome.passages else "")
    return (
        f'<li class="outcome {outcome.status}"><span class="status">{word}</span>'
        f'<span class="name">{label(name)}</span><span class="detail" dir="auto">{escape(shown(detail))}</span></li>'
    )


def upload_report(rows: Sequence[str], done: int, total: int, current: str | None = None) -> str:
    """The progress of an upload and what became of each file so far."""
    if not total:
        return ""
    bar = ""
    if current is not None:
        share = round(100 * done / total)
        bar = (
            f'<div class="progress" role="progressbar" aria-valuemin="0" aria-valuemax="{total}" aria-valuenow="{done}"'
            f'{attributes(aria_label="Adding articles")}><span style="width:{share}%"></span></div>'
            f'<p class="progress-text">{done:,} of {total:,} · {label(current)}</p>'
        )
    return f'<section class="report" aria-live="polite">{bar}<ul class="outcomes">{"".join(rows)}</ul></section>'


def notice(message: str, *, is_error: bool = False) -> str:
    """A short message above the table."""
    role, tone = ("alert", "error") if is_error else ("status", "done")
    return f'<p class="notice {tone}" role="{role}">{escape(message)}</p>'
