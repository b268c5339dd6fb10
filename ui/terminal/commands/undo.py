"""``citespan undo``: bring back articles that were removed or overwritten."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from rag.errors import ArticleNotFoundError, InputError
from ui.terminal.command import Command, Context, Outcome, count
from ui.terminal.styling import Terminal, visible

if TYPE_CHECKING:
    from rag.records import RemovedArticle


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "articles",
        nargs="*",
        metavar="ARTICLE",
        help="an id, the beginning of an id, or a file's name; none lists them",
    )


def _run(context: Context) -> Outcome:
    with context.assistant() as assistant:
        removed = assistant.removed()
        chosen = list(dict.fromkeys(_chosen(removed, name) for name in context.arguments.articles))
        brought = [assistant.undo(article_id) for article_id in chosen]
        left = assistant.removed()
    document = {"restored": [asdict(article) for article in brought], "removed": [asdict(article) for article in left]}
    if not context.arguments.articles:
        return Outcome(document=document, text=describe_removed(left, context.terminal))
    lines = [f"restored  {article.article_id}  {visible(article.title)}" for article in brought]
    return Outcome(document=document, text="\n".join(lines))


def _chosen(removed: list[RemovedArticle], name: str) -> str:
    for matches in (
        [article for article in removed if article.article_id == name],
        [article for article in removed if article.source == name],
        [article for article in removed if name and article.article_id.startswith(name.lower())],
    ):
        if len(matches) == 1:
            return matches[0].article_id
        if matches:
            listed = ", ".join(f"{article.article_id} ({article.title}, {article.removed})" for article in matches[:5])
            raise InputError(f"{name!r} could be any of {len(matches)} removed articles: {listed}. Name one by its id")
    raise ArticleNotFoundError(name)


def describe_removed(removed: list[RemovedArticle], terminal: Terminal) -> str:
    """A table of what can be brought back, or that there is nothing."""
    if not removed:
        return "Nothing can be brought back."
    rows = [
        (article.article_id, visible(article.title), visible(article.source), article.why, article.removed)
        for article in removed
    ]
    table = terminal.table(("id", "title", "file", "why", "when"), rows, shrink=1)
    return f"{table}\n{count(len(removed), 'article')}. Bring one back with: citespan undo ID"


COMMAND = Command(
    name="undo",
    summary="bring back articles that were removed or overwritten",
    description=(
        "Lists the articles that were removed, or whose file now holds another text, and brings back those that are "
        "named, as they were, collections included. They are kept for index.undo_days (30)."
    ),
    add_arguments=_add_arguments,
    run=_run,
)
