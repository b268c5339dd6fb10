"""The benchmark parts on bearing words, people's questions and several right answers: what they count."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks import people, several_answers, verbatim
from rag.read.protocol import Examiner
from rag.read.readings import Reading, ScoredSentence
from rag.records import Answer, Candidate, Retrieved, Span

CHUNK = "Rain fell on the mill. The mill burned. Nobody was hurt."


class Judging:
    """A reader that takes the sentences with a word of the question to bear on it, and proposes their first word."""

    name = "judging"

    def read(self, question: str, passages: Sequence[Retrieved]) -> list[Candidate]:
        return list(self.examine(question, passages).candidates)

    def examine(self, question: str, passages: Sequence[Retrieved]) -> Reading:
        words = set(question.lower().split())
        sentences = [
            ScoredSentence(passage, span, 5.0 if words & set(span.of(passage.article.text).lower().split()) else -5.0)
            for passage in passages
            for span in passage.passage.sentences
        ]
        best = [sentence for sentence in sentences if sentence.logit > 0]
        candidates = [
            Candidate(one.retrieved, Span(one.span.start, one.span.start + len(one.text.split()[0])), 30.0, -30.0)
            for one in best
        ]
        return Reading(candidates, sentences)


def test_a_word_counts_when_any_of_it_is_covered() -> None:
    row = verbatim.Row("q", "", "alpha beta gamma delta", (Span(0, 10),), {})
    counted = verbatim.counts(row, [Span(8, 12)])
    assert counted.tolist() == [1.0, 2.0, 2.0]
    assert verbatim.micro_f1(np.array([counted]))(np.ones((1, 1))).tolist() == [0.5]


def test_bearing_sentences_are_compared_with_the_peers(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl.gz"
    row = {"query": "mill burned", "title": "Mills", "chunk": CHUNK, "spans": [[0, 39]], "peers": {"one": [[0, 4]]}}
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.write(json.dumps(row) + "\n")
    reader = Judging()
    assert isinstance(reader, Examiner)
    figures = verbatim.figures_of(verbatim.read_rows(path), reader)
    assert figures["f1"]["sentences"]["value"] == pytest.approx(2 * 3 / (3 + 8), abs=1e-3)
    assert figures["f1"]["one"]["value"] == pytest.approx(2 * 1 / (1 + 8), abs=1e-3)
    assert figures["beside"]["sentences"]["one"]["difference"] > 0
    assert "word F1" in verbatim.section(figures)


def test_all_right_answers_are_looked_for(tmp_path: Path) -> None:
    path = tmp_path / "ramdocs.jsonl.gz"
    documents = [{"text": "Oslo is the port.", "type": "correct", "answer": "Oslo"}]
    rows = [
        {"question": "Which port ?", "documents": documents, "gold_answers": ["Oslo", "Bergen"], "wrong_answers": []},
        {"question": "Which port ?", "documents": documents, "gold_answers": ["Bergen"], "wrong_answers": ["Oslo"]},
    ]
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)
    cases = several_answers.read_cases(path)
    assert cases[0].passages[0].passage.article_id == cases[0].passages[0].article.article_id

    class Certain(Judging):
        def examine(self, question: str, passages: Sequence[Retrieved]) -> Reading:
            return Reading([Candidate(passages[0], Span(0, 4), 60.0, -60.0)])

    figures = several_answers.figures_of(cases, Certain())
    assert figures["answered"]["value"] == 1.0
    assert figures["recall"]["value"] == 0.25
    assert figures["wrong"]["value"] == 0.5
    assert figures["right_first"]["value"] == 0.5


def question(expect: str, answers: Sequence[str] = (), **more: object) -> dict[str, object]:
    empty: dict[str, object] = {"store": "news", "question": "Who?", "all_of": [], "forbid": []}
    return {**empty, "expect": expect, "answers": list(answers), **more}


def answer(text: str | None, confidence: float = 0.8) -> Answer:
    return Answer("Who?", "Who?", text is not None, text, confidence, timings_ms={"total": 5.0})


def test_people_get_what_is_acceptable_and_nothing_forbidden() -> None:
    assert people.is_acceptable(question("answer", ["Ada Finch"]), answer("the mayor, Ada Finch"))
    assert not people.is_acceptable(question("answer", ["Ada Finch"], forbid=["mayor"]), answer("the mayor, Ada Finch"))
    assert not people.is_acceptable(question("answer", all_of=["Ada", "Ben"]), answer("Ada"))
    assert not people.is_acceptable(question("refuse"), answer("Ada"))


def test_refusals_and_sure_mistakes_are_told_apart() -> None:
    outcomes = [
        (question("answer", ["Ada"]), answer("Ada", 0.95)),
        (question("answer", ["Ada"]), answer("Ben", 0.93)),
        (question("answer", ["Ada"]), answer(None, 0.3)),
        (question("refuse"), answer(None, 0.2)),
        (question("refuse"), answer("Ben", 0.6)),
    ]
    figures = people.figures_of([people.row_of(*outcome) for outcome in outcomes])
    values = {name: figures[name]["value"] for name in people.FIGURES}
    assert values["right"] == pytest.approx(0.4)
    assert values["wrong_shown"] == pytest.approx(0.4)
    assert values["wrongly_refused"] == pytest.approx(0.2)
    assert values["refusals"] == pytest.approx(0.5)
    assert values["precision_sure"] == pytest.approx(0.5)
    assert "right by store: news 40 %" in people.section(figures)
