"""The Articles tab's table and upload results as HTML; ``table.html`` says how they look."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from rag.records import ArticleSummary, Collection, FileOutcome
from ui.web.templates import macro

TEMPLATE = "articles/table.html"
STATUS_WORDS = {
    "added": "Added",
    "updated": "Updated",
    "unchanged": "Already here",
    "duplicate": "Duplicate",
    "failed": "Not added",
}
COLUMNS = (
    ("title", "Title", "text"),
    ("outlet", "Outlet", "text"),
    ("published", "Date", "text"),
    ("collections", "Collections", "text"),
    ("words", "Words", "number"),
    ("passages", "Passages", "number"),
    ("added", "Added", "text"),
)


def article_table(articles: Sequence[ArticleSummary], collections: Sequence[Collection] = ()) -> Markup:
    """All articles, newest first, with search, sorting, collections and removal."""
    newest_first = sorted(articles, key=lambda article: (article.added, article.title), reverse=True)
    return macro(TEMPLATE, "table", newest_first, collections, COLUMNS, len(articles))


def outcome_row(name: str, outcome: FileOutcome) -> Markup:
    """What became of one uploaded file."""
    return macro(TEMPLATE, "outcome", name, outcome, STATUS_WORDS[outcome.status])


def upload_report(rows: Sequence[Markup], done: int, total: int, current: str | None = None) -> Markup:
    """The progress of an upload and what became of each file so far."""
    return macro(TEMPLATE, "report", rows, done, total, current) if total else Markup()
