"""A citation and a cell in words, the same in every file."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.records import Answer, ArticleSummary, Citation, Related

Sources = Mapping[str, ArticleSummary]
"""What is known of the cited articles, by id; one that was removed meanwhile is missing."""
NOT_HERE = "not in this article"
NOT_THERE = "not in these articles"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters, halves of surrogate pairs and non-characters: no XML file can hold them."""


def printable(text: str) -> str:
    """``text`` with what no office file can hold as U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """``text`` printable, with single blanks for white space and line breaks."""
    return printable(" ".join(text.split()))


def reference(citation: Citation, sources: Sources) -> str:
    """Where a citation stands: title, outlet, date, page, and file with the range of characters."""
    return _where(
        citation.title, citation.article_id, citation.source, citation.start, citation.end, sources, citation.page
    )


def related_reference(related: Related, sources: Sources) -> str:
    """Where a passage that was looked at stands, in the same words."""
    article = sources.get(related.article_id)
    title, source = (article.title, article.source) if article else ("", related.article_id)
    return _where(title, related.article_id, source, related.start, related.end, sources, None)


def link(article_id: str, start: int, end: int) -> str:
    """The permanent address of a place in an article, below the address of the page: ``/article/ID#start-end``."""
    return f"/article/{article_id}#{start}-{end}"


def supporting(answer: Answer) -> list[Citation]:
    """The citations that give the answer."""
    return [citation for citation in answer.citations if citation.stance == "supports"]


def differing(answer: Answer) -> list[Citation]:
    """The citations of accounts that contradict the answer, each once."""
    found = [citation for citation in answer.citations if citation.stance == "differs"]
    found += [one for other in answer.alternatives for one in other.citations if one.stance == "differs"]
    return list(dict.fromkeys(found))


def cell_text(answer: Answer | None, *, is_group: bool = False) -> str:
    """What a cell says on one line: the answer, or that it is not there; nothing while it is not filled."""
    if answer is None:
        return ""
    if answer.answered and answer.answer:
        return one_line(answer.answer)
    return NOT_THERE if is_group else NOT_HERE


def _where(title: str, article_id: str, source: str, start: int, end: int, sources: Sources, page: int | None) -> str:
    article = sources.get(article_id)
    facts = [
        title,
        article.outlet if article else None,
        article.published if article else None,
        f"page {page}" if page is not None else None,
        f"{source}:{start}-{end}",
    ]
    return one_line(", ".join(fact for fact in facts if fact))
