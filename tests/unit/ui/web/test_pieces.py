from __future__ import annotations

import pytest
from hypothesis import given

from rag.presentation.wording import counted, date_text, percent
from rag.records import Citation, Quote
from tests.unit.ui.web.any_values import citations
from tests.unit.ui.web.page_text import read_html
from ui.web.pieces import QUOTED_AROUND, confidence_badge, confidence_word, quote


@given(citations())
def test_the_quotes_mark_is_the_citations_text(citation: Citation) -> None:
    page = read_html(quote(citation))
    assert page.one("mark").text == citation.text
    assert page.one("blockquote").text == citation.quote.text


def test_a_quote_that_does_not_hold_its_span_is_shown_without_a_mark() -> None:
    broken = Citation("a", "t", "s", None, 5, 9, "text", Quote(100, 110, "other text"), 0.5)
    page = read_html(quote(broken))
    assert not page.all("mark")
    assert page.text == "other text"


def test_a_sentence_beyond_all_measure_is_cut_around_its_span() -> None:
    text = "word " * 10_000 + "needle" + " word" * 10_000
    page = read_html(quote(Citation("a", "t", "s", None, 50_000, 50_006, "needle", Quote(0, len(text), text), 0.5)))
    assert page.one("mark").text == "needle"
    assert len(page.text) == 2 * QUOTED_AROUND + len("needle") + len("… " + " …")


@pytest.mark.parametrize(
    ("confidence", "word"),
    [
        (1.0, "Very likely"),
        (0.9, "Very likely"),
        (0.7, "Likely"),
        (0.5, "Plausible"),
        (0.49, "Uncertain"),
        (0, "Uncertain"),
    ],
)
def test_confidence_has_a_word(confidence: float, word: str) -> None:
    assert confidence_word(confidence)[0] == word


@pytest.mark.parametrize(
    ("confidence", "told"),
    [(0.62, "about 6 in 10"), (0.96, "nearly all"), (0.01, "hardly any")],
)
def test_confidence_says_what_it_means(confidence: float, told: str) -> None:
    assert told in read_html(confidence_badge(confidence)).one("span", "confidence").attributes["data-tip"]


@pytest.mark.parametrize(("share", "text"), [(0.999, "99"), (1.0, "100"), (0.001, "1"), (0.0, "0"), (0.914, "91")])
def test_only_certainty_is_written_as_certainty(share: float, text: str) -> None:
    assert percent(share) == f"{text}\u202f%"


@pytest.mark.parametrize(
    ("published", "text"),
    [("2025-08-16", "16 Aug 2025"), ("2025", "2025"), (None, ""), ("2025-13-01", "2025-13-01"), ("²-1-1", "²-1-1")],
)
def test_dates_are_written_out(published: str | None, text: str) -> None:
    assert date_text(published) == text


def test_counts_agree_with_their_nouns() -> None:
    assert [counted(number, "article") for number in (0, 1, 1204)] == ["0 articles", "1 article", "1,204 articles"]
