from __future__ import annotations

from pathlib import Path

import pytest

from rag import QuestionSetError
from rag.table.questions import read_question_list

ASKED = ["Who opened the harbour?", "When, and why?"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("q.txt", "\ufeffWho opened the harbour?\n\n# left out\n  When, and why?  \n"),
        ("q.jsonl", '{"id": "1", "question": "Who opened the harbour?"}\n{"question": "When, and why?"}\n'),
        ("q.csv", 'id,question\r\n1,Who opened the harbour?\r\n2,"When, and why?"\r\n'),
        ("q.tsv", "question\tid\nWho opened the harbour?\t1\nWhen, and why?\t2\n"),
    ],
)
def test_questions_are_read_from_each_kind_of_file(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    assert read_question_list(tmp_path / name) == ASKED


@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("missing.txt", None, "no such file"),
        ("q.txt", b"# nothing\n\n", "holds no question"),
        ("q.txt", b"caf\xe9?", "byte 4 is not UTF-8"),
        ("q.csv", b"id,text\n1,Who?\n", "no column named question"),
        ("q.csv", b'question\n"Who?\n', "is not CSV"),
        ("q.jsonl", b"{nothing}", "q.jsonl:1: row: is not JSON"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, name: str, data: bytes | None, complaint: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(QuestionSetError, match=complaint):
        read_question_list(tmp_path / name)
