"""When a web page's article was published, by the page's own statements about it; never guessed from its text.

In the order of trust: schema.org's JSON-LD, the page's ``meta`` elements, microdata, ``time`` elements at the article's
head, the page's own address. A modification is no publication, and what belongs to another article is not asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from rag.ingest.formats.metadata import iso_date

_ARTICLE_TYPE = re.compile(r"(?:\w*Article|BlogPosting|LiveBlogPosting|SocialMediaPosting|Report|Review|CreativeWork)")
_PAGE_TYPE = re.compile(r"(?:WebPage|\w+Page)")
_PUBLISHED_NAMES = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "article:published",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "citation_publication_date",
    "citation_date",
    "dcterms.date",
    "dc.date",
    "parsely-pub-date",
    "sailthru.date",
    "publication_date",
    "publication-date",
    "publishdate",
    "publish-date",
    "publish_date",
    "pubdate",
    "originalpublicationdate",
    "article_date_original",
    "article.published",
    "og:published_time",
    "published",
    "date",
)
"""Names of ``meta`` elements, the surest first."""
_ELSEWHERE = re.compile(
    r"(?:^|[-_ ])(?:related|recommend\w*|sidebar|comments?|teasers?|promo|footer|widget|popular|trending|cards?|more"
    r"|newsletter|archive|breadcrumb|nav|menu|latest|read-?next|see-?also)(?:$|[-_ ])",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"updat|modif|revis|edited|correct|last.?change|aktualis|mis à jour", re.IGNORECASE)
_LABEL = re.compile(r"publi|posted|entry-?date|dateline|pubdate|released|issued", re.IGNORECASE)
_DATED_ADDRESS = re.compile(r"/((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})/")
_RUNNING_TEXT = 80
"""Characters beside a ``time`` element from which it stands in a sentence, not at the article's head."""


def published(tree: Any) -> str | None:
    """The ISO date on which the article of a parsed page was published, or None when the page does not say so once."""
    for find in (_from_json_ld, _from_meta, _from_microdata, _from_times, _from_address):
        date = find(tree)
        if date is not None:
            return date
    return None


def _from_json_ld(tree: Any) -> str | None:
    articles: list[dict[str, Any]] = []
    pages: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "") and script.text:
            for node in _top_nodes(script.text):
                kinds = node.get("@type", "")
                names = kinds if isinstance(kinds, list) else [kinds]
                if any(isinstance(name, str) and _ARTICLE_TYPE.fullmatch(name) for name in names):
                    articles.append(node)
                elif any(isinstance(name, str) and _PAGE_TYPE.fullmatch(name) for name in names):
                    pages.append(node)
    for nodes in (_of_this_page(articles, tree), pages):
        for key in ("datePublished", "dateCreated"):
            dates = {date for node in nodes if (date := _date_of(node.get(key)))}
            if dates:
                return dates.pop() if len(dates) == 1 else None
    return None


def _top_nodes(source: str) -> Iterator[dict[str, Any]]:
    """The nodes that a JSON-LD script describes for their own sake: its roots, its graph and their main entities."""
    try:
        root = json.loads(source, strict=False)
    except (ValueError, RecursionError):
        return
    waiting = [root]
    for _ in range(1_000):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            yield node
            waiting += [node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node]


def _of_this_page(articles: list[dict[str, Any]], tree: Any) -> list[dict[str, Any]]:
    """Those of several articles that are the page's own: by its address, else by its headline."""
    if len(articles) < 2:
        return articles
    address = _address(tree)
    if address:
        own = [node for node in articles if _names_address(node, address)]
        if own:
            return own
    headings = {" ".join(heading.text_content().split()).casefold() for heading in tree.iter("h1")}
    own = [node for node in articles if " ".join(str(node.get("headline", "")).split()).casefold() in headings]
    return own or articles


