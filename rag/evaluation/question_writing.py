"""Writes question sets, and adds one question to a set on disk."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

from rag.errors import QuestionSetError
from rag.evaluation.question_files import check_row, read_jsonl
from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.run_files import write_whole

_appending = threading.Lock()


def write_questions(question_set: QuestionSet, path: Path) -> None:
    """Write a set as JSONL that ``read_questions`` reads back; ``path`` holds all of it or what it held before.

    Raises:
        OSError: it cannot be written.
    """
    lines = (json.dumps(question.to_dict(), ensure_ascii=False, allow_nan=False) for question in question_set)
    write_whole(path, "".join(f"{line}\n" for line in lines))


def append_question(path: Path | str, question: Question) -> None:
    """Add one question to the end of a JSONL file (made when missing), flushed to the disk before this returns.

    Threads of one process take turns; the line is written with one call.

    Raises:
        QuestionSetError: the file is not JSONL, has bad rows, or already has this id; nothing was written.
        OSError: the file cannot be written.
    """
    path = Path(path)
    if path.suffix != ".jsonl":
        raise QuestionSetError([f"{path}: questions can be added to .jsonl files only"])
    row = json.loads(json.dumps(question.to_dict(), ensure_ascii=False))
    _, problems = check_row(row, 1)
    if problems:
        raise QuestionSetError([f"{path}: {problem}" for problem in problems])
    line = json.dumps(row, ensure_ascii=False, allow_nan=False).encode("utf-8") + b"\n"
    with _appending:
        existing = path.read_bytes() if path.exists() else b""
        if existing.strip():
            for other in read_jsonl(existing, str(path)):
                if other.id == question.id:
                    raise QuestionSetError([f"{path}:{other.line}: id: {question.id!r} is already in the set"])
        if existing and not existing.endswith(b"\n"):
            line = b"\n" + line
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            os.write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
