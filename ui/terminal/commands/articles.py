"""``citespan articles``, ``show`` and ``remove``: what is in the store."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from ui.terminal.command import Command, Context, Outcome, count, find_article, reference
from ui.terminal.filters import add_filter_arguments, filters_of
from ui.terminal.styling import MARK_END, MARK_START, Terminal, visible, visible_lines

if TYPE_CHECKING:
    from rag.records import Article, ArticleSummary

CONTEXT = 200
"""Code points of the article shown on each side of a range."""


def _run_articles(context: Context) -> Outcome:
    from ui.json_documents import ArticleList

    with context.assistant() as assistant:
        filters = filters_of(assistant, context.arguments)
        articles = assistant.articles(filters)
    return Outcome(
        document=asdict(ArticleList(tuple(articles))),
        text=describe_articles(articles, context.terminal, is_limited=filters is not None),
    )


def describe_articles(articles: list[ArticleSummary], terminal: Terminal, *, is_limited: bool = False) -> str:
    """A table of the articles, or what to do when there are none; ``is_limited`` when not all were asked for."""
    if not articles:
        return "No article is like that." if is_limited else "No articles yet. Add some with: citespan add PATH"
    rows = [
        (
            article.article_id,
            visible(article.title),
            visible(article.outlet or ""),
            visible(article.published or ""),
            visible(article.source),
            f"{article.words:,}",
            visible(", ".join(article.collections)),
        )
        for article in articles
    ]
    header = ("id", "title", "outlet", "published", "file", "words", "collections")
    shown = len(header) if any(article.collections for article in articles) else -1
    table = terminal.table(header[:shown], [row[:shown] for row in rows], shrink=1)
    return f"{table}\n{count(len(articles), 'article')}"


def _add_show_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("article", metavar="ARTICLE", help="its id, the beginning of its id, or its file's name")
    parser.add_argument("--start", type=_offset, metavar="N", help="show the range that starts at this character")
    parser.add_argument("--end", type=_offset, metavar="N", help="and ends before this one")


def _offset(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of characters, 0 or more")
    return int(text)


def _run_show(context: Context) -> Outcome:
    from ui.json_documents import ArticleText

    arguments = context.arguments
    with context.assistant() as assistant:
        summary = find_article(assistant, arguments.article)
        article = assistant.article(summary.article_id)
    shown = ArticleText.of(summary, article, arguments.start, arguments.end)
    whole = arguments.start is None and arguments.end is None
    text = describe_article(article, None if whole else (shown.start, shown.end), context.terminal)
    return Outcome(document=asdict(shown), text=text)


def describe_article(article: Article, chosen: tuple[int, int] | None, terminal: Terminal) -> str:
    """The article's facts and its text; with a range, that range marked within the text around it."""
    facts = [fact for fact in (article.outlet, article.author, article.published, article.about) if fact]
    header = [terminal.style("bold", visible(article.title))]
    if facts:
        header.append(visible(" · ".join(facts)))
    if chosen is None:
        header.append(visible(f"{article.source} · id {article.article_id} · {len(article.text):,} characters"))
        return "\n".join(header) + "\n\n" + visible_lines(article.text)
    start, end = chosen
    header.append(visible(f"{reference(article.source, start, end, article.page_of(start))} · id {article.article_id}"))
    before, after = article.text[max(0, start - CONTEXT) : start], article.text[end : end + CONTEXT]
    excerpt = "".join(
        (
            "…" if start > CONTEXT else "",
            visible_lines(before),
            MARK_START,
            visible_lines(article.text[start:end]),
            MARK_END,
            visible_lines(after),
            "…" if end + CONTEXT < len(article.text) else "",
        )
    )
    return "\n".join(header) + "\n\n" + terminal.show_marks(excerpt)


def _add_remove_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "articles", nargs="+", metavar="ARTICLE", help="an id, the beginning of an id, or a file's name"
    )


def _run_remove(context: Context) -> Outcome:
    from ui.json_documents import RemovedArticles

    with context.assistant() as assistant:
        # All are looked up before any is removed: a mistyped id removes nothing.
        found = {(one := find_article(assistant, name)).article_id: one for name in context.arguments.articles}
        removed = [assistant.remove(article_id) for article_id in found]
    lines = [
        f"removed  {article.article_id}  {visible(article.title)} ({visible(article.source)})" for article in removed
    ]
    return Outcome(document=asdict(RemovedArticles(tuple(removed))), text="\n".join(lines))


ARTICLES = Command(
    name="articles",
    summary="list the articles in the store",
    description="Lists the articles with their ids, which show, remove and --article take.",
    add_arguments=add_filter_arguments,
    run=_run_articles,
)
SHOW = Command(
    name="show",
    summary="print an article, or the part of it that a citation names",
    description=(
        "Prints an article. With --start and --end, as citations give them, prints that range marked within the text "
        "around it; with --json, exactly the range. Offsets count Unicode characters from 0; the end is not included."
    ),
    add_arguments=_add_show_arguments,
    run=_run_show,
)
REMOVE = Command(
    name="remove",
    summary="remove articles from the store",
    description="Removes articles from the store and says which. The files they came from are not touched.",
    add_arguments=_add_remove_arguments,
    run=_run_remove,
)
