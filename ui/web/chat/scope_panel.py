"""The scope beside the question box, and the panel to choose it in; ``scope.html`` says how they look."""

from __future__ import annotations

from markupsafe import Markup

from rag.presentation.wording import counted
from ui.web.chat.reach import Reach, days_text, found_articles
from ui.web.chat.scope import scope_json
from ui.web.templates import macro

TEMPLATE = "chat/scope.html"
LISTED_AT_MOST = 100
"""Articles listed in the panel at a time; the others are found by their words."""
CHIPS_AT_MOST = 3
"""Chosen articles that have a chip each."""


def scope_bar(reach: Reach) -> Markup:
    """How many articles are searched, with a chip for each thing that narrows them; empty for an empty store."""
    if not reach.articles and not reach.is_narrowed:
        return Markup()
    size = "Searching no article" if reach.is_empty else f"Searching {reach.size}"
    return macro(TEMPLATE, "bar", reach, size, scope_json(reach.scope), _chips(reach))


def _chips(reach: Reach) -> list[tuple[str, str, str, str]]:
    """Kind, what a screen reader says before it, text and value of each chip."""
    scope = reach.scope
    titles = {article.article_id: article.title for article in reach.chosen}
    chips = [
        ("collection", "the collection ", f"{name} (gone)" if name in reach.gone else name, name)
        for name in scope.collections
    ]
    chips += [
        ("article", "the article ", titles.get(article_id, "An article that was removed"), article_id)
        for article_id in scope.article_ids[:CHIPS_AT_MOST]
    ]
    if (more := len(scope.article_ids) - CHIPS_AT_MOST) > 0:
        chips.append(("articles", "", f"and {counted(more, 'article')} more", ""))
    if days := days_text(scope):
        chips.append(("dates", "", f"Published {days}", ""))
    return chips


def scope_told(reach: Reach) -> str:
    """How far the scope reaches, for the panel's last line; plain text."""
    return "No article is in this scope. Nothing would be searched." if reach.is_empty else f"Searching {reach.size}"


def scope_rows(reach: Reach, words: str) -> Markup:
    """The articles to choose from that hold ``words``."""
    articles = found_articles(reach, words)
    return macro(TEMPLATE, "rows", articles[:LISTED_AT_MOST], len(articles) - LISTED_AT_MOST, reach.scope.article_ids)


def scope_panel(reach: Reach) -> Markup:
    """The panel's content: collections, articles, dates."""
    chosen = {name.casefold() for name in reach.scope.collections}
    return macro(TEMPLATE, "panel", reach, chosen, scope_rows(reach, ""), scope_told(reach))
