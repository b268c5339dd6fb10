from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.errors import QuestionSetError
from rag.evaluation import question_writing
from rag.evaluation.question_files import read_questions
from rag.evaluation.question_writing import append_question, write_questions
from rag.evaluation.questions import Question, QuestionSet, names_source, question_of_turn, unknown_sources
from rag.records import Answer, Citation, Quote


def answered(question: str = "Who cut it?", answer: str = "Ida Quill") -> Answer:
    citation = Citation("id", "Bridge", "bridge.md", None, 0, 9, answer, Quote(0, 30, answer), 0.9)
    return Answer(question, question, True, answer, 0.9, (citation,))


def test_split_and_first() -> None:
    whole = QuestionSet(
        tuple(Question(str(number), "Who?", split="dev" if number % 2 else "test") for number in range(6))
    )
    assert [question.id for question in whole.with_split("dev")] == ["1", "3", "5"]
    assert [question.id for question in whole.first(2)] == ["0", "1"]
    with pytest.raises(QuestionSetError, match="no question is in 'train'; it has dev, test"):
        whole.with_split("train")
    with pytest.raises(ValueError, match="at least 1"):
        whole.first(0)


def test_fingerprint_changes_with_any_answer() -> None:
    one = QuestionSet((Question("a", "Who?", ("x",)),))
    assert one.fingerprint == QuestionSet((Question("a", "Who?", ("x",), line=9),), "elsewhere").fingerprint
    assert one.fingerprint != QuestionSet((Question("a", "Who?", ("y",)),)).fingerprint


def test_unknown_sources_name_the_line() -> None:
    rows = [
        Question("a", "Who?", ("x",), "bridge.md", line=1),
        Question("b", "Who?", ("x",), "missing.md", line=2),
        Question("c", "Who?", (), None, line=3),
        Question("d", "Who?", ("x",), "north/bridge.md", line=4),
        Question("e", "Who?", ("x",), "south/bridge.md", line=5),
    ]
    problems = unknown_sources(QuestionSet(tuple(rows), "set.jsonl"), {"bridge.md"}, {"/home/north/bridge.md"})
    assert problems == [
        "set.jsonl:2: source: no article is named 'missing.md'; add it first, with citespan add or on the Articles tab",
        "set.jsonl:5: source: no article is named 'south/bridge.md'; add it first, with citespan add or on the "
        "Articles tab",
    ]


def test_names_source() -> None:
    assert names_source("a.md", "a.md")
    assert not names_source("a.md", "ba.md", "/x/ba.md")
    assert names_source("x/a.md", "a.md", "/home/x/a.md")
    assert not names_source("x/a.md", "a.md", "/home/xx/a.md")


def test_question_of_turn_confirms_corrects_or_denies() -> None:
    confirmed = question_of_turn(answered(), ["Earlier?", answered("Before?")])
    assert (confirmed.answers, confirmed.source, confirmed.history) == (
        ("Ida Quill",),
        "bridge.md",
        ("Earlier?", "Before?"),
    )
    assert question_of_turn(answered(), answers=["Petra"]).answers == ("Petra",)
    denied = question_of_turn(answered(), answers=[])
    assert (denied.answers, denied.source) == ((), None)
    assert confirmed.id == question_of_turn(answered(), ["Earlier?", "Before?"]).id != denied.id
    with pytest.raises(QuestionSetError, match="none to confirm"):
        question_of_turn(Answer("Who?", "Who?", False, None, 0.1))


def test_appended_questions_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    rows = [Question(str(number), f"Wo läuft's?\n{number}", ("Käse",), extra={"kind": "chat"}) for number in range(3)]
    for question in rows:
        append_question(path, question)
    assert list(read_questions(path)) == rows


def test_append_completes_a_last_line_without_its_end(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('{"id": "a", "question": "Who?", "answers": []}')
    append_question(path, Question("b", "Where?"))
    assert [question.id for question in read_questions(path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "question", "message"),
    [
        (
            '{"id": "a", "question": "Who?", "answers": []}\n',
            Question("a", "Where?"),
            ":1: id: 'a' is already in the set",
        ),
        ("broken\n", Question("a", "Where?"), ":1: row: is not JSON"),
        ("", Question("a", "  "), "question: is empty"),
    ],
)
def test_append_refuses_and_leaves_the_file_alone(
    tmp_path: Path, content: str, question: Question, message: str
) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(content)
    with pytest.raises(QuestionSetError, match=message):
        append_question(path, question)
    assert path.read_text() == content


def test_append_wants_jsonl(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match=r"\.jsonl files only"):
        append_question(tmp_path / "set.csv", Question("a", "Who?"))


def test_a_line_is_written_under_the_lock_and_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[bool] = []
    monkeypatch.setattr(question_writing.os, "fsync", lambda _: flushed.append(question_writing._appending.locked()))
    append_question(tmp_path / "set.jsonl", Question("a", "Who?"))
    assert flushed == [True]


def test_threads_append_every_question_once(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"

    def add(number: int) -> bool:
        try:
            append_question(path, Question(str(number % 20), "Who?"))
        except QuestionSetError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(60))) == 20
    assert len(read_questions(path)) == 20


def test_a_written_set_is_read_back(tmp_path: Path) -> None:
    rows = (
        Question("a", "Who “said” \u202e so?", ("Ann", "Ann Archer"), "a.md", ("Who?",), "dev", extra={"kind": "x"}),
        Question("b", "Where?", ()),
    )
    path = tmp_path / "set.jsonl"
    write_questions(QuestionSet(rows), path)
    assert read_questions(path).questions == rows
