"""Reads question sets: JSONL, CSV, BEIR folders, SQuAD JSON. Every bad row is reported at once, with its line.

BEIR and SQuAD have their own file, ``public_sets.py``.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rag.errors import QuestionSetError
from rag.evaluation.json_lines import json_kind, json_objects, read_bytes
from rag.evaluation.public_sets import read_beir, read_squad
from rag.evaluation.questions import Question, QuestionSet

COLUMNS = ("id", "question", "answers", "source", "history", "split", "relevant")
REQUIRED = ("question", "answers")
_NAMES = {"answer": "answers", "questions": "question", "sources": "source", "file": "source"}
"""Other names that people give to the columns, in lower case."""
_SEPARATOR = re.compile(r"sep=(.)\r?\n?")
"""The first line by which Excel is told the delimiter of a CSV file."""
_HEADER_SHOWN = 100
"""Characters of a wrong header that are shown."""
SUPPORTED = "a .jsonl, .csv or SQuAD .json file (each may end in .gz), or a BEIR folder"


def read_questions(path: Path | str) -> QuestionSet:
    """The question set at ``path``: JSONL, CSV (or TSV), SQuAD JSON, each also gzipped, or a BEIR folder.

    Raises:
        QuestionSetError: the file is missing, empty or of another kind, or has bad rows; ``problems`` has one line
            ``file:line: column: what is wrong`` for every one of them.
    """
    path = Path(path)
    if path.is_dir():
        return read_beir(path)
    kind = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    if kind not in (".jsonl", ".csv", ".tsv", ".json"):
        raise QuestionSetError([f"{path}: is not a question set; give {SUPPORTED}"])
    data = read_bytes(path)
    if kind == ".json":
        return read_squad(data, str(path))
    rows = read_jsonl(data, str(path)) if kind == ".jsonl" else read_csv(data, str(path))
    return QuestionSet(tuple(rows), str(path))


def read_jsonl(data: bytes, name: str) -> list[Question]:
    """The questions of a JSONL file's bytes.

    Raises:
        QuestionSetError: as ``read_questions``.
    """
    problems: list[str] = []
    rows: list[Question] = []
    ids: list[tuple[int, object]] = []
    for line, row in json_objects(data, name, problems):
        question, wrong = check_row(row, line)
        problems.extend(f"{name}:{line}: {problem}" for problem in wrong)
        ids.append((line, row.get("id")))
        if question is not None:
            rows.append(question)
    return _checked(rows, ids, problems, name)


def read_csv(data: bytes, name: str) -> list[Question]:
    """The questions of a CSV file's bytes: comma, semicolon or tab, as its line ``sep=`` says or the header uses most.

    Column names in any case, "Answer" for "answers", empty columns at the end, UTF-16 and rows without ``id`` (which
    get the number of their line) are what spreadsheets make of a question set.

    ``answers`` and ``history`` are JSON lists, or texts separated by ``|``; an empty cell is an empty list.

    Raises:
        QuestionSetError: as ``read_questions``.
    """
    text = _decode(data, name)
    if not text.strip():
        return _checked([], [], [], name)
    separator = _SEPARATOR.match(text)
    skipped = 1 if separator else 0
    text = text[separator.end() :] if separator else text
    header_line = text.lstrip("\r\n").partition("\n")[0]
    delimiter = separator[1] if separator else max(",;\t", key=header_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    problems: list[str] = []
    rows: list[Question] = []
    ids: list[tuple[int, object]] = []
    header: list[str] = []
    while True:
        line = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            problems.append(f"{name}:{line}: row: is not CSV: {error}")
            break
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            header = _header(cells)
            problems.extend(f"{name}:{line}: {problem}" for problem in _header_problems(header))
            if problems:
                break
            continue
        cells = cells[: len(header)] if not any(cell.strip() for cell in cells[len(header) :]) else cells
        if len(cells) != len(header):
            problems.append(f"{name}:{line}: row: has {len(cells)} cells, the header has {len(header)}")
            continue
        named = dict(zip(header, cells, strict=True))
        question, wrong = _check_cells(named, line)
        problems.extend(f"{name}:{line}: {problem}" for problem in wrong)
        ids.append((line, named.get("id", "")))
        if question is not None:
            rows.append(question)
    return _checked(rows, ids, problems, name)


def check_row(row: dict[str, Any], line: int) -> tuple[Question | None, list[str]]:
    """A JSON object as a question, or None with everything that is wrong with it (``column: what is wrong``)."""
    problems = [f"{column}: is missing" for column in REQUIRED if column not in row]
    identity = row.get("id")
    if identity is None or (isinstance(identity, str) and not identity.strip()):
        identity = f"line-{line}"
    if isinstance(identity, int) and not isinstance(identity, bool):
        identity = str(identity)
    for column, value in (("id", identity), ("question", row.get("question", "-"))):
        if not isinstance(value, str):
            problems.append(f"{column}: must be text, not {json_kind(value)}")
        elif not value.strip():
            problems.append(f"{column}: is empty")
    for column in ("source", "split"):
        value = row.get(column)
        if value is not None and not isinstance(value, str):
            problems.append(f"{column}: must be text or null, not {json_kind(value)}")
        elif value is not None and not value.strip():
            problems.append(f"{column}: is empty; leave it out or write null")
    answers = row.get("answers", ())
    if answers is not None:
        problems.extend(_list_problems("answers", answers))
    history = () if row.get("history") is None else row["history"]
    problems.extend(_list_problems("history", history))
    relevant = {} if row.get("relevant") is None else row["relevant"]
    if not isinstance(relevant, dict) or any(type(grade) is not int or grade < 0 for grade in relevant.values()):
        problems.append("relevant: must be an object of file names to whole grades from 0")
    if problems:
        return None, problems
    extra = {key: value for key, value in row.items() if key not in COLUMNS}
    return (
        Question(
            str(identity),
            row["question"].strip(),
            None if answers is None else tuple(answers),
            row.get("source"),
            tuple(history),
            row.get("split"),
            relevant,
            extra,
            line,
        ),
        [],
    )


def _check_cells(cells: dict[str, str], line: int) -> tuple[Question | None, list[str]]:
    """A CSV row as a question: empty cells of optional columns are null, lists are unpacked."""
    row: dict[str, Any] = {key: value for key, value in cells.items() if key in REQUIRED or value.strip()}
    problems: list[str] = []
    for column in ("answers", "history", "relevant"):
        if column not in row:
            continue
        cell = row[column].strip()
        if cell.startswith(("[", "{")):
            try:
                row[column] = json.loads(cell)
            except (ValueError, RecursionError) as error:
                problems.append(f"{column}: is not JSON: {error}")
                row[column] = []
        else:
            row[column] = [part.strip() for part in cell.split("|")] if cell else []
    question, wrong = check_row(row, line)
    return (None if problems else question), problems + wrong


def _header(cells: list[str]) -> list[str]:
    """The names of the columns: known ones in lower case; without the empty ones at the end."""
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    known = [_NAMES.get(name.lower(), name.lower()) for name in names]
    return [usual if usual in COLUMNS else name for usual, name in zip(known, names, strict=True)]


def _header_problems(header: list[str]) -> list[str]:
    there = ", ".join(header)[:_HEADER_SHOWN]
    missing = [
        f"{column}: the header has no such column; it has {there}" for column in REQUIRED if column not in header
    ]
    repeated = sorted({column for column in header if header.count(column) > 1})
    return missing + [f"{column or 'header'}: the header names it twice" for column in repeated]


def _list_problems(column: str, value: object) -> Iterable[str]:
    if not isinstance(value, (list, tuple)):
        yield f"{column}: must be a list of texts, not {json_kind(value)}"
        return
    for position, item in enumerate(value, start=1):
        if not isinstance(item, str):
            yield f"{column}: item {position} must be text, not {json_kind(item)}"
        elif not item.strip():
            yield f"{column}: item {position} is empty"


def _checked(rows: list[Question], ids: Iterable[tuple[int, object]], problems: list[str], name: str) -> list[Question]:
    """``rows``, when there are some and nothing is wrong.

    Args:
        ids: the line and id of each row, bad rows included.

    Raises:
        QuestionSetError: with ``problems`` and the duplicate ids, in the order of the file.
    """
    first: dict[str, int] = {}
    for line, given in ids:
        if isinstance(given, bool) or not isinstance(given, str | int) or not str(given).strip():
            continue
        if str(given) in first:
            problems.append(f"{name}:{line}: id: {str(given)!r} is already on line {first[str(given)]}")
        else:
            first[str(given)] = line
    if problems:
        raise QuestionSetError(sorted(problems, key=lambda problem: _line_of(problem, name)))
    if not rows:
        raise QuestionSetError([f"{name}:1: row: the file has no questions"])
    return rows


def _line_of(problem: str, name: str) -> int:
    number = problem[len(name) + 1 :].partition(":")[0]
    return int(number) if number.isdigit() else 0


def _decode(data: bytes, name: str) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise QuestionSetError([f"{name}:1: row: byte {error.start + 1} is not UTF-16"]) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    problems = []
    for line, raw in enumerate(data.split(b"\n"), start=1):
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as error:
            problems.append(f"{name}:{line}: row: byte {error.start + 1} is not UTF-8; save the file as UTF-8")
    raise QuestionSetError(problems)
