from __future__ import annotations

import pytest

from rag.records import AddReport, Answer, Article, Citation, FileOutcome, Quote, Span


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 3), (-1, 2)])
def test_a_span_is_never_empty_or_negative(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="0 <= start < end"):
        Span(start, end)


def test_spans_that_touch_do_not_overlap() -> None:
    assert not Span(0, 2).overlaps(Span(2, 4))
    assert Span(0, 3).overlaps(Span(2, 4))
    assert Span(0, 4).contains(Span(0, 4))


@pytest.mark.parametrize(("offset", "page"), [(0, 1), (9, 1), (10, 2), (25, 3), (99, 3)])
def test_page_of_an_offset(offset: int, page: int) -> None:
    article = Article("a", "t", "a.pdf", "/a.pdf", "x" * 100, pages=(0, 10, 25))
    assert article.page_of(offset) == page


def test_an_article_without_pages_has_no_page() -> None:
    assert Article("a", "t", "a.txt", "/a.txt", "text").page_of(2) is None


def test_an_answer_has_every_field_of_the_json_contract() -> None:
    citation = Citation("a", "t", "a.txt", None, 0, 4, "text", Quote(0, 4, "text"), 0.9)
    values = Answer("q", "q", True, "text", 0.9, (citation,)).to_dict()
    assert set(values) == {
        "question", "searched_for", "answered", "answer", "confidence", "citations", "alternatives", "related",
        "reason", "timings_ms", "shape", "parts", "reason_kind",
    }  # fmt: skip
    assert set(values["citations"][0]) == {
        "article_id", "title", "source", "page", "start", "end", "text", "quote", "confidence", "stance",
        "speaker",
    }  # fmt: skip
    assert values["citations"][0]["quote"] == {"start": 0, "end": 4, "text": "text"}


def test_a_report_counts_each_status() -> None:
    report = AddReport((FileOutcome("a", "added"), FileOutcome("b", "failed", message="no"), FileOutcome("c", "added")))
    values = report.to_dict()
    assert (values["added"], values["failed"], values["duplicate"]) == (2, 1, 0)
    assert [outcome.path for outcome in report.failed] == ["b"]
