"""Which articles a question's filters let through."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date

from rag.errors import FilterError
from rag.records import Filters

ArticleRow = tuple[int, str, str, str | None, str | None]
"""The catalog's number, article_id, source, outlet and published date of an article."""


def matching_articles(rows: Sequence[ArticleRow], filters: Filters, members: Set[int] | None = None) -> list[int]:
    """The catalog's numbers of the articles that pass every filter, in the order of ``rows``.

    Args:
        members: the numbers of the articles in ``filters.collections``; None when no collection is named.

    Raises:
        FilterError: an article, source or outlet that no article has, a date that is not ISO 8601, or a range of
            dates that ends before it starts.
    """
    earliest = _bound(filters.published_from, "published_from")
    latest = _bound(filters.published_to, "published_to")
    if earliest and latest and earliest > latest:
        raise FilterError(f"published_from {earliest} lies after published_to {latest}. Swap the two dates")
    ids = set(filters.article_ids)
    sources = {source.casefold() for source in filters.sources}
    outlets = {outlet.casefold() for outlet in filters.outlets}
    _refuse_unknown("article id", filters.article_ids, {row[1] for row in rows})
    _refuse_unknown("source", filters.sources, {row[2] for row in rows})
    _refuse_unknown("outlet", filters.outlets, {row[3] for row in rows if row[3]})
    return [
        number
        for number, article_id, source, outlet, published in rows
        if (members is None or number in members)
        and (not ids or article_id in ids)
        and (not sources or source.casefold() in sources)
        and (not outlets or (outlet or "").casefold() in outlets)
        and _is_within(published, earliest, latest)
    ]


def _bound(value: str | None, name: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise FilterError(f"{name} is {value!r}, which is not a date. Write it as YYYY-MM-DD") from None


def _is_within(published: str | None, earliest: date | None, latest: date | None) -> bool:
    if earliest is None and latest is None:
        return True
    try:
        day = date.fromisoformat((published or "")[:10])
    except ValueError:
        return False
    return (earliest is None or earliest <= day) and (latest is None or day <= latest)


def _refuse_unknown(kind: str, wanted: Sequence[str], known: set[str]) -> None:
    exact = kind == "article id"
    present = known if exact else {name.casefold() for name in known}
    unknown = [name for name in wanted if (name if exact else name.casefold()) not in present]
    if unknown:
        names = ", ".join(repr(name) for name in unknown)
        raise FilterError(f"no article has the {kind} {names}. List what is stored with: citespan articles")
