from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from rag.errors import QuestionSetError
from rag.evaluation.question_files import read_questions
from rag.evaluation.questions import names_source


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems_of(path: Path) -> list[str]:
    with pytest.raises(QuestionSetError) as caught:
        read_questions(path)
    return [problem.removeprefix(str(path)) for problem in caught.value.problems]


def row(**changes: Any) -> str:
    return json.dumps({"id": "q", "question": "Who?", "answers": ["Ida"], "source": None, **changes})


def test_jsonl_row_keeps_every_column(tmp_path: Path) -> None:
    text = (
        row(id="a", source="x.md", history=["Before?"], split="dev", kind="near_miss") + "\n\n" + row(id=7, answers=[])
    )
    first, second = read_questions(write(tmp_path / "set.jsonl", "\ufeff" + text))
    assert (first.id, first.answers, first.source, first.history, first.split) == (
        "a",
        ("Ida",),
        "x.md",
        ("Before?",),
        "dev",
    )
    assert first.extra == {"kind": "near_miss"}
    assert first.answerable is True
    assert (second.id, second.answerable, second.line) == ("7", False, 3)


def test_null_answers_mean_that_only_retrieval_is_judged(tmp_path: Path) -> None:
    (question,) = read_questions(write(tmp_path / "set.jsonl", row(answers=None, relevant={"a.md": 2})))
    assert question.answerable is None
    assert question.relevant == {"a.md": 2}


def test_csv_and_jsonl_of_the_same_rows_are_equal(tmp_path: Path) -> None:
    rows = [
        row(id="a", source="x.md", history=["One?", "Two?"], split="dev", kind="fact"),
        row(id="b", answers=["Ida, the mayor", 'a "quoted" word']),
        row(id="c", answers=[]),
    ]
    csv_text = (
        "id,question,answers,source,history,split,kind\r\n"
        "a,Who?,Ida,x.md,One?|Two?,dev,fact\r\n"
        'b,Who?,"[""Ida, the mayor"", ""a \\""quoted\\"" word""]",,,,\r\n'
        "c,Who?,,,,,\r\n"
    )
    from_jsonl = read_questions(write(tmp_path / "set.jsonl", "\n".join(rows)))
    from_csv = read_questions(write(tmp_path / "set.csv", csv_text))
    assert from_csv.questions == from_jsonl.questions


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_with_another_delimiter(tmp_path: Path, delimiter: str) -> None:
    text = delimiter.join(["id", "question", "answers"]) + "\n" + delimiter.join(["a", "Who, if any?", "x|y"])
    (question,) = read_questions(write(tmp_path / "set.csv", text))
    assert (question.question, question.answers) == ("Who, if any?", ("x", "y"))


def test_gzipped_file(tmp_path: Path) -> None:
    assert len(read_questions(write(tmp_path / "set.jsonl.gz", gzip.compress(row().encode())))) == 1


def test_every_bad_row_is_reported_at_once_in_file_order(tmp_path: Path) -> None:
    lines = [
        row(id="a"),
        row(id="b", question="  "),
        row(id="a"),
        json.dumps({"id": "c", "text": "Who?"}),
        row(id="d", answers="Ida", source=3, history=["ok", 4]),
        row(id="e", answers=["", None]),
        '{"id": "f", "question": ',
        "[1]",
        row(id=True),
        row(id="g", relevant={"x": "high"}, split=""),
        '{"id": "h", "question": "Who?", "answers": [], "score": NaN}',
        '{"id": "i", "question": "\\ud800", "answers": []}',
        row(id="b"),
    ]
    assert problems_of(write(tmp_path / "set.jsonl", "\n".join(lines))) == [
        ":2: question: is empty",
        ":3: id: 'a' is already on line 1",
        ":4: question: is missing",
        ":4: answers: is missing",
        ":5: source: must be text or null, not a number",
        ":5: answers: must be a list of texts, not text",
        ":5: history: item 2 must be text, not a number",
        ":6: answers: item 1 is empty",
        ":6: answers: item 2 must be text, not null",
        ":7: row: is not JSON: Expecting value at character 24",
        ":8: row: must be an object {…}, not a list",
        ":9: id: must be text, not true/false",
        ":10: split: is empty; leave it out or write null",
        ":10: relevant: must be an object of file names to whole grades from 0",
        ":11: row: is not JSON: NaN is not a JSON value",
        ":12: row: holds half of a surrogate pair (\\ud…)",
        ":13: id: 'b' is already on line 2",
    ]


