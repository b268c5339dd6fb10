from __future__ import annotations

from dataclasses import asdict

import pytest

from rag.errors import InputError
from rag.records import AddReport, Article, ArticleSummary, FileOutcome, Passage, Retrieved, Span
from ui.json_documents import AddedFiles, ArticleText, SearchResult

TEXT = "First page. \U0001f6a2 Second page."
ARTICLE = Article("a" * 16, "Ships", "ships.pdf", "/s/ships.pdf", TEXT, boilerplate=(Span(0, 5),), pages=(0, 12))
SUMMARY = ArticleSummary(
    "a" * 16, "Ships", "ships.pdf", "/s/ships.pdf", None, None, None, None, 5, 1, "2026-01-05T09:30:00+00:00"
)


def test_an_article_is_whole_unless_a_range_is_asked_for() -> None:
    document = asdict(ArticleText.of(SUMMARY, ARTICLE))
    assert (document["text"], document["start"], document["end"]) == (TEXT, 0, len(TEXT))
    assert document["characters"] == len(TEXT)
    assert document["boilerplate"] == ({"start": 0, "end": 5},)


@pytest.mark.parametrize(("start", "end", "page"), [(0, 5, 1), (12, 13, 2), (14, None, 2)])
def test_a_range_is_exactly_its_code_points_with_its_page(start: int, end: int | None, page: int) -> None:
    part = ArticleText.of(SUMMARY, ARTICLE, start, end)
    assert part.text == TEXT[start:end]
    assert part.page == page


@pytest.mark.parametrize(("start", "end"), [(5, 5), (6, 5), (-1, 5), (0, len(TEXT) + 1), (len(TEXT), None)])
def test_a_range_outside_the_text_is_refused_with_the_bounds(start: int, end: int | None) -> None:
    with pytest.raises(InputError, match=f"0 to {len(TEXT)}"):
        ArticleText.of(SUMMARY, ARTICLE, start, end)


def test_a_found_passage_carries_its_text_page_and_scores() -> None:
    found = Retrieved(Passage("a" * 16, 12, len(TEXT)), 0.8, ARTICLE, word_score=None, vector_score=0.4)
    (passage,) = SearchResult.of("ships?", [found]).passages
    assert (passage.text, passage.page) == (TEXT[12:], 2)
    assert (passage.score, passage.word_score, passage.vector_score) == (0.8, None, 0.4)


def test_added_files_are_the_object_that_add_prints() -> None:
    statuses = ("added", "added", "updated", "failed", "duplicate", "duplicate", "duplicate", "unchanged")
    report = AddReport(tuple(FileOutcome(f"{n}.txt", status) for n, status in enumerate(statuses)), 1.25)
    document = asdict(AddedFiles.of(report))
    assert list(document) == list(report.to_dict())
    assert {**document, "files": list(document["files"]), "unsupported": []} == report.to_dict()
