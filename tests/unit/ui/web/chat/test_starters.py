from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.records import Article
from tests.browser.fake_assistant import FakeAssistant, Known
from ui.web.chat import starters
from ui.web.chat.starters import StarterQuestions, Try, made_questions, sample_questions

ROWS = [
    {"question": "Who was it?", "answers": ["Ann"], "source": "a.txt", "split": "dev"},
    {"question": "Where was it?", "answers": ["Rome"], "source": "a.txt", "split": "dev"},
    {"question": "Answered wrongly?", "answers": ["1"], "source": "b.txt", "split": "dev"},
    {"question": "When was it?", "answers": ["1999"], "source": "b.txt", "split": "dev"},
    {"question": "Unanswered?", "answers": ["1"], "source": "b.txt", "split": "dev"},
    {"question": "Test one?", "answers": ["Ann"], "source": "a.txt", "split": "test"},
    {"question": "Near miss?", "answers": [], "source": "a.txt", "split": "dev"},
    {"question": "And then?", "answers": ["Ann"], "source": "a.txt", "split": "dev", "history": ["Who?"]},
    {"question": "Elsewhere?", "answers": ["x"], "source": "elsewhere.txt", "split": "dev"},
]


@pytest.fixture
def assistant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeAssistant:
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(json.dumps(row) for row in ROWS) + "\n")
    monkeypatch.setattr(starters, "sample_questions", lambda sources: sample_questions(sources, questions))
    fake = FakeAssistant(tmp_path)
    fake.put("a.txt", "A", "It was Ann in Rome.")
    fake.put("b.txt", "B", "It was in 1999.")
    fake.known["Who was it?"] = Known((("a.txt", "Ann"),))
    fake.known["Where was it?"] = Known((("a.txt", "Rome"),))
    fake.known["When was it?"] = Known((("b.txt", "1999"),))
    fake.known["Answered wrongly?"] = Known((("b.txt", "It"),))
    return fake


def test_only_rightly_answered_questions_about_different_articles_are_offered(assistant: FakeAssistant) -> None:
    assert StarterQuestions(assistant).find() == ("Who was it?", "When was it?")  # type: ignore[arg-type]


def test_the_engine_is_asked_again_only_when_the_articles_changed(assistant: FakeAssistant) -> None:
    asked: list[str] = []
    assistant.before_asking = asked.append
    questions = StarterQuestions(assistant)  # type: ignore[arg-type]
    questions.find()
    first = len(asked)
    assert first == 5
    questions.find()
    assert len(asked) == first
    assistant.remove(assistant.articles()[0].article_id)
    assert questions.find() == ("When was it?",)


def test_next_questions_are_about_the_cited_article_and_new(assistant: FakeAssistant) -> None:
    questions = StarterQuestions(assistant)  # type: ignore[arg-type]
    answer = assistant.ask("Who was it?")
    assert questions.after(answer, ["Who was it?"]) == ()
    questions.find()
    assert questions.after(answer, ["who was it?"]) == ("Where was it?",)


def test_without_sample_questions_none_are_read(tmp_path: Path) -> None:
    assert sample_questions({"a.txt"}, tmp_path / "missing.jsonl") == []


def test_ones_own_articles_give_questions_too(assistant: FakeAssistant) -> None:
    assistant.reset()
    text = "The town of Bishkek was renamed Frunze in 1926. Russia opened an air base at Kant in October 2003."
    assistant.put("own.txt", "Own", text)
    made = made_questions([assistant.article(assistant.articles()[0].article_id)])
    assert made
    for one in made:
        assert any(right in text for right in one.answers)
        assistant.known[one.question] = Known((("own.txt", one.answers[0]),))
    assert StarterQuestions(assistant).find() == (made[0].question,)  # type: ignore[arg-type]


def test_no_more_articles_are_read_than_can_be_in_a_moment(
    assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Article] = []
    monkeypatch.setattr(starters, "WORDS_READ_AT_MOST", 6)
    monkeypatch.setattr(starters, "sample_questions", lambda sources: [])
    monkeypatch.setattr(starters, "made_questions", lambda articles: (read.extend(articles), [])[1])
    StarterQuestions(assistant).find()  # type: ignore[arg-type]
    assert len(read) == 1


def test_questions_come_from_each_article_in_turn(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS))
    first_two = [one.question for one in sample_questions({"a.txt", "b.txt"}, path)[:2]]
    assert first_two == ["Who was it?", "Answered wrongly?"]


def test_a_slow_engine_is_not_asked_on_and_on(assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.0, 4.9, 5.1])
    monkeypatch.setattr(starters, "monotonic", lambda: next(clock))
    asked: list[str] = []
    assistant.before_asking = asked.append
    StarterQuestions(assistant).find()  # type: ignore[arg-type]
    assert len(asked) == 2


def test_an_abstention_fits_nothing(assistant: FakeAssistant) -> None:
    assert not Try("Unanswered?", ("1",)).fits(assistant.ask("Unanswered?"))


def test_no_articles_give_no_questions() -> None:
    assert made_questions([]) == []