def test_undecodable_bytes_name_the_line(tmp_path: Path) -> None:
    assert problems_of(write(tmp_path / "a.jsonl", row().encode() + b"\n\xff\xfe{}")) == [
        ":2: row: byte 1 is not UTF-8"
    ]
    assert problems_of(write(tmp_path / "a.csv", b"id,question,answers\nq,caf\xe9,x")) == [
        ":2: row: byte 6 is not UTF-8; save the file as UTF-8"
    ]


def test_csv_problems_have_lines_and_columns(tmp_path: Path) -> None:
    text = 'id,question,answers,history\na,"Who\nis it?",x,\na,,["y\nb,Who?\n,Where?,z,[1]\n'
    assert problems_of(write(tmp_path / "set.csv", text)) == [
        ":4: row: has 3 cells, the header has 4",
        ":5: row: has 2 cells, the header has 4",
        ":6: history: item 1 must be text, not a number",
    ]
    text = 'id,question,answers\na,"Who\nis it?",x\na,,[y\n'
    assert problems_of(write(tmp_path / "set.csv", text)) == [
        ":4: answers: is not JSON: Expecting value: line 1 column 2 (char 1)",
        ":4: question: is empty",
        ":4: id: 'a' is already on line 2",
    ]


def test_csv_duplicate_id_names_the_line_where_a_long_row_starts(tmp_path: Path) -> None:
    text = 'id,question,answers\na,"Who\nis it?",x\na,Where?,y\n'
    assert problems_of(write(tmp_path / "set.csv", text)) == [":4: id: 'a' is already on line 2"]


def test_csv_with_wrong_columns(tmp_path: Path) -> None:
    assert problems_of(write(tmp_path / "set.csv", "id,text,text\n1,2,3\n")) == [
        ":1: question: the header has no such column; it has id, text, text",
        ":1: answers: the header has no such column; it has id, text, text",
        ":1: text: the header names it twice",
    ]


def test_csv_with_an_open_quote(tmp_path: Path) -> None:
    assert problems_of(write(tmp_path / "set.csv", 'id,question,answers\na,"Who?,x\n')) == [
        ":2: row: is not CSV: unexpected end of data"
    ]


@pytest.mark.parametrize("name", ["set.jsonl", "set.csv"])
@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file(tmp_path: Path, name: str, content: bytes) -> None:
    assert problems_of(write(tmp_path / name, content)) == [":1: row: the file has no questions"]


def test_a_header_without_rows(tmp_path: Path) -> None:
    assert problems_of(write(tmp_path / "set.csv", "id,question,answers\n")) == [":1: row: the file has no questions"]


def test_a_missing_file_and_an_unknown_kind(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "none.jsonl") == [": there is no such file"]
    assert "is not a question set" in problems_of(write(tmp_path / "set.xlsx", "x"))[0]
    assert "not a whole gzip file" in problems_of(write(tmp_path / "set.jsonl.gz", gzip.compress(b"x" * 99)[:-9]))[0]
    assert "not a whole gzip file" in problems_of(write(tmp_path / "set.csv.gz", "id"))[0]


def test_a_deeply_nested_row_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    (problem,) = problems_of(write(tmp_path / "set.jsonl", "[" * 200_000))
    assert problem.startswith(":1: row: is not JSON")


def test_a_hundred_thousand_bad_rows_are_all_listed(tmp_path: Path) -> None:
    lines = [row(id=str(number), question="") for number in range(100_000)]
    assert len(problems_of(write(tmp_path / "set.jsonl", "\n".join(lines)))) == 100_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("said", [True, False])
def test_what_spreadsheets_make_of_a_question_set(tmp_path: Path, encoding: str, separator: str, said: bool) -> None:
    rows = [["ID", "Question", "Answer", "", ""], ["", "Who is it?", "Ida Quill", "", ""], ["7", "Where?", "Ostby"]]
    text = ("sep=" + separator + "\r\n" if said else "") + "\r\n".join(separator.join(row) for row in rows)
    questions = list(read_questions(write(tmp_path / "set.csv", text.encode(encoding))))
    assert [question.question for question in questions] == ["Who is it?", "Where?"]
    assert [question.answers for question in questions] == [("Ida Quill",), ("Ostby",)]
    assert questions[1].id == "7"
    assert questions[0].id.startswith("line-")


def test_a_set_without_ids_numbers_its_lines(tmp_path: Path) -> None:
    questions = list(read_questions(write(tmp_path / "set.csv", "question,answers\nWho?,Ida\nWhere?,Ostby\n")))
    assert len({question.id for question in questions}) == 2


def test_file_names_count_in_any_case() -> None:
    assert names_source("Ostby.TXT", "ostby.txt")
    assert not names_source("ostby2.txt", "ostby.txt")
