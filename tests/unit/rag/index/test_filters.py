from __future__ import annotations

import pytest

from rag.errors import FilterError
from rag.index.filters import ArticleRow, matching_articles
from rag.records import Filters

ROWS: list[ArticleRow] = [
    (1, "a1", "one.txt", "The Herald", "2024-01-31"),
    (2, "a2", "Two.txt", None, "2024-02-01"),
    (3, "a3", "STRASSE.txt", "Élan", None),
    (4, "a4", "one.txt", "the herald", "2024-03-05T10:00:00"),
]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), [1, 2, 3, 4]),
        (Filters(article_ids=("a3", "a1")), [1, 3]),
        (Filters(sources=("ONE.TXT",)), [1, 4]),
        (Filters(sources=("straße.txt", "two.txt")), [2, 3]),
        (Filters(outlets=("the HERALD",)), [1, 4]),
        (Filters(outlets=("élan",)), [3]),
        (Filters(published_from="2024-02-01"), [2, 4]),
        (Filters(published_to="2024-02-01"), [1, 2]),
        (Filters(published_from="2024-01-31", published_to="2024-01-31"), [1]),
        (Filters(published_to="2024-03-05"), [1, 2, 4]),
        (Filters(article_ids=("a1", "a2"), published_from="2024-02-01"), [2]),
        (Filters(sources=("two.txt",), outlets=("élan",)), []),
    ],
)
def test_articles_pass_when_they_meet_every_filter(filters: Filters, expected: list[int]) -> None:
    assert matching_articles(ROWS, filters) == expected


def test_members_of_collections_pass_when_they_meet_the_other_filters_too() -> None:
    assert matching_articles(ROWS, Filters(collections=("x",)), {1, 3}) == [1, 3]
    assert matching_articles(ROWS, Filters(collections=("x",), outlets=("the herald",)), {1, 3}) == [1]
    assert matching_articles(ROWS, Filters(collections=("x",)), set()) == []


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        (Filters(article_ids=("a1", "A2")), "article id 'A2'.*citespan articles"),
        (Filters(sources=("three.txt", "four.txt")), "source 'three.txt', 'four.txt'"),
        (Filters(outlets=("Tribune",)), "outlet 'Tribune'"),
        (Filters(published_from="January"), "published_from is 'January'.*YYYY-MM-DD"),
        (Filters(published_to="2024-02-30"), "published_to is '2024-02-30'"),
        (Filters(published_from="2024-02-02", published_to="2024-02-01"), "lies after"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused(filters: Filters, message: str) -> None:
    with pytest.raises(FilterError, match=message):
        matching_articles(ROWS, filters)
