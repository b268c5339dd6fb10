"""How records become catalog columns and come back; blobs are little-endian whatever the machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rag.errors import FileError
from rag.index.vectors.protocol import Ids, Vectors
from rag.originals import Place
from rag.records import Article, ArticleSummary, Passage, Span

SUMMARY_COLUMNS = (
    "article_id, title, source, path, published, author, outlet, about, words, passages, added, "
    "(SELECT json_group_array(json_array(key, name)) FROM memberships "
    "JOIN collections ON collections.id = collection WHERE article = articles.id)"
)
ARTICLE_COLUMNS = "article_id, title, source, path, text, published, author, outlet, about, boilerplate, pages"
PASSAGE_COLUMNS = 'passages.id, passages.start, passages."end", passages.sentences'

OFFSETS = np.dtype("<i4")
IDS = np.dtype("<i8")
FLOATS = np.dtype("<f4")


def ranges_to_blob(spans: Sequence[Span]) -> bytes:
    """Pairs ``start, end`` as int32."""
    return np.array([(span.start, span.end) for span in spans], dtype=OFFSETS).tobytes()


def ranges_from_blob(blob: bytes) -> tuple[Span, ...]:
    """The spans that ``ranges_to_blob`` wrote.

    Raises:
        ValueError: the blob is not a list of non-empty ranges.
    """
    return tuple(Span(start, end) for start, end in np.frombuffer(blob, dtype=OFFSETS).reshape(-1, 2).tolist())


def offsets_to_blob(offsets: Sequence[int]) -> bytes:
    """Offsets as int32."""
    return np.array(offsets, dtype=OFFSETS).tobytes()


def offsets_from_blob(blob: bytes) -> tuple[int, ...]:
    """The offsets that ``offsets_to_blob`` wrote."""
    return tuple(np.frombuffer(blob, dtype=OFFSETS).tolist())


def places_to_blob(places: Sequence[Place]) -> bytes:
    """Four int32 for each place."""
    return np.array(places, dtype=OFFSETS).tobytes()


def places_from_blob(blob: bytes) -> tuple[Place, ...]:
    """The places that ``places_to_blob`` wrote.

    Raises:
        ValueError: the blob is not a list of places.
    """
    rows = np.frombuffer(blob, dtype=OFFSETS).reshape(-1, 4).tolist()
    return tuple((start, page, index, count) for start, page, index, count in rows)


def ids_to_blob(ids: Sequence[int]) -> bytes:
    """Passage ids as int64."""
    return np.array(ids, dtype=IDS).tobytes()


def ids_from_blob(blob: bytes) -> Ids:
    """The ids that ``ids_to_blob`` wrote, ``int64[n]``."""
    return np.frombuffer(blob, dtype=IDS).astype(np.int64)


def vectors_from_blobs(blobs: Sequence[bytes]) -> Vectors:
    """``float32[n, dim]`` from n blobs of one length.

    Raises:
        ValueError: the blobs differ in length or are not whole floats.
    """
    return np.stack([np.frombuffer(blob, dtype=FLOATS) for blob in blobs]).astype(np.float32, copy=False)


def metadata_values(article: Article) -> tuple[str | None, ...]:
    """The columns title, source, path, published, author, outlet and about.

    Raises:
        FileError: one of them, or the text, holds lone surrogates, which no encoding can keep.
    """
    values = (
        article.title,
        article.source,
        article.path,
        article.published,
        article.author,
        article.outlet,
        article.about,
    )
    try:
        for value in (*values, article.text):
            (value or "").encode("utf-8")
    except UnicodeEncodeError:
        raise FileError(
            article.path.encode("utf-8", "replace").decode("utf-8"),
            "its name or content holds characters that are not valid Unicode",
            "Rename the file or save it again as UTF-8",
        ) from None
    return values


def summary_from_row(row: Sequence[Any]) -> ArticleSummary:
    """The summary in a row of ``SUMMARY_COLUMNS``."""
    names = tuple(name for _, name in sorted(json.loads(row[-1])))
    return replace(ArticleSummary(*row[:-1]), collections=names)


def article_from_row(row: Sequence[Any]) -> Article:
    """The article in a row of ``ARTICLE_COLUMNS``."""
    article_id, title, source, path, text, published, author, outlet, about, boilerplate, pages = row
    return Article(
        article_id=article_id,
        title=title,
        source=source,
        path=path,
        text=text,
        published=published,
        author=author,
        outlet=outlet,
        about=about,
        boilerplate=ranges_from_blob(boilerplate),
        pages=offsets_from_blob(pages),
    )


def passage_from_row(article_id: str, row: Sequence[Any]) -> Passage:
    """The passage in a row of ``PASSAGE_COLUMNS``."""
    number, start, end, sentences = row
    return Passage(article_id, start, end, ranges_from_blob(sentences), number)
