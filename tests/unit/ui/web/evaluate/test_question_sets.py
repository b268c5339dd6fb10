from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import QuestionSetError
from rag.evaluation.questions import Question, QuestionSet
from tests.unit.ui.web.evaluate.evaluated import SET, Evaluated
from ui.web.evaluate.question_sets import ALL, QuestionSets, read_upload, splits, summary


@pytest.fixture
def sets(tmp_path: Path) -> QuestionSets:
    return QuestionSets(Evaluated(tmp_path), tmp_path / "samples.jsonl")  # type: ignore[arg-type]


def write(path: Path, *rows: Question) -> None:
    path.write_text("\n".join(json.dumps(row.to_dict()) for row in rows), encoding="utf-8")


def test_only_what_is_there_is_on_offer(sets: QuestionSets, tmp_path: Path) -> None:
    assert sets.choices() == []
    write(tmp_path / "questions.jsonl", *SET.questions[:2])
    assert [choice.key for choice in sets.choices()] == ["saved"]
    name, chosen = sets.read("saved")
    assert (name, len(chosen), chosen.path) == ("Saved from the chat", 2, "questions.jsonl")


def test_samples_are_offered_while_one_of_their_articles_is_here(sets: QuestionSets, tmp_path: Path) -> None:
    write(tmp_path / "samples.jsonl", Question("a", "Who?", ("x",), "elsewhere.md"))
    assert sets.choices() == []
    write(tmp_path / "samples.jsonl", *SET.questions)
    assert [choice.key for choice in sets.choices()] == ["sample"]


def test_a_starter_set_is_made_kept_and_offered(tmp_path: Path) -> None:
    assistant = Evaluated(tmp_path)
    assistant.texts["race.md"] = "Marta Solberg founded Lindness Fort in 1926. Ida Quill opened Mill Bridge in 1911."
    sets = QuestionSets(assistant, tmp_path / "none.jsonl")  # type: ignore[arg-type]
    made = sets.make_starter_set()
    assert [choice.key for choice in sets.choices()] == ["starter"]
    assert sets.read("starter")[1].questions == made.questions


def test_articles_without_plain_sentences_say_so(tmp_path: Path) -> None:
    assistant = Evaluated(tmp_path)
    assistant.texts = {"a.md": "and so on"}
    with pytest.raises(QuestionSetError, match="No question could be made"):
        QuestionSets(assistant).make_starter_set()  # type: ignore[arg-type]


def test_an_upload_is_called_by_its_own_name_in_every_problem(tmp_path: Path) -> None:
    kept = tmp_path / "a1b2.jsonl"
    kept.write_text('{"id": "a"}\n{"id": "a", "question": "Who?", "answers": []}\n')
    with pytest.raises(QuestionSetError) as caught:
        read_upload(kept, "my\nset.jsonl")
    assert len(caught.value.problems) == 3
    assert [problem.split(": ")[0] for problem in caught.value.problems] == 2 * ["my set.jsonl:1"] + ["my set.jsonl:2"]
    write(kept, *SET.questions)
    uploaded = read_upload(kept, "mine.jsonl")
    assert (uploaded.name, uploaded.question_set.path) == ("mine.jsonl", "mine.jsonl")


def test_an_upload_is_the_first_choice_of_its_user_only(sets: QuestionSets, tmp_path: Path) -> None:
    write(tmp_path / "up.jsonl", *SET.questions)
    uploaded = read_upload(tmp_path / "up.jsonl", "mine.jsonl")
    assert [choice.key for choice in sets.choices(uploaded)] == ["uploaded"]
    assert sets.read("uploaded", uploaded)[1].questions == uploaded.question_set.questions
    for key in ("uploaded", None, "../etc"):
        with pytest.raises(QuestionSetError, match="Choose a question set"):
            sets.read(key)


def test_splits_and_summary() -> None:
    assert splits(SET) == [("All (5)", ALL), ("dev (2)", "dev"), ("test (3)", "test")]
    assert splits(QuestionSet((Question("a", "Who?"),))) == []
    assert summary(SET) == "5 questions: 3 with an answer in the articles, 2 without."
    assert summary(QuestionSet(SET.questions[:2])) == "2 questions: all with an answer in the articles."
    only_search = QuestionSet((Question("a", "Who?", None, relevant={"a.md": 1}),))
    assert summary(only_search) == "1 question: without answers, so only the search is judged."
