from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.browser.fake_assistant import FakeAssistant, Known
from ui import starters
from ui.starters import StarterQuestions, read_sample_questions

ROWS = [
    {"question": "Who was it?", "answers": ["Ann"], "source": "a.txt", "split": "dev"},
    {"question": "Where was it?", "answers": ["Rome"], "source": "a.txt", "split": "dev"},
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
    rows = read_sample_questions(questions)
    monkeypatch.setattr(starters, "read_sample_questions", lambda: rows)
    fake = FakeAssistant(tmp_path)
    fake.put("a.txt", "A", "It was Ann in Rome.")
    fake.put("b.txt", "B", "It was in 1999.")
    fake.known["Who was it?"] = Known((("a.txt", "Ann"),))
    fake.known["Where was it?"] = Known((("a.txt", "Rome"),))
    fake.known["When was it?"] = Known((("b.txt", "1999"),))
    return fake


def test_only_answered_questions_about_different_articles_are_offered(assistant: FakeAssistant) -> None:
    assert StarterQuestions(assistant).find() == ("Who was it?", "When was it?")  # type: ignore[arg-type]


def test_the_engine_is_asked_again_only_when_the_articles_changed(assistant: FakeAssistant) -> None:
    asked: list[str] = []
    assistant.before_asking = asked.append
    questions = StarterQuestions(assistant)  # type: ignore[arg-type]
    questions.find()
    first = len(asked)
    assert first == 4
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
    assert read_sample_questions(tmp_path / "missing.jsonl") == []
