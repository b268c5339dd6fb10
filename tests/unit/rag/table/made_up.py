"""Answers and tables for tests, over articles that exist only here."""

from __future__ import annotations

from rag.records import Answer, Article, ArticleSummary, Citation, Quote, Related
from rag.table.accounts import compare
from rag.table.records import Cell, Column, Row, Table


def article_of(number: int, text: str, **fields: str) -> Article:
    article_id = f"{number:016x}"
    known = {
        "title": f"Article {number}",
        "source": f"{number:03d}.txt",
        "path": f"/articles/{number:03d}.txt",
    } | fields
    return Article(article_id, text=text, **known)  # type: ignore[arg-type]


def summary_of(article: Article) -> ArticleSummary:
    return ArticleSummary(
        article.article_id,
        article.title,
        article.source,
        article.path,
        article.published,
        article.author,
        article.outlet,
        article.about,
        words=len(article.text.split()),
        passages=1,
        added="2026-01-05T09:30:00+00:00",
    )


def answer_of(question: str, article: Article, text: str, confidence: float = 0.9) -> Answer:
    start = article.text.index(text)
    quote = Quote(0, len(article.text), article.text)
    place = (article.article_id, article.title, article.source, None, start, start + len(text), text)
    citation = Citation(*place, quote=quote, confidence=confidence)
    return Answer(question, question, True, text, confidence, citations=(citation,))


def abstention(question: str, article: Article) -> Answer:
    related = Related(article.article_id, 0, len(article.text), article.text)
    return Answer(question, question, False, None, 0.1, related=(related,), reason="No passage says so.")


def row_of(article: Article) -> Row:
    return Row(
        article.article_id,
        "article",
        article.title,
        article.source,
        article.outlet,
        article.author,
        article.published,
        (article.article_id,),
    )


def table_of(articles: list[Article], answers: dict[str, list[str | None]]) -> Table:
    """A table of ``answers``: for each question what each article says, word for word, or None."""
    columns: list[Column] = []
    cells: list[Cell] = []
    for number, (question, texts) in enumerate(answers.items()):
        column, marked = compare(
            question,
            [
                Cell(
                    article.article_id,
                    number,
                    abstention(question, article) if text is None else answer_of(question, article, text),
                )
                for article, text in zip(articles, texts, strict=True)
            ],
        )
        columns.append(column)
        cells += marked
    return Table(tuple(map(row_of, articles)), tuple(columns), tuple(cells))
