"""The JSON objects that the command line prints and that programs get over REST, MCP and the page's own interface.

Each is a frozen value whose ``dataclasses.asdict`` is the object; ``Answer`` is one already.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rag.errors import InputError
from rag.records import AddReport, Article, ArticleSummary, FileOutcome, Retrieved, Span


@dataclass(frozen=True, slots=True)
class ArticleList:
    """The stored articles, by title, without their texts."""

    articles: tuple[ArticleSummary, ...]


@dataclass(frozen=True, slots=True)
class RemovedArticles:
    """The articles that are no longer stored."""

    removed: tuple[ArticleSummary, ...]


@dataclass(frozen=True, slots=True)
class AddedFiles:
    """What became of files that were to be added: how many by status, then each of them, in order.

    Attributes:
        seconds: how long it took.
        unsupported: files in folders that were passed over, as they are of no supported format.
    """

    added: int
    updated: int
    unchanged: int
    duplicate: int
    failed: int
    files: tuple[FileOutcome, ...]
    seconds: float
    unsupported: tuple[str, ...] = ()

    @classmethod
    def of(cls, report: AddReport) -> AddedFiles:
        """The object of ``report``."""
        return cls(
            added=len(report.with_status("added")),
            updated=len(report.with_status("updated")),
            unchanged=len(report.with_status("unchanged")),
            duplicate=len(report.with_status("duplicate")),
            failed=len(report.with_status("failed")),
            files=report.files,
            seconds=report.seconds,
            unsupported=report.unsupported,
        )


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article with its text, or with a part of it. Offsets count Unicode code points of the whole text.

    Attributes:
        characters: length of the whole text.
        page: the 1-based page of ``start``, or null for files without pages.
        text: exactly the range from ``start`` to ``end``.
        boilerplate: ranges of the whole text that are not content.
        pages: the offset at which each page starts.
    """

    article_id: str
    title: str
    source: str
    path: str
    published: str | None
    author: str | None
    outlet: str | None
    about: str | None
    words: int
    added: str
    collections: tuple[str, ...]
    characters: int
    page: int | None
    start: int
    end: int
    text: str
    boilerplate: tuple[Span, ...]
    pages: tuple[int, ...]

    @classmethod
    def of(
        cls, summary: ArticleSummary, article: Article, start: int | None = None, end: int | None = None
    ) -> ArticleText:
        """The range from ``start`` (default: the beginning) to ``end`` (default: the end) of ``article``.

        Raises:
            InputError: the range is empty or not in the text.
        """
        first = 0 if start is None else start
        last = len(article.text) if end is None else end
        if not 0 <= first < last <= len(article.text):
            raise InputError(
                f"the range {first} to {last} is not in {article.source}, which has the characters 0 to "
                f"{len(article.text)}"
            )
        return cls(
            article_id=summary.article_id,
            title=summary.title,
            source=summary.source,
            path=summary.path,
            published=summary.published,
            author=summary.author,
            outlet=summary.outlet,
            about=summary.about,
            words=summary.words,
            added=summary.added,
            collections=summary.collections,
            characters=len(article.text),
            page=article.page_of(first),
            start=first,
            end=last,
            text=article.text[first:last],
            boilerplate=article.boilerplate,
            pages=article.pages,
        )


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that a search found.

    Attributes:
        score: higher is better; compares within one question only.
        word_score: BM25, or null when the word index did not find it.
        vector_score: cosine similarity, or null when the vector index did not find it.
    """

    article_id: str
    title: str
    source: str
    page: int | None
    start: int
    end: int
    text: str
    score: float
    word_score: float | None
    vector_score: float | None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The passages closest to a question, best first."""

    question: str
    passages: tuple[FoundPassage, ...]

    @classmethod
    def of(cls, question: str, found: Iterable[Retrieved]) -> SearchResult:
        """What was retrieved for ``question``."""
        return cls(question, tuple(_found(retrieved) for retrieved in found))


def _found(retrieved: Retrieved) -> FoundPassage:
    article, passage = retrieved.article, retrieved.passage
    return FoundPassage(
        article_id=article.article_id,
        title=article.title,
        source=article.source,
        page=article.page_of(passage.start),
        start=passage.start,
        end=passage.end,
        text=retrieved.text,
        score=retrieved.score,
        word_score=retrieved.word_score,
        vector_score=retrieved.vector_score,
    )
