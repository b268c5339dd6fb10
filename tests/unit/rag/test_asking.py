from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from rag import Assistant, Filters, Settings
from rag.asking import ask_message
from rag.records import Answer, Citation, Quote, Related
from tests.integration.hashed_encoder import HashedEncoder

BRIDGE = "Mill Bridge in Oskerby reopened to traffic in March 2024. The repairs cost nine million crowns."
FAIR = "The harbour fair in Lunden drew 12,000 visitors last summer. It lasted four days."


class Asked:
    """Answers every question that ends in "?" with its first word, and remembers what it was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[str]]] = []

    def __call__(self, question: str, history: Sequence[Answer | str]) -> Answer:
        self.calls.append((question, [one if isinstance(one, str) else one.question for one in history]))
        if "unknown" in question:
            related = (Related("b" * 16, 0, 1, "x"),)
            return Answer(question, question, False, None, 0.2, related=related, reason="No.", reason_kind="absent")
        word = question.split()[0]
        citation = Citation("a" * 16, "T", "t", None, 0, len(word), word, Quote(0, len(word), word), 0.9)
        confidence = 0.9 - 0.1 * len(self.calls)
        return Answer(question, question, True, word, confidence, (citation,), timings_ms={"read": 1.5, "total": 2.0})


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


def ask(assistant: Assistant, message: str, history: Sequence[Answer | str] = ()) -> tuple[Answer, Asked]:
    asked = Asked()
    return ask_message(message, history, None, assistant.store, asked), asked


def test_a_greeting_is_not_searched_for(assistant: Assistant) -> None:
    answer, asked = ask(assistant, "Hello there!")
    assert asked.calls == []
    assert (answer.answered, answer.answer, answer.shape) == (False, None, "help")
    assert answer.reason


def test_a_greeting_needs_no_models_and_no_articles(tmp_path: Path) -> None:
    with Assistant(tmp_path / "empty", Settings.load(retrieve={"encoder": "/nowhere"})) as assistant:
        assert assistant.ask("Hi").shape == "help"


def test_one_question_is_passed_on_as_written(assistant: Assistant) -> None:
    answer, asked = ask(assistant, " Who  came? ", ["Before?"])
    assert asked.calls == [(" Who  came? ", ["Before?"])]
    assert answer.parts == ()


def test_several_questions_are_answered_in_order_each_knowing_the_ones_before(assistant: Assistant) -> None:
    answer, asked = ask(assistant, "Who came? And why? When?", ["Before?"])
    assert asked.calls == [
        ("Who came?", ["Before?"]),
        ("And why?", ["Before?", "Who came?"]),
        ("When?", ["Before?", "Who came?", "And why?"]),
    ]
    assert answer.shape == "parts"
    assert [part.question for part in answer.parts] == ["Who came?", "And why?", "When?"]
    assert answer.answer == "Who\nAnd\nWhen?"
    assert answer.citations == tuple(citation for part in answer.parts for citation in part.citations)
    assert answer.confidence == min(part.confidence for part in answer.parts)
    assert answer.timings_ms == {"read": 4.5, "total": 6.0}


def test_what_is_unanswered_among_several_keeps_its_reason_in_its_part(assistant: Assistant) -> None:
    answer, _ = ask(assistant, "Who came? Who is unknown?")
    assert (answer.answered, answer.answer, answer.reason) == (True, "Who", None)
    assert [part.reason for part in answer.parts] == [None, "No."]
    assert [one.article_id for one in answer.related] == ["b" * 16]
    none, _ = ask(assistant, "Who is unknown? What is unknown?")
    assert (none.answered, none.answer, none.citations) == (False, None, ())
    assert none.reason == "Who is unknown? No. What is unknown? No."
    assert none.reason_kind == "absent"


def test_earlier_parts_count_as_turns_and_help_as_none(assistant: Assistant) -> None:
    several, _ = ask(assistant, "Who came? Why?")
    help_, _ = ask(assistant, "Hi")
    _, asked = ask(assistant, "And when?", [several, help_, "Where?"])
    assert asked.calls == [("And when?", ["Who came?", "Why?", "Where?"])]


def test_a_question_about_a_named_article_gets_its_beginning(assistant: Assistant) -> None:
    answer = assistant.ask('What is the article "Harbour fair" about?')
    assert answer.shape == "overview"
    (citation,) = answer.citations
    assert assistant.article(citation.article_id).text[citation.start : citation.end] == citation.text == FAIR
    assert answer.timings_ms["total"] >= 0


def test_a_question_about_no_clear_article_offers_them_all(assistant: Assistant) -> None:
    answer = assistant.ask("What is this article about?")
    assert (answer.answered, answer.reason_kind) == (False, "ambiguous")
    assert {one.text for one in answer.related} == {BRIDGE, FAIR}
    for one in answer.related:
        assert assistant.article(one.article_id).text[one.start : one.end] == one.text


def test_the_last_cited_article_or_the_only_one_in_scope_is_meant(assistant: Assistant) -> None:
    first = assistant.ask("When did Mill Bridge in Oskerby reopen?")
    assert first.citations[0].title == "Mill Bridge"
    assert assistant.ask("What is this article about?", [first]).answer == BRIDGE
    assert assistant.ask("What is this article about?", filters=Filters(sources=("fair.md",))).answer == FAIR


def test_a_subject_that_no_title_names_is_searched_for(assistant: Assistant) -> None:
    answer, asked = ask(assistant, "What is the article about volcanoes about?")
    assert len(asked.calls) == 1
    assert answer.shape == "span"
