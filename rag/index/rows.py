"""How records become catalog columns and come back; blobs are little-endian whatever the machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from rag.article_ids import article_id_of
from rag.errors import FileError
from rag.index.checksums import ARTICLE_VALUES, RowDamagedError, checksum, embedding_checksum
from rag.index.vectors.protocol import Ids, Vectors
from rag.originals import Original, Place
from rag.records import Article, ArticleSummary, Passage, Span

SUMMARY_COLUMNS = (
    "article_id, title, source, path, published, author, outlet, about, words, passages, added, "
    "(SELECT json_group_array(json_array(CAST(key AS TEXT), CAST(name AS TEXT))) FROM memberships "
    "JOIN collections ON collections.id = collection WHERE article = articles.id)"
)
ARTICLE_COLUMNS = f"text, (SELECT checksum FROM article_checksums WHERE article = articles.id), {ARTICLE_VALUES}"
PASSAGE_COLUMNS = 'passages.checksum, passages.id, passages.article, passages.start, passages."end", passages.sentences'

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
    """The summary in a row of ``SUMMARY_COLUMNS``; a value of a wrong type is shown as well as it can be.

    Lists are how a damaged article is found and removed, so they never fail for one.
    """
    names = tuple(name for _, name in sorted(json.loads(row[-1])))
    article_id, title, source, path, published, author, outlet, about, words, passages, added = row[:-1]
    return ArticleSummary(
        article_id=_as_text(article_id) or "",
        title=_as_text(title) or "",
        source=_as_text(source) or "",
        path=_as_text(path) or "",
        published=_as_text(published),
        author=_as_text(author),
        outlet=_as_text(outlet),
        about=_as_text(about),
        words=words if isinstance(words, int) else 0,
        passages=passages if isinstance(passages, int) else 0,
        added=_as_text(added) or "",
        collections=names,
    )


def article_from_row(row: Sequence[Any]) -> Article:
    """The article in a row of ``ARTICLE_COLUMNS``.

    Raises:
        RowDamagedError: its text is not the one that its id is the hash of, or another value was changed.
    """
    text, stored, *values = row
    article_id, title, source, path, published, author, outlet, about, boilerplate, pages = values
    if not isinstance(text, str) or article_id_of(text) != article_id:
        raise RowDamagedError("its text is not the one that was added")
    if checksum(*values) != stored:
        raise RowDamagedError("its title or other metadata are not those that were added")
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
    """The passage in a row of ``PASSAGE_COLUMNS``.

    Raises:
        RowDamagedError: it is not what was stored.
    """
    stored, *values = row
    if checksum(*values) != stored:
        raise RowDamagedError(f"its passage {values[0]} is not the one that was stored")
    number, _, start, end, sentences = values
    return Passage(article_id, start, end, ranges_from_blob(sentences), number)


def original_from_row(row: Sequence[Any]) -> Original | None:
    """The file in a row of checksum, places and data, or None where there is none.

    Raises:
        RowDamagedError: it is not what was stored.
    """
    stored, places, data = row
    if data is None and stored is None:
        return None
    if checksum(places, data) != stored:
        raise RowDamagedError("its file is not the one that was added")
    return Original(data, places_from_blob(places))


def vectors_from_rows(rows: Sequence[tuple[int, int, bytes]]) -> Vectors:
    """``float32[n, dim]`` from n rows of passage, checksum and vector; n is at least 1.

    Raises:
        RowDamagedError: one of them is not what was stored; ``passage`` is its number.
    """
    for number, stored, vector in rows:
        if embedding_checksum(number, vector) != stored:
            raise EmbeddingDamagedError(number)
    return np.stack([np.frombuffer(vector, dtype=FLOATS) for *_, vector in rows]).astype(np.float32, copy=False)


class EmbeddingDamagedError(RowDamagedError):
    """The embedding of a passage is not what was stored."""

    def __init__(self, passage: int) -> None:
        super().__init__(f"the embedding of its passage {passage} is not the one that was stored")
        self.passage = passage


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
