"""Reads the two layouts in which research sets come: BEIR folders (retrieval) and SQuAD JSON (answers)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import QuestionSetError
from rag.evaluation.json_lines import json_objects, read_bytes
from rag.evaluation.questions import Question, QuestionSet, SetArticle


def read_beir(folder: Path) -> QuestionSet:
    """The judged queries of a BEIR folder (``corpus.jsonl``, ``queries.jsonl``, ``qrels.tsv`` or ``qrels/test.tsv``).

    Files may be gzipped. Queries without judgements are left out: there is nothing to compare them with. The corpus
    becomes ``articles`` named by their ids; ``answers`` is None for every question.

    Raises:
        QuestionSetError: a file is missing or has bad rows, or a judgement names an unknown query or article.
    """
    corpus_path = _find(folder, "corpus.jsonl")
    queries_path = _find(folder, "queries.jsonl")
    qrels_path = _find(folder, "qrels.tsv", "qrels/test.tsv")
    problems: list[str] = []
    articles = {row["_id"]: row for _, row in _beir_rows(corpus_path, problems)}
    queries = {row["_id"]: (line, row["text"]) for line, row in _beir_rows(queries_path, problems)}
    judged: dict[str, dict[str, int]] = {}
    for line, query, article, grade in _judgements(qrels_path, problems):
        if query not in queries:
            problems.append(f"{qrels_path}:{line}: query-id: {query!r} is not in {queries_path.name}")
        elif article not in articles:
            problems.append(f"{qrels_path}:{line}: corpus-id: {article!r} is not in {corpus_path.name}")
        else:
            judged.setdefault(query, {})[article] = grade
    if not problems and not judged:
        problems.append(f"{qrels_path}:1: row: the file has no judgements")
    if problems:
        raise QuestionSetError(problems)
    return QuestionSet(
        tuple(
            Question(query, text.strip(), None, relevant=judged[query], line=line)
            for query, (line, text) in queries.items()
            if query in judged
        ),
        str(folder),
        tuple(SetArticle(key, str(row.get("title") or ""), row["text"]) for key, row in articles.items()),
    )


def read_squad(data: bytes, name: str) -> QuestionSet:
    """The questions of a SQuAD file (v1.1 or v2, unanswerable ones too).

    Each SQuAD article becomes one article named by its title, its paragraphs joined by an empty line. ``extra`` has
    ``paragraph`` (from 0) and, for unanswerable questions, ``near``: the article the question was written about.

    Raises:
        QuestionSetError: the file is not SQuAD JSON, or values are missing or of the wrong type; each problem names
            the value's path (``data[3].paragraphs[0].qas[1].question``).
    """
    try:
        text = data.decode("utf-8-sig")
        if not text.strip():
            raise QuestionSetError([f"{name}:1: file: is empty"])
        document = json.loads(text)
    except UnicodeDecodeError as error:
        raise QuestionSetError([f"{name}: byte {error.start + 1} is not UTF-8"]) from None
    except json.JSONDecodeError as error:
        raise QuestionSetError([f"{name}:{error.lineno}: file: is not JSON: {error.msg}"]) from None
    except (ValueError, RecursionError) as error:
        raise QuestionSetError([f"{name}:1: file: is not JSON: {error}"]) from None
    if not isinstance(document, dict) or not isinstance(document.get("data"), list):
        raise QuestionSetError([f"{name}:1: data: is not a SQuAD file: there is no list named data"])
    problems: list[str] = []
    questions: list[Question] = []
    articles: list[SetArticle] = []
    seen: dict[str, str] = {}
    for number, article in enumerate(document["data"]):
        where = f"data[{number}]"
        title = _text(article, "title", where, problems, default=f"article {number}")
        contexts: list[str] = []
        for index, paragraph in enumerate(_list(article, "paragraphs", where, problems)):
            place = f"{where}.paragraphs[{index}]"
            contexts.append(_text(paragraph, "context", place, problems))
            for position, row in enumerate(_list(paragraph, "qas", place, problems)):
                here = f"{place}.qas[{position}]"
                question = _squad_question(row, title, index, here, problems)
                if question.id in seen:
                    problems.append(f"{here}.id: {question.id!r} is already at {seen[question.id]}")
                seen[question.id] = here
                questions.append(question)
        articles.append(SetArticle(title, title.replace("_", " "), "\n\n".join(contexts)))
    if problems:
        raise QuestionSetError([f"{name}:1: {problem}" for problem in problems])
    if not questions:
        raise QuestionSetError([f"{name}:1: data: the file has no questions"])
    return QuestionSet(tuple(questions), name, tuple(articles))


def _squad_question(row: object, title: str, paragraph: int, where: str, problems: list[str]) -> Question:
    identity = _text(row, "id", where, problems)
    text = _text(row, "question", where, problems)
    impossible = isinstance(row, dict) and row.get("is_impossible") is True
    given = [] if impossible else _list(row, "answers", where, problems)
    answers = [_text(answer, "text", f"{where}.answers[{number}]", problems) for number, answer in enumerate(given)]
    extra: dict[str, Any] = {"paragraph": paragraph}
    if not answers:
        extra["near"] = title
    return Question(identity, text.strip(), tuple(dict.fromkeys(answers)), title if answers else None, extra=extra)


def _text(holder: object, key: str, where: str, problems: list[str], default: str | None = None) -> str:
    value = holder.get(key, default) if isinstance(holder, dict) else None
    if isinstance(value, str) and value.strip():
        return value
    problems.append(f"{where}.{key}: must be text that is not empty")
    return ""


def _list(holder: object, key: str, where: str, problems: list[str]) -> list[Any]:
    value = holder.get(key) if isinstance(holder, dict) else None
    if isinstance(value, list):
        return value
    problems.append(f"{where}.{key}: must be a list")
    return []


def _find(folder: Path, *names: str) -> Path:
    """The first of ``names`` (or its ``.gz``) that is in ``folder``."""
    for name in names:
        for candidate in (folder / name, folder / f"{name}.gz"):
            if candidate.is_file():
                return candidate
    raise QuestionSetError([f"{folder}: is not a BEIR folder: it has no {' or '.join(names)} (or .gz)"])


def _beir_rows(path: Path, problems: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a corpus or query file that have a text ``_id`` not seen before and a text ``text``."""
    seen: dict[str, int] = {}
    for line, row in json_objects(read_bytes(path), str(path), problems):
        wrong = [key for key in ("_id", "text") if not isinstance(row.get(key), str)]
        problems.extend(f"{path}:{line}: {key}: must be text" for key in wrong)
        if wrong:
            continue
        if row["_id"] in seen:
            problems.append(f"{path}:{line}: _id: {row['_id']!r} is already on line {seen[row['_id']]}")
        else:
            seen[row["_id"]] = line
            yield line, row


def _judgements(path: Path, problems: list[str]) -> Iterator[tuple[int, str, str, int]]:
    """(line, query, article, grade) of each row; a first row whose grade is a word is the header."""
    text = read_bytes(path).decode("utf-8-sig", "replace")
    for line, row in enumerate(text.splitlines(), start=1):
        cells = row.split("\t")
        if not row.strip() or (line == 1 and cells[-1].strip().isalpha()):
            continue
        if len(cells) != 3 or not cells[2].strip().lstrip("-").isdigit():
            problems.append(f"{path}:{line}: row: must be query-id, corpus-id and a whole grade, separated by tabs")
            continue
        yield line, cells[0], cells[1], int(cells[2])
