from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant, Filters, Settings
from rag.answer.compose.parts import joined
from rag.records import Answer, Citation, Quote, Related
from tests.integration.hashed_encoder import HashedEncoder

BRIDGE = "Mill Bridge in Oskerby reopened to traffic in March 2024. The repairs cost nine million crowns."
FAIR = "The harbour fair in Lunden drew 12,000 visitors last summer. It lasted four days."


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.md").write_text(f"---\ntitle: Mill Bridge\n---\n{BRIDGE}", encoding="utf-8")
    (folder / "fair.md").write_text(f"---\ntitle: Harbour fair\n---\n{FAIR}", encoding="utf-8")
    settings = Settings.load(answer={"reader": "sentences", "abstain_below": 0.0})
    with Assistant(tmp_path / "store", settings, encoder=HashedEncoder()) as opened:
        opened.add(folder)
        yield opened


def test_a_greeting_needs_no_models_and_no_articles(tmp_path: Path) -> None:
    with Assistant(tmp_path / "empty", Settings.load(retrieve={"encoder": "/nowhere"})) as assistant:
        answer = assistant.ask("Hello there!")
    assert (answer.answered, answer.answer, answer.shape) == (False, None, "help")
    assert answer.reason


def test_one_question_is_reported_as_written(assistant: Assistant) -> None:
    answer = assistant.ask(" Where  was the harbour fair? ")
    assert (answer.question, answer.parts) == (" Where  was the harbour fair? ", ())


def test_the_passages_are_told_before_they_are_read(assistant: Assistant) -> None:
    told: list[str] = []
    assistant.ask("Where was the harbour fair?", on_retrieved=lambda passages: told.extend(p.text for p in passages))
    assert FAIR in told


def test_several_questions_are_answered_in_order_each_knowing_the_ones_before(assistant: Assistant) -> None:
    answer = assistant.ask("What did the repairs of Mill Bridge cost? When did it reopen?")
    assert answer.shape == "parts"
    assert [part.question for part in answer.parts] == [
        "What did the repairs of Mill Bridge cost?",
        "When did it reopen?",
    ]
    assert "Mill Bridge" in answer.parts[1].searched_for
    assert answer.citations == tuple(citation for part in answer.parts for citation in part.citations)


def test_earlier_parts_count_as_turns_and_help_as_none(assistant: Assistant) -> None:
    several = assistant.ask("Where was the harbour fair? What did the repairs of Mill Bridge cost?")
    follow_up = assistant.ask("When did it reopen?", [several, assistant.ask("Hi")])
    assert "Mill Bridge" in follow_up.searched_for


def _answer(question: str, word: str | None, confidence: float) -> Answer:
    if word is None:
        related = (Related("b" * 16, 0, 1, "x"),)
        return Answer(question, question, False, None, confidence, related=related, reason="No.", reason_kind="absent")
    citation = Citation("a" * 16, "T", "t", None, 0, len(word), word, Quote(0, len(word), word), confidence)
    timings = {"read": 1.5, "total": 2.0}
    return Answer(question, question, True, word, confidence, (citation,), timings_ms=timings)


def test_joined_answers_have_every_citation_and_the_least_confidence() -> None:
    answer = joined("Who came? When?", [_answer("Who came?", "Ada", 0.9), _answer("When?", "May", 0.7)])
    assert (answer.answer, answer.confidence) == ("Ada\nMay", 0.7)
    assert [citation.text for citation in answer.citations] == ["Ada", "May"]
    assert answer.timings_ms == {"read": 3.0, "total": 4.0}


def test_what_is_unanswered_among_several_keeps_its_reason_in_its_part() -> None:
    some = joined("Both?", [_answer("Who came?", "Ada", 0.9), _answer("Who left?", None, 0.2)])
    assert (some.answered, some.answer, some.reason) == (True, "Ada", None)
    assert [part.reason for part in some.parts] == [None, "No."]
    assert [related.article_id for related in some.related] == ["b" * 16]
    none = joined("Both?", [_answer("Who left?", None, 0.2), _answer("What broke?", None, 0.1)])
    assert (none.answered, none.answer, none.citations) == (False, None, ())
    assert none.reason == "Who left? No. What broke? No."
    assert none.reason_kind == "absent"


def test_a_question_about_a_named_article_gets_its_beginning(assistant: Assistant) -> None:
    answer = assistant.ask('What is the article "Harbour fair" about?')
    assert answer.shape == "overview"
    (citation,) = answer.citations
    assert assistant.article(citation.article_id).text[citation.start : citation.end] == citation.text == FAIR
    assert answer.timings_ms["total"] >= 0


def test_a_question_about_no_clear_article_offers_them_all(assistant: Assistant) -> None:
    answer = assistant.ask("What is this article about?")
    assert (answer.answered, answer.reason_kind) == (False, "ambiguous")
    assert {related.text for related in answer.related} == {BRIDGE, FAIR}
    for related in answer.related:
        assert assistant.article(related.article_id).text[related.start : related.end] == related.text


def test_the_last_cited_article_or_the_only_one_in_scope_is_meant(assistant: Assistant) -> None:
    first = assistant.ask("When did Mill Bridge in Oskerby reopen?")
    assert first.citations[0].title == "Mill Bridge"
    assert assistant.ask("What is this article about?", [first]).answer == BRIDGE
    assert assistant.ask("What is this article about?", filters=Filters(sources=("fair.md",))).answer == FAIR
