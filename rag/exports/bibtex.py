"""Articles as BibTeX entries."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rag.exports.authors import Name, author_names
from rag.exports.citations import one_line
from rag.records import ArticleSummary

_SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WORD = re.compile(r"[A-Za-z]+")
_SKIPPED = frozenset("a an and at by for from in of on or the to with".split())


def bibtex(articles: Iterable[ArticleSummary]) -> bytes:
    """One entry for each article, in the order given. UTF-8, as BibLaTeX's biber and current BibTeX tools read it."""
    taken: set[str] = set()
    entries = []
    for article in articles:
        key = _key(article, taken)
        taken.add(key)
        entries.append(_entry(key, article))
    return "\n".join(entries).encode("utf-8", "replace")


def _entry(key: str, article: ArticleSummary) -> str:
    year, month, day = (*(article.published or "").split("-"), "", "", "")[:3]
    fields = {
        "title": f"{{{escaped(article.title)}}}",
        "author": " and ".join(map(_written, author_names(article.author))),
        "journal": escaped(article.outlet or ""),
        "year": year if year.isdecimal() else "",
        "month": _MONTHS[int(month) - 1] if month.isdecimal() and 1 <= int(month) <= 12 else "",
        "day": str(int(day[:2])) if day[:2].isdecimal() else "",
        "note": escaped(f"File {article.source}, CiteSpan article {article.article_id}"),
    }
    kind = "article" if article.outlet else "misc"
    lines = [
        f"  {name} = {value}," if name == "month" else f"  {name} = {{{value}}},"
        for name, value in fields.items()
        if value
    ]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def escaped(text: str) -> str:
    """``text`` on one line with every sign that TeX gives a meaning written as itself."""
    return "".join(_SIGNS.get(character, character) for character in one_line(text))


def _written(name: Name) -> str:
    """ "Family, Given"; braces keep a single name from being taken apart."""
    return f"{escaped(name.family)}, {escaped(name.given)}" if name.given else f"{{{escaped(name.family)}}}"


def _key(article: ArticleSummary, taken: set[str]) -> str:
    """A key such as ``doe2025ceasefire``, made distinct by the article's id."""
    names = author_names(article.author)
    first = _plain(names[0].family if names else article.outlet or "")
    words = [word for word in _plain(article.title, joined=False).split() if word not in _SKIPPED]
    key = f"{first}{(article.published or '')[:4]}{words[0] if words else ''}"
    if not key[:1].isalpha():
        key = f"article{key}"
    return f"{key}-{article.article_id[:8]}" if key in taken else key


def _plain(text: str, *, joined: bool = True) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return ("" if joined else " ").join(_WORD.findall(ascii_only.lower()))
