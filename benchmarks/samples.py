"""The project's own question set over its sample articles (its test split), as ``citespan evaluate`` scores it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from typing import Any

from benchmarks.intervals import with_intervals
from benchmarks.markdown import rate, share, table
from benchmarks.protocol import PROJECT, Measured, Setup
from benchmarks.results import rounded
from rag.assistant import Assistant
from rag.evaluation.metrics import statistics
from rag.evaluation.question_files import read_questions
from rag.evaluation.records import QuestionOutcome
from rag.evaluation.runs import evaluate
from rag.settings import Settings

SHOWN = {
    "retrieval.recall@10": "the passage that answers is among the first ten",
    "answers.exact_match": "exact match",
    "answers.f1": "F1",
    "answers.contains": "the answer contains an acceptable one",
    "abstention.precision": "refusal precision",
    "abstention.recall": "refusal recall",
    "abstention.auroc": "AUROC of the confidence",
    "calibration.ece": "expected calibration error",
    "calibration.brier": "Brier score",
}


def measure(setup: Setup) -> Measured:
    """Add ``seeds/`` to a new store and evaluate the test split."""
    seeds = PROJECT / "seeds"
    questions = read_questions(seeds / "questions.jsonl").with_split("test")
    with tempfile.TemporaryDirectory(dir=setup.folder("stores")) as folder, Assistant(folder, Settings()) as assistant:
        assistant.add(seeds)
        run = evaluate(
            assistant,
            questions,
            progress=lambda step: setup.progress(step.stage, step.done, step.total or 0),
            save=False,
        )
    figures: dict[str, Any] = {"questions": len(run.rows)}
    for name in SHOWN:
        group, _, key = name.partition(".")
        interval = run.figures[group][f"{key}_ci"] or [None, None]
        low, high = (rounded(bound) for bound in interval)
        figures[name.replace(".", "_")] = {"value": rounded(run.figures[group][key]), "low": low, "high": high}
    return Measured({**figures, **goals(run.rows)}, {"questions": len(run.rows)})


def goals(rows: tuple[QuestionOutcome, ...]) -> dict[str, Any]:
    """Answerable questions right in quote and article, and follow-ups right."""
    import numpy as np

    answerable = np.array([bool(row.expected) and not row.history for row in rows])
    follow_up = np.array([bool(row.history) for row in rows])
    cited = np.array([float(row.quote_contains == 1.0 and row.in_source is not False) for row in rows])
    right = np.array([float(bool(row.right)) for row in rows])
    return {
        "answerable_questions": int(answerable.sum()),
        "follow_up_questions": int(follow_up.sum()),
        **with_intervals(
            {
                "answerable_cited_rightly": statistics.mean(cited, answerable),
                "follow_ups_right": statistics.mean(right, follow_up),
            },
            len(rows),
        ),
    }


def section(figures: Mapping[str, Any]) -> str:
    """One table."""
    rows = [
        [
            f"answered, the quote holds the answer, right article ({figures['answerable_questions']} questions)",
            share(figures["answerable_cited_rightly"]),
        ],
        [f"follow-ups right ({figures['follow_up_questions']} questions)", share(figures["follow_ups_right"])],
        *([title, rate(figures[name.replace(".", "_")])] for name, title in SHOWN.items()),
    ]
    return f"{figures['questions']} questions of the test split.\n\n{table(['', 'value'], rows)}"