def _names_address(node: dict[str, Any], address: str) -> bool:
    stated = json.dumps([node.get(key) for key in ("@id", "url", "mainEntityOfPage")], ensure_ascii=False)
    return f'"{address}"' in stated or f'"{address}#' in stated


def _address(tree: Any) -> str:
    for link in tree.iter("link"):
        if link.get("rel") == "canonical" and link.get("href"):
            return str(link.get("href"))
    return next((str(meta.get("content")) for meta in tree.iter("meta") if meta.get("property") == "og:url"), "")


def _from_meta(tree: Any) -> str | None:
    stated: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if meta.get("content"):
            stated.setdefault(name.lower(), meta.get("content"))
    return next((date for name in _PUBLISHED_NAMES if (date := _date_of(stated.get(name)))), None)


def _from_microdata(tree: Any) -> str | None:
    dates = {
        date
        for element in tree.iter()
        if element.get("itemprop") == "datePublished" and not _is_elsewhere(element)
        if (date := _date_of(element.get("content") or element.get("datetime") or element.text_content()))
    }
    return dates.pop() if len(dates) == 1 else None


def _from_times(tree: Any) -> str | None:
    scope = _article(tree)
    labelled: list[str] = []
    plain: list[str] = []
    for element in scope.iter("time"):
        date = _date_of(element.get("datetime") or element.text_content())
        if date is None or _is_elsewhere(element, scope) or _is_changed(element) or _is_in_running_text(element):
            continue
        own = f"{element.get('class', '')} {element.getparent().get('class', '')} {_before(element)}"
        is_labelled = "pubdate" in element.attrib or _LABEL.search(own) is not None
        (labelled if is_labelled else plain).append(date)
    for dates in (labelled, plain):
        if dates:
            return dates[0] if len(set(dates)) == 1 else None
    return None


def _article(tree: Any) -> Any:
    """The element that holds the page's article: the one with the main heading, else the only one, else the page."""
    articles = [element for element in tree.iter("article") if not _is_elsewhere(element)]
    own = [element for element in articles if element.find(".//h1") is not None]
    if own or len(articles) == 1:
        return (own or articles)[0]
    mains = list(tree.iter("main"))
    return mains[0] if len(mains) == 1 else tree


def _is_elsewhere(element: Any, scope: Any = None) -> bool:
    """Whether an element belongs to another article, a footer or the page around the article."""
    for ancestor in element.iterancestors():
        if ancestor is scope:
            return False
        if ancestor.tag in ("aside", "footer", "nav"):
            return True
        if scope is not None and ancestor.tag == "article":
            return True
        names = f"{ancestor.get('class', '')} {ancestor.get('id', '')}"
        if ancestor.tag not in ("body", "html") and _ELSEWHERE.search(names):
            return True
    return False


def _is_changed(element: Any) -> bool:
    parent = element.getparent()
    names = f"{element.get('class', '')} {element.get('itemprop', '')} {parent.get('class', '')}"
    return _CHANGED.search(names) is not None or _CHANGED.search(_before(element)[-40:]) is not None


def _before(element: Any) -> str:
    """The text right before an element in its parent."""
    previous = element.getprevious()
    if previous is None:
        return str(element.getparent().text or "")
    return str(previous.tail or "") if (previous.tail or "").strip() else str(previous.text_content())[-40:]


def _is_in_running_text(element: Any) -> bool:
    parent = element.getparent()
    if parent.tag not in ("p", "li", "td", "blockquote", "dd", "figcaption"):
        return parent.tag in ("em", "strong", "b", "i") and _is_in_running_text(parent)
    return len(parent.text_content()) - len(element.text_content()) > _RUNNING_TEXT


def _from_address(tree: Any) -> str | None:
    match = _DATED_ADDRESS.search(_address(tree))
    return _date_of("-".join(match.groups())) if match else None


def _date_of(value: Any) -> str | None:
    return iso_date(value) if isinstance(value, str) else None
