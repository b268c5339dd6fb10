from __future__ import annotations

import pytest

from rag.answer.compose.overviews import (
    LEAD_SENTENCES,
    ambiguous,
    articles_meant,
    lead,
    may_ask_for_overview,
    names_title,
    overview,
)
from rag.language.sentences import split_sentences
from rag.records import Answer, Article, ArticleSummary, Citation, Passage, Quote, Related, Span


def summary(title: str, number: int = 0) -> ArticleSummary:
    return ArticleSummary(
        f"{number:016}", title, f"{number}.txt", f"/{number}.txt", None, None, None, None, 9, 1, "2024"
    )


BRIDGE, FAIR, SIEGE, DEAD = (
    summary(title, number)
    for number, title in enumerate(
        ("Mill Bridge reopens", "A fair in the harbour", "The siege of Leningrad", "The dead of Leningrad")
    )
)
ALL = [BRIDGE, FAIR, SIEGE, DEAD]


def titles(question: str, history: list[Answer | str] | None = None) -> list[str]:
    return [one.title for one in articles_meant(question, ALL, history or [])]


def cited(article: ArticleSummary) -> Answer:
    citation = Citation(article.article_id, article.title, "s", None, 0, 1, "x", Quote(0, 1, "x"), 0.9)
    return Answer("q", "q", True, "x", 0.9, (citation,))


def test_the_title_names_the_article() -> None:
    assert titles('What is the article "Mill Bridge reopens" about?') == [BRIDGE.title]
    assert titles("Summarize the siege of Leningrad") == [SIEGE.title]
    assert titles("What is the article about the fair about?") == [FAIR.title]


def test_a_subject_of_two_titles_is_ambiguous_and_one_of_none_is_nothing() -> None:
    assert titles("What is the article about Leningrad about?") == [SIEGE.title, DEAD.title]
    assert titles("What is the article about volcanoes about?") == []


def test_without_a_name_the_last_cited_article_is_meant() -> None:
    history: list[Answer | str] = [cited(SIEGE), cited(FAIR), "Why?", Answer("q", "q", False, None, 0.1)]
    assert titles("What is this article about?", history) == [FAIR.title]
    assert titles("What is this article about?") == [one.title for one in ALL]
    assert articles_meant("What is this article about?", [BRIDGE], [cited(FAIR)]) == [BRIDGE]


def test_a_whole_title_makes_it_a_question_about_the_article() -> None:
    assert may_ask_for_overview("What is Mill Bridge reopens about?")
    assert names_title("What is Mill Bridge reopens about?", ALL)
    assert not names_title("What is Mill Bridge about?", ALL)
    assert not may_ask_for_overview("Who opened Mill Bridge?")


def an_article(text: str) -> tuple[Article, list[Passage]]:
    sentences = tuple(split_sentences(text))
    article = Article("a" * 16, "T", "t.txt", "/t.txt", text)
    half = max(1, len(sentences) // 2)
    groups = [sentences[:half], sentences[half - 1 :]]
    return article, [Passage("a" * 16, one[0].start, one[-1].end, one) for one in groups if one]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bridge was closed for two years. It opened in May. The mayor came by boat. Nobody fell in the water.",
         ["The bridge was closed for two years. It opened in May. The mayor came by boat."]),
        ("A heading of five words here\n\nThe bridge was closed for two years.\n\nThe mayor opened it in May.",
         ["The bridge was closed for two years.", "The mayor opened it in May."]),
        ("By A. Writer.\n\nThe bridge was closed for two years.", ["The bridge was closed for two years."]),
        ("The bridge was closed for two years.\n\nMore\n\nThe mayor opened it in May.",
         ["The bridge was closed for two years."]),
        ("Menu", []),
    ],
)  # fmt: skip
def test_the_lead_is_the_first_sentences_by_paragraph(text: str, expected: list[str]) -> None:
    article, passages = an_article(text)
    assert [span.of(text) for span in lead(article, passages)] == expected


def test_an_overview_cites_each_paragraph_exactly() -> None:
    text = "The bridge was closed for two years.\n\nThe mayor opened it in May. A band played all day. It rained."
    article, passages = an_article(text)
    answer = overview("What is this article about?", article, passages)
    assert answer is not None
    assert answer.shape == "overview"
    assert len(answer.citations) == 2
    assert all(text[one.start : one.end] == one.text and "\n" not in one.text for one in answer.citations)
    assert answer.answer == " ".join(one.text for one in answer.citations)
    assert answer.answer.count(".") == LEAD_SENTENCES


def test_an_article_without_sentences_has_no_overview() -> None:
    assert overview("What is this article about?", *an_article("Menu")) is None


def test_an_unclear_article_is_asked_back_with_the_choice() -> None:
    related = [Related(SIEGE.article_id, 0, 4, "Text")]
    many = [*ALL, summary("Fifth", 5), summary("Sixth", 6), summary("Seventh", 7)]
    answer = ambiguous("What is this article about?", many, related)
    assert not answer.answered
    assert answer.reason_kind == "ambiguous"
    assert answer.related == tuple(related)
    assert answer.reason is not None
    assert "“Mill Bridge reopens”" in answer.reason
    assert answer.reason.endswith("or 2 more.")
    assert Span(0, 4).of("Text") == answer.related[0].text
