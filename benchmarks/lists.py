"""How well questions that ask for several things get all of them: MultiSpanQA's validation questions.

653 real search questions, each with its passage and every span of its answer; a **test** set: nothing was chosen on
it. Two systems are compared: ``best_span``, the reader's best span alone, and ``ours``, the citations of the answer
that the product gives when it has to answer.

- ``exact``: precision, recall and F1 of whole spans, summed over all questions; spans are equal when their SQuAD
  normal forms are.
- ``partial``: the same with words: a span given counts by the share of its words that the most similar right span
  has, a right span by the share of its words that the most similar span given has.
- ``recognised``: the share of the questions whose wording is seen to ask for several things, and both systems on
  those.

Intervals are 95 % bootstrap intervals over questions. Times are processor time per question without the reader.
"""

from __future__ import annotations

import gzip
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.markdown import number, share, table
from benchmarks.protocol import Measured, Setup
from rag.answer.answerer import Answerer
from rag.answer.compose.enumerations import list_items
from rag.language.english.normal_form import normal_form
from rag.language.sentences import split_sentences
from rag.question.shapes import shape_of
from rag.read.checkpoint import CheckpointReader, load_shipped_reader
from rag.read.confidence import load_calibration
from rag.records import Article, Candidate, Passage, Retrieved, Span
from rag.settings import AnswerSettings

TEST = "eval/multispanqa_valid.jsonl.gz"
SYSTEMS = {"best_span": "the reader's best span alone", "ours": "the answer's citations"}
MATCHES = {"exact": "whole spans", "partial": "words"}
SIMILARITY = 0.6
"""Stands in for the retriever's cosine, which a single given passage does not have; the median on sample questions."""
Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its passage and all spans of its answer, as texts."""

    id: str
    question: str
    passage: Retrieved
    answers: tuple[str, ...]


class EveryWord:
    """A vocabulary in which every word occurs once: a single passage has no telling frequencies."""

    def outside_passages(self, name: str) -> list[tuple[Article, Span]]:
        """Nothing: there is only the passage."""
        return []

    def document_frequencies(self, words: Sequence[str]) -> list[int]:
        """One for each word."""
        return [1] * len(words)

    def count_passages(self) -> int:
        """One."""
        return 1


class Remembering:
    """The reader, with its last candidates kept, so that both systems see the same ones."""

    def __init__(self, reader: CheckpointReader) -> None:
        self._reader = reader
        self.last: list[Candidate] = []

    @property
    def name(self) -> str:
        """The reader's own name."""
        return self._reader.name

    def read(self, question: str, passages: Sequence[Retrieved]) -> list[Candidate]:
        """As the reader's own ``read``."""
        self.last = self._reader.read(question, passages)
        return self.last


def read_cases(path: Path) -> list[Case]:
    """The cases of the set, each passage as an article of one passage."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    return [
        Case(row["id"], row["question"], as_passage(row["context"]), tuple(one["text"] for one in row["answers"]))
        for row in rows
    ]


def as_passage(text: str, title: str = "") -> Retrieved:
    """A whole text as one retrieved passage with its sentences."""
    article = Article(article_id="0" * 16, title=title, source="benchmark", path="/benchmark", text=text)
    passage = Passage(article.article_id, 0, len(text), tuple(split_sentences(text)))
    return Retrieved(passage, 1.0, article, vector_score=SIMILARITY)


def counts(given: Sequence[str], right: Sequence[str]) -> Counts:
    """``float64[6]``: exact hits, given, right; then summed shares of given and of right words, and given again."""
    predicted = {normal_form(text) for text in given} - {""}
    wanted = {normal_form(text) for text in right} - {""}
    shares = [max((_shared(one, other) for other in wanted), default=0.0) / len(one.split()) for one in predicted]
    found = [max((_shared(one, other) for other in predicted), default=0.0) / len(one.split()) for one in wanted]
    return np.array([len(predicted & wanted), len(predicted), len(wanted), sum(shares), sum(found), len(predicted)])


def _shared(one: str, other: str) -> int:
    return sum((Counter(one.split()) & Counter(other.split())).values())


def rates(total: Counts) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of whole spans and of words, from summed counts."""
    hits, given, right, shares, found, _ = total.tolist()
    exact = (hits / given if given else 0.0, hits / right if right else 0.0)
    partial = (shares / given if given else 0.0, found / right if right else 0.0)
    return {
        name: {"precision": round(p, 4), "recall": round(r, 4), "f1": round(2 * p * r / (p + r), 4) if p + r else 0.0}
        for name, (p, r) in (("exact", exact), ("partial", partial))
    }


