"""Reads the questions of a table: a text file with one a line, or the ``question`` column of a question set."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from rag.errors import QuestionSetError
from rag.evaluation.json_lines import json_objects, read_bytes

_TABULAR = frozenset({".csv", ".tsv"})


def read_question_list(path: Path | str) -> list[str]:
    """The questions in the file at ``path``, in order.

    ``.jsonl``: each object's ``question``. ``.csv``, ``.tsv``: the column ``question``. Any other file: one question a
    line; empty lines and lines that begin with ``#`` are left out.

    Raises:
        QuestionSetError: the file is missing, unreadable or holds no question.
    """
    path = Path(path)
    data = read_bytes(path)
    if path.suffix == ".jsonl":
        problems: list[str] = []
        questions = [str(row.get("question") or "") for _, row in json_objects(data, str(path), problems)]
        if problems:
            raise QuestionSetError(problems)
    else:
        text = _decoded(data, path)
        questions = _column(text, path) if path.suffix in _TABULAR else _lines(text)
    asked = [question.strip() for question in questions if question.strip()]
    if not asked:
        raise QuestionSetError([f"{path}: holds no question. Write one a line, or a column named question"])
    return asked


def _decoded(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuestionSetError([f"{path}: byte {error.start + 1} is not UTF-8. Save the file as UTF-8"]) from None


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.lstrip().startswith("#")]


def _column(text: str, path: Path) -> list[str]:
    header = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=header.count)
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise QuestionSetError([f"{path}: is not CSV: {error}"]) from None
    if rows and "question" not in rows[0]:
        raise QuestionSetError([f"{path}:1: header: has no column named question"])
    return [row["question"] or "" for row in rows]
