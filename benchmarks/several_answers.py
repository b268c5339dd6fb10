"""Ambiguous questions whose documents give several right answers, wrong ones or noise: RAMDocs, its dev half.

Each question's documents are the passages of a store of its own. The product answers at its own threshold; what it
gives are its answer and the alternatives that it shows beside it.

- ``recall``: the right answers that are among them, mean over questions.
- ``wrong``: the share of questions where a known wrong answer is among them.
- ``right_first``: the share of questions whose first answer is a right one.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.intervals import means
from benchmarks.lists import EveryWord, as_passage
from benchmarks.markdown import share, table
from benchmarks.protocol import Measured, Setup
from rag.answer.answerer import Answerer
from rag.evaluation.metrics.equivalence import is_right
from rag.read.checkpoint import load_shipped_reader
from rag.read.confidence import load_calibration
from rag.read.protocol import Reader
from rag.records import Retrieved
from rag.settings import AnswerSettings

DEV = "eval/ramdocs_dev.jsonl.gz"
FIGURES = {
    "recall": "right answers that are given",
    "wrong": "questions with a wrong answer among those given",
    "right_first": "questions whose first answer is right",
    "answered": "questions that are answered",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its documents, its right answers and the wrong ones that documents give."""

    question: str
    passages: tuple[Retrieved, ...]
    right: tuple[str, ...]
    wrong: tuple[str, ...]


def read_cases(path: Path) -> list[Case]:
    """The cases of the set, each document as an article of one passage."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    return [
        Case(
            row["question"],
            tuple(_passage(place, document["text"]) for place, document in enumerate(row["documents"], 1)),
            tuple(row["gold_answers"]),
            tuple(row["wrong_answers"]),
        )
        for row in rows
    ]


def measure(setup: Setup) -> Measured:
    """All questions, or the first ``setup.questions``."""
    cases = read_cases(setup.file(DEV))[: setup.questions]
    setup.progress("reading", 0, len(cases))
    return Measured(figures_of(cases, load_shipped_reader()), {"questions": len(cases)})


def figures_of(cases: Sequence[Case], reader: Reader) -> dict[str, Any]:
    """The figures over all cases."""
    answerer = Answerer(reader, load_calibration("checkpoint"), AnswerSettings(), EveryWord())
    columns: dict[str, list[float]] = {name: [] for name in FIGURES}
    for case in cases:
        answer = answerer.answer(case.question, case.question, case.passages)
        given = [answer.answer, *(other.answer for other in answer.alternatives)] if answer.answered else []
        found = [any(is_right(text, [right]) for text in given) for right in case.right]
        columns["recall"].append(sum(found) / len(found) if found else 0.0)
        columns["wrong"].append(float(any(is_right(text, [wrong]) for text in given for wrong in case.wrong)))
        columns["right_first"].append(float(bool(given) and is_right(given[0], case.right)))
        columns["answered"].append(float(answer.answered))
    return {"questions": len(cases), "reader": reader.name, **means(columns)}


def section(figures: Mapping[str, Any]) -> str:
    """The shares with their intervals."""
    rows = [[label, share(figures[name])] for name, label in FIGURES.items()]
    return f"{figures['questions']} questions with their documents, RAMDocs dev half.\n\n" + table(["", "%"], rows)


def _passage(number: int, text: str) -> Retrieved:
    """A document as an article with an identity of its own."""
    passage = as_passage(text)
    identity = hashlib.sha256(text.encode()).hexdigest()[:16]
    return replace(
        passage,
        article=replace(passage.article, article_id=identity),
        passage=replace(passage.passage, article_id=identity, passage_id=number),
    )
