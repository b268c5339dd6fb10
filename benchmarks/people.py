"""Questions as a new user asks them, over raw copies of web pages, the sample articles and short news articles.

A **dev** set: calibrations are fitted on folds of it. Every question is asked through the product at its own threshold.
An answer is right when it is equivalent to an acceptable one and holds nothing that is forbidden; where the articles do
not answer, an abstention is right. Follow-ups are asked after their earlier questions. Questions that only passages
answer count in none of the figures.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.intervals import percentiles, with_intervals
from benchmarks.markdown import number, rate, share, table
from benchmarks.protocol import PROJECT, Measured, Setup
from rag.assistant import Assistant
from rag.evaluation.metrics import statistics
from rag.evaluation.metrics.equivalence import is_right
from rag.records import Answer

QUESTIONS = "../cases/users_dev.jsonl"
STORES = {"news": "../cases/news", "raw": "../seeds"}
SURE = 0.9
FIGURES = {
    "right": "right, of all",
    "wrong_shown": "wrong and shown, of all",
    "wrongly_refused": "refused though it is answered, of all",
    "refusals": "refused, of those that nothing answers",
    "precision_sure": f"right, of answers at {SURE:.0%} and more",
    "auroc": "AUROC of the confidence: right answers above wrong ones and above due refusals",
    "ece": "calibration error, over answers",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A question's outcome.

    Attributes:
        due: an answer was due.
        answered: one was given.
        right: it was right, or an abstention was due and given.
    """

    store: str
    due: bool
    answered: bool
    right: bool
    confidence: float
    milliseconds: float


def measure(setup: Setup) -> Measured:
    """All questions that are due an answer or a refusal."""
    questions = read_questions(setup.file(QUESTIONS))
    folders = {"samples": PROJECT / "seeds", **{name: setup.file(folder) for name, folder in STORES.items()}}
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(dir=setup.folder("stores")) as temporary:
        for name, folder in folders.items():
            asked = [question for question in questions if question["store"] == name]
            with Assistant(Path(temporary) / name) as assistant:
                assistant.add(folder)
                for question in asked:
                    setup.progress("asking", len(rows), len(questions))
                    rows.append(row_of(question, ask(assistant, question)))
    return Measured(figures_of(rows), {"questions": len(rows)})


def read_questions(path: Path) -> list[dict[str, Any]]:
    """The questions that are due an answer or a refusal."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["expect"] in ("answer", "refuse")]


def ask(assistant: Assistant, question: Mapping[str, Any]) -> Answer:
    """The answer to a question after its earlier ones."""
    history: list[Answer] = []
    for earlier in question["history"]:
        history.append(assistant.ask(earlier, history=history))
    return assistant.ask(question["question"], history=history)


def row_of(question: Mapping[str, Any], answer: Answer) -> Row:
    """What became of a question."""
    due = question["expect"] == "answer"
    return Row(
        question["store"],
        due,
        answer.answered,
        is_acceptable(question, answer) if answer.answered else not due,
        float(answer.confidence),
        float(answer.timings_ms.get("total", 0.0)),
    )


def is_acceptable(question: Mapping[str, Any], answer: Answer) -> bool:
    """Whether what is shown is one of the answers, all that are asked for, and nothing that is forbidden."""
    if question["expect"] != "answer":
        return False
    shown = answer.answer or ""
    if answer.shape in ("list", "parts"):
        shown = "\n".join([shown, *(citation.text for citation in answer.citations)])
    if any(is_right(shown, [text]) for text in question["forbid"]):
        return False
    holds_one = not question["answers"] or is_right(shown, question["answers"])
    return holds_one and all(is_right(shown, [text]) for text in question["all_of"])


def figures_of(rows: Sequence[Row]) -> dict[str, Any]:
    """Shares with intervals, for all questions and for each store."""
    due = np.array([row.due for row in rows])
    answered = np.array([row.answered for row in rows])
    right = np.array([row.right for row in rows])
    confidence = np.array([row.confidence for row in rows])
    everyone = np.ones(len(rows), dtype=bool)
    judged = answered | ~due
    measured = {
        "right": statistics.mean(right.astype(np.float64), everyone),
        "wrong_shown": statistics.mean((answered & ~right).astype(np.float64), everyone),
        "wrongly_refused": statistics.mean((due & ~answered).astype(np.float64), everyone),
        "refusals": statistics.precision(~due, ~answered),
        "precision_sure": statistics.precision(answered & (confidence >= SURE), right),
        "auroc": statistics.auroc(confidence, answered & right, judged),
        "ece": statistics.expected_calibration_error(confidence, right, answered),
    }
    return {
        "questions": len(rows),
        **with_intervals(measured, len(rows)),
        "stores": {
            name: float(np.mean([row.right for row in rows if row.store == name]))
            for name in sorted({row.store for row in rows})
        },
        "ask": percentiles([row.milliseconds for row in rows]),
    }


def section(figures: Mapping[str, Any]) -> str:
    """The shares and the time."""
    rows = [
        [label, rate(figures[name]) if name in ("auroc", "ece") else f"{share(figures[name])} %"]
        for name, label in FIGURES.items()
    ]
    stores = ", ".join(f"{name} {100 * value:.0f} %" for name, value in figures["stores"].items())
    return (
        f"{figures['questions']} questions; right by store: {stores}.\n\n"
        + table(["", ""], rows)
        + f"\n\nTime of a question, median: {number(figures['ask']['p50_ms'])} ms."
    )
