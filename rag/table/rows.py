"""Articles to the rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.records import ArticleSummary
from rag.table.records import Row, RowKind

WITHOUT_DATE = "No date"


def table_rows(articles: Sequence[ArticleSummary], kind: RowKind) -> tuple[Row, ...]:
    """One row for each article, in title order; each collection, by name; or each month, newest first.

    An article in several collections belongs to several rows; one in none, to none.
    """
    if kind == "article":
        ordered = sorted(articles, key=lambda article: (article.title.casefold(), article.article_id))
        return tuple(_article_row(article) for article in ordered)
    if kind == "collection":
        names = sorted({name for article in articles for name in article.collections}, key=str.casefold)
        return tuple(_group(name, kind, name, (a for a in articles if name in a.collections)) for name in names)
    months = sorted({_month(article) for article in articles}, reverse=True)
    return tuple(
        _group(month, kind, month or WITHOUT_DATE, (a for a in articles if _month(a) == month)) for month in months
    )


def _article_row(article: ArticleSummary) -> Row:
    return Row(
        row_id=article.article_id,
        kind="article",
        title=article.title,
        source=article.source,
        outlet=article.outlet,
        author=article.author,
        published=article.published,
        article_ids=(article.article_id,),
    )


def _group(row_id: str, kind: RowKind, title: str, articles: Iterable[ArticleSummary]) -> Row:
    return Row(row_id, kind, title, article_ids=tuple(sorted(article.article_id for article in articles)))


def _month(article: ArticleSummary) -> str:
    return (article.published or "")[:7]
