"""The scope beside the question box, and the panel to choose it in, as safe HTML."""

from __future__ import annotations

from rag.records import ArticleSummary
from ui.labels import shown
from ui.web.chat.reach import Reach, days_text, found_articles
from ui.web.chat.scope import scope_json
from ui.web.escaping import attributes, escape, label
from ui.web.pieces import counted, date_text

LISTED_AT_MOST = 100
"""Articles listed in the panel at a time; the others are found by their words."""
_FUNNEL = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M3 4h14l-5.4 6.4V16l-3.2-1.8v-3.8z"/></svg>'
_CROSS = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M6 6l8 8M14 6l-8 8"/></svg>'


def scope_bar(reach: Reach) -> str:
    """How many articles are searched, with a chip for each thing that narrows them; empty for an empty store."""
    if not reach.articles and not reach.is_narrowed:
        return ""
    size = "Searching no article" if reach.is_empty else f"Searching {reach.size}"
    tone = " narrowed" if reach.is_narrowed else ""
    name = f"{size}. Choose which articles are searched"
    opener = (
        f'<button type="button" class="scope-open{tone}" data-scope-open aria-haspopup="dialog"'
        f"{attributes(aria_label=name)}>{_FUNNEL}<span>{size}</span></button>"
    )
    return f'<div class="scope"{attributes(data_scope=scope_json(reach.scope))}>{opener}{_chips(reach)}</div>'


def _chips(reach: Reach) -> str:
    scope = reach.scope
    chips = [_chip("collection", f"{name} (gone)" if name in reach.gone else name, name) for name in scope.collections]
    chosen = {article.article_id: article.title for article in reach.chosen}
    chips += [
        _chip("article", chosen.get(article_id, "An article that was removed"), article_id)
        for article_id in scope.article_ids[:3]
    ]
    if len(scope.article_ids) > 3:
        chips.append(_chip("articles", f"and {counted(len(scope.article_ids) - 3, 'article')} more", ""))
    if days := days_text(scope):
        chips.append(_chip("dates", f"Published {days}", ""))
    return f'<ul class="scope-chips">{"".join(chips)}</ul>' if chips else ""


def _chip(kind: str, text: str, value: str) -> str:
    meaning = {"collection": "the collection ", "article": "the article "}.get(kind, "")
    name = f"Take {meaning}{shown(text)} out of the scope"
    return (
        f'<li><button type="button" class="scope-chip"{attributes(data_drop=kind, data_value=value, aria_label=name)}>'
        f"<span>{label(text)}</span>{_CROSS}</button></li>"
    )


def scope_told(reach: Reach) -> str:
    """How far the scope reaches, for the panel's last line."""
    if reach.is_empty:
        return "No article is in this scope. Nothing would be searched."
    return escape(f"Searching {reach.size}")


def scope_rows(reach: Reach, words: str) -> str:
    """The articles to choose from that hold ``words``."""
    found = found_articles(reach, words)
    rows = "".join(_row(article, reach) for article in found[:LISTED_AT_MOST])
    if not found:
        return '<p class="scope-note">No article has these words.</p>'
    more = len(found) - LISTED_AT_MOST
    return rows + (f'<p class="scope-note">and {more:,} more: type to find them</p>' if more > 0 else "")


def _row(article: ArticleSummary, reach: Reach) -> str:
    checked = article.article_id in reach.scope.article_ids
    facts = " · ".join(part for part in (article.outlet or article.source, date_text(article.published)) if part)
    return (
        f'<label class="choice"><input type="checkbox"'
        f"{attributes(data_choose='article', value=article.article_id, checked=checked)}>"
        f'<span class="choice-text">{label(article.title)}'
        f'<span class="choice-facts">{label(facts)}</span></span></label>'
    )


def scope_panel(reach: Reach) -> str:
    """The panel's content: collections, articles, dates."""
    chosen = {name.casefold() for name in reach.scope.collections}
    collections = "".join(
        '<label class="choice"><input type="checkbox"'
        f"{attributes(data_choose='collection', value=one.name, checked=one.name.casefold() in chosen)}>"
        f'<span class="choice-text">{label(one.name)}</span><span class="choice-count">{one.articles:,}</span></label>'
        for one in reach.collections
    )
    if not collections:
        collections = '<p class="scope-note">None yet. Make them on the Articles tab.</p>'
    days = attributes(value=reach.scope.published_from), attributes(value=reach.scope.published_to)
    return (
        '<h2 id="scope-title">Which articles may answer?</h2>'
        f'<fieldset><legend>Collections</legend><div class="choices">{collections}</div></fieldset>'
        "<fieldset><legend>Articles</legend>"
        '<input type="search" data-scope-search aria-label="Find articles" placeholder="Find articles">'
        '<div class="choices scope-articles" tabindex="0" role="group" aria-label="Articles to choose from">'
        f"{scope_rows(reach, '')}</div></fieldset>"
        '<fieldset><legend>Published</legend><div class="scope-dates">'
        f'<label>From <input type="date" data-scope-day="published_from"{days[0]}></label>'
        f'<label>To <input type="date" data-scope-day="published_to"{days[1]}></label></div>'
        '<p class="scope-note">With a date here, articles without one are left out.</p></fieldset>'
        f'<p class="scope-told" role="status">{scope_told(reach)}</p>'
        '<div class="confirm-buttons"><button type="button" class="secondary" data-scope-all>All articles</button>'
        '<button type="button" class="secondary" data-scope-cancel>Cancel</button>'
        '<button type="button" class="primary" data-scope-apply>Search these</button></div>'
    )
