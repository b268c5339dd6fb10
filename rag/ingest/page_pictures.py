"""An article's page as a picture, from the file that the store keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.errors import InputError
from rag.index.store import Store
from rag.ingest.isolation import WorkerError, run
from rag.originals import Original, PageArea, PagePicture
from rag.records import Article, Span

NARROWEST, WIDEST = 50, 3_000
"""Pixels of a picture's width."""


def draw_page(store: Store, article_id: str, page: int, spans: Sequence[Span], width: int) -> PagePicture:
    """The picture of page ``page`` (from 1), and where ``spans`` stand on it.

    Raises:
        ArticleNotFoundError: no article has this id.
        InputError: the article has no pages that can be shown, or not this one; a span is not in its text; the width
            is out of bounds; or the page cannot be drawn.
        StoreError: the store cannot be read.
    """
    article = store.article(article_id)
    original = store.original(article_id)
    if original is None:
        raise InputError(f"{article.source} has no pages to show: only PDF files have")
    if not 1 <= page <= len(article.pages):
        raise InputError(f"{article.source} has no page {page}; it has the pages 1 to {len(article.pages)}")
    for span in spans:
        if span.end > len(article.text):
            raise InputError(f"the range {span.start} to {span.end} is not in {article.source}")
    if not NARROWEST <= width <= WIDEST:
        raise InputError(f"a picture is {NARROWEST} to {WIDEST} pixels wide, not {width}")
    wanted = [list(_characters(article, original, page - 1, span)) for span in spans]
    try:
        drawn, png = run({"task": "draw", "page": page - 1, "width": width, "wanted": wanted}, original.data)
    except WorkerError as error:
        raise InputError(
            f"page {page} of {article.source} cannot be drawn: it takes too much time or memory"
        ) from error
    if "error" in drawn:
        raise InputError(f"page {page} of {article.source} cannot be drawn: {drawn['error']['problem']}")
    areas = tuple(tuple(PageArea(*area) for area in some) for some in drawn["areas"])
    return PagePicture(article_id, page, len(article.pages), png, drawn["width"], drawn["height"], areas)


def _characters(article: Article, original: Original, page: int, span: Span) -> Iterator[tuple[int, str]]:
    """The runs of the page's characters that ``span`` covers: the number of the first, and what they are."""
    for start, on_page, index, count in original.places:
        first, last = max(start, span.start), min(start + count, span.end)
        if on_page == page and first < last:
            yield index + first - start, article.text[first:last]
