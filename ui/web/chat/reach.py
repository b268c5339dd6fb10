"""What a scope means on the store as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.presentation.wording import counted, date_text
from rag.records import ArticleSummary, Collection, Filters
from ui.web.chat.scope import Scope

if TYPE_CHECKING:
    from rag.assistant import Assistant


@dataclass(frozen=True, slots=True)
class Reach:
    """A scope with what it lets through.

    Attributes:
        articles: every article there is.
        inside: the ids of those in the scope.
        chosen: the articles that were chosen one by one and still exist.
        collections: every collection there is.
        gone: the collections that were chosen and do not exist any more.
        filters: what the engine is asked with; None for all articles. Not to be used when the reach is empty.
    """

    scope: Scope
    articles: tuple[ArticleSummary, ...]
    inside: frozenset[str]
    chosen: tuple[ArticleSummary, ...]
    collections: tuple[Collection, ...]
    gone: tuple[str, ...]
    filters: Filters | None

    @property
    def is_narrowed(self) -> bool:
        """Whether something was chosen."""
        return not self.scope.is_everything

    @property
    def is_empty(self) -> bool:
        """Whether something was chosen, and no article is in it."""
        return self.is_narrowed and not self.inside

    @property
    def size(self) -> str:
        """``all 25 articles``, ``12 of 25 articles``."""
        if not self.is_narrowed:
            return f"all {counted(len(self.articles), 'article')}"
        return f"{len(self.inside):,} of {counted(len(self.articles), 'article')}"

    @property
    def text(self) -> str:
        """The scope in words: ``12 of 25 articles: Interviews, published since 1 Jan 2024``."""
        named = [*self.scope.collections]
        if len(self.scope.article_ids) == 1 and self.chosen:
            named.append(f"“{self.chosen[0].title}”")
        elif self.scope.article_ids:
            named.append(counted(len(self.scope.article_ids), "chosen article"))
        named += [f"published {days}"] if (days := days_text(self.scope)) else []
        return f"{self.size}: {', '.join(named)}" if named else self.size


def days_text(scope: Scope) -> str:
    """The range of dates in words; empty when there is none."""
    earliest, latest = date_text(scope.published_from), date_text(scope.published_to)
    if earliest and latest:
        return f"{earliest} – {latest}" if earliest != latest else f"on {earliest}"
    return f"since {earliest}" if earliest else f"until {latest}" if latest else ""


def reach_of(assistant: Assistant, scope: Scope) -> Reach:
    """What ``scope`` means on the store now. What no longer exists is in no scope, and never widens one.

    Raises:
        CiteSpanError: the store cannot be read, or the dates contradict each other.
    """
    articles = tuple(assistant.articles())
    collections = tuple(assistant.collections())
    known = {collection.name.casefold(): collection.name for collection in collections}
    names = {known[name.casefold()] for name in scope.collections if name.casefold() in known}
    ids = frozenset(scope.article_ids)
    chosen = tuple(article for article in articles if article.article_id in ids)
    within = Filters(published_from=scope.published_from, published_to=scope.published_to)
    filters: Filters | None = None if within.is_empty else within
    if scope.collections or scope.article_ids:
        either = tuple(a.article_id for a in articles if a.article_id in ids or not names.isdisjoint(a.collections))
        filters = replace(within, article_ids=either)
        found = assistant.articles(filters) if either else []
        if names and not chosen:
            filters = replace(within, collections=tuple(sorted(names)))
    else:
        found = list(articles) if filters is None else assistant.articles(filters)
    inside = frozenset(article.article_id for article in found)
    gone = tuple(name for name in scope.collections if name.casefold() not in known)
    return Reach(scope, articles, inside, chosen, collections, gone, filters)


def found_articles(reach: Reach, words: str) -> Sequence[ArticleSummary]:
    """The articles whose title, file, outlet or collections hold every one of ``words``; the chosen ones first."""
    wanted = words.casefold().split()

    def matches(article: ArticleSummary) -> bool:
        facts = (article.title, article.source, article.outlet or "", *article.collections)
        text = " ".join(facts).casefold()
        return all(word in text for word in wanted)

    ids = frozenset(reach.scope.article_ids)
    found = [article for article in reach.articles if matches(article)]
    return sorted(found, key=lambda article: (article.article_id not in ids, article.title.casefold()))
