from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from rag.errors import QuestionSetError
from rag.evaluation.question_files import read_questions

CORPUS = [{"_id": "d1", "title": "Bridge", "text": "It reopened."}, {"_id": "d2", "title": "", "text": "A fort."}]
QUERIES = [{"_id": "1", "text": "when did it reopen"}, {"_id": "2", "text": "nobody judged this"}]


def beir(
    folder: Path,
    corpus: list[dict[str, Any]] = CORPUS,
    queries: list[dict[str, Any]] = QUERIES,
    qrels: str = "query-id\tcorpus-id\tscore\n1\td1\t2\n1\td2\t0\n",
) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, corpus)).encode()))
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (folder / "qrels").mkdir(exist_ok=True)
    (folder / "qrels" / "test.tsv").write_text(qrels)
    return folder


def squad(path: Path, *rows: dict[str, Any], **article: Any) -> Path:
    paragraph = {"context": "Ida cut the ribbon.", "qas": list(rows)}
    path.write_text(json.dumps({"data": [{"title": "Old_Bridge", "paragraphs": [paragraph], **article}]}))
    return path


def test_beir_keeps_judged_queries_grades_and_corpus(tmp_path: Path) -> None:
    question_set = read_questions(beir(tmp_path / "set"))
    (question,) = question_set
    assert (question.id, question.answers, dict(question.relevant)) == ("1", None, {"d1": 2, "d2": 0})
    assert [(article.source, article.title, article.text) for article in question_set.articles] == [
        ("d1", "Bridge", "It reopened."),
        ("d2", "", "A fort."),
    ]


def test_beir_judgements_may_lie_beside_the_corpus_and_lack_a_header(tmp_path: Path) -> None:
    folder = beir(tmp_path / "set", qrels="")
    (folder / "qrels.tsv").write_text("1\td2\t1\n")
    assert dict(read_questions(folder).questions[0].relevant) == {"d2": 1}


def test_beir_reports_every_problem(tmp_path: Path) -> None:
    folder = beir(
        tmp_path / "set",
        corpus=[*CORPUS, CORPUS[0], {"_id": 3, "text": "x"}],
        queries=[{"_id": "1"}, QUERIES[1]],
        qrels="query-id\tcorpus-id\tscore\n1\td1\t2\n2\td9\t1\n2 d1 1\n",
    )
    with pytest.raises(QuestionSetError) as caught:
        read_questions(folder)
    assert [problem.removeprefix(str(folder)) for problem in caught.value.problems] == [
        "/corpus.jsonl.gz:3: _id: 'd1' is already on line 1",
        "/corpus.jsonl.gz:4: _id: must be text",
        "/queries.jsonl:1: text: must be text",
        "/qrels/test.tsv:2: query-id: '1' is not in queries.jsonl",
        "/qrels/test.tsv:3: corpus-id: 'd9' is not in corpus.jsonl.gz",
        "/qrels/test.tsv:4: row: must be query-id, corpus-id and a whole grade, separated by tabs",
    ]


@pytest.mark.parametrize("missing", ["corpus.jsonl.gz", "queries.jsonl", "qrels/test.tsv"])
def test_a_folder_that_is_not_beir(tmp_path: Path, missing: str) -> None:
    folder = beir(tmp_path / "set")
    (folder / missing).unlink()
    with pytest.raises(QuestionSetError, match="it has no " + missing.partition("/")[0].partition(".")[0]):
        read_questions(folder)


def test_beir_without_judgements(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="has no judgements"):
        read_questions(beir(tmp_path / "set", qrels="query-id\tcorpus-id\tscore\n"))


def test_squad_with_unanswerable_questions(tmp_path: Path) -> None:
    path = squad(
        tmp_path / "dev.json",
        {"id": "a", "question": " Who? ", "answers": [{"text": "Ida", "answer_start": 0}, {"text": "Ida"}]},
        {"id": "b", "question": "Where?", "answers": [{"text": "wrong"}], "is_impossible": True},
    )
    question_set = read_questions(path)
    first, second = question_set
    assert (first.question, first.answers, first.source, first.extra) == (
        "Who?",
        ("Ida",),
        "Old_Bridge",
        {"paragraph": 0},
    )
    assert (second.answers, second.source, second.extra["near"]) == ((), None, "Old_Bridge")
    assert question_set.articles[0].title == "Old Bridge"
    assert question_set.articles[0].text == "Ida cut the ribbon."


def test_squad_problems_name_the_value(tmp_path: Path) -> None:
    path = squad(
        tmp_path / "dev.json",
        {"id": "a", "question": "Who?", "answers": []},
        {"id": "a", "question": "", "answers": [{"text": 3}]},
        {"question": "Who?"},
    )
    with pytest.raises(QuestionSetError) as caught:
        read_questions(path)
    place = "data[0].paragraphs[0].qas"
    assert [problem.removeprefix(f"{path}:1: ") for problem in caught.value.problems] == [
        f"{place}[1].question: must be text that is not empty",
        f"{place}[1].answers[0].text: must be text that is not empty",
        f"{place}[1].id: 'a' is already at {place}[0]",
        f"{place}[2].id: must be text that is not empty",
        f"{place}[2].answers: must be a list",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xef\xbb\xbf \n", ":1: file: is empty"),
        (b"{", ":1: file: is not JSON"),
        (b"[]", "there is no list named data"),
        (b'{"data": [3]}', r"data\[0\]\.title: must be text"),
        (b'{"data": []}', "has no questions"),
        (b"\xff", "byte 1 is not UTF-8"),
        (b"[" * 100_000, "is not JSON"),
    ],
)
def test_files_that_are_not_squad(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "dev.json"
    path.write_bytes(content)
    with pytest.raises(QuestionSetError, match=message):
        read_questions(path)