def summarise(rows: Counts) -> dict[str, Any]:
    """The rates of ``float64[questions, 6]`` with bootstrap intervals of both F1 figures."""
    result: dict[str, Any] = rates(rows.sum(axis=0))
    draws = np.random.default_rng(0).integers(0, len(rows), (1000, len(rows)))
    drawn = [rates(rows[draw].sum(axis=0)) for draw in draws]
    for name in ("exact", "partial"):
        low, high = np.percentile([one[name]["f1"] for one in drawn], [2.5, 97.5])
        f1 = {"value": result[name]["f1"], "low": round(float(low), 4), "high": round(float(high), 4)}
        result[name] = {**result[name], "f1": f1}
    return result


def measure(setup: Setup) -> Measured:
    """All validation questions, or the first ``setup.questions``."""
    cases = read_cases(setup.file(TEST))[: setup.questions]
    setup.progress("reading", 0, len(cases))
    return Measured(figures_of(cases, load_shipped_reader()), {"questions": len(cases)})


def figures_of(cases: Sequence[Case], reader: CheckpointReader) -> dict[str, Any]:
    """The figures over all cases."""
    remembering = Remembering(reader)
    settings = AnswerSettings.model_validate({"abstain_below": 0.0})
    answerer = Answerer(remembering, load_calibration("checkpoint"), settings, EveryWord())
    best: list[Counts] = []
    ours: list[Counts] = []
    recognised: list[bool] = []
    milliseconds: list[float] = []
    for case in cases:
        answer = answerer.answer(case.question, case.question, [case.passage])
        top = remembering.last[0].text if remembering.last else ""
        given = [citation.text for citation in answer.citations] if answer.shape == "list" else [answer.answer or top]
        best.append(counts([top], case.answers))
        ours.append(counts(given, case.answers))
        recognised.append(shape_of(case.question).shape == "list")
        if remembering.last:
            begun = time.process_time()
            shape_of.__wrapped__(case.question)
            list_items(case.passage.text, case.passage.passage.sentences[0], remembering.last[0].span)
            milliseconds.append(1000 * (time.process_time() - begun))
    seen = np.array(recognised)
    tables = {"best_span": np.array(best), "ours": np.array(ours)}
    return {
        "questions": len(cases),
        "reader": reader.name,
        **{name: summarise(table) for name, table in tables.items()},
        "recognised": {
            "share": round(float(seen.mean()), 4),
            **{name: summarise(table[seen]) for name, table in tables.items() if seen.any()},
        },
        "processor_ms_p50": round(float(np.percentile(milliseconds, 50)), 3),
    }


def section(figures: Mapping[str, Any]) -> str:
    """Precision, recall and F1 of spans and words."""
    seen = figures["recognised"]
    groups = {"all questions": figures, "those seen to ask for several things": seen}
    rows = [
        [
            group,
            title,
            match,
            share(one[system][kind]["precision"]),
            share(one[system][kind]["recall"]),
            share(one[system][kind]["f1"]),
        ]
        for group, one in groups.items()
        for system, title in SYSTEMS.items()
        if system in one
        for kind, match in MATCHES.items()
    ]
    return (
        f"MultiSpanQA's {figures['questions']:,} validation questions, each with its passage and every span of its "
        f"answer; every question is answered. {share(seen['share'])} % are seen by their wording to ask for "
        "several things.\n\n"
        + table(["", "", "match", "precision, %", "recall, %", "F1, %"], rows)
        + f"\n\nProcessor time without the reader, median: {number(figures['processor_ms_p50'], 2)} ms."
    )
