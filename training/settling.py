"""The second stage of a calibration: its base rate and its threshold, from questions that people would ask.

The fit in :mod:`training.confidence` sees as many unanswerable questions as answerable ones, a third of them
adversarial; people's own questions of a few articles are kinder. One number, the coefficient of a small store, moves by
maximum likelihood on the dev split of the sample question set, and the threshold for abstaining is chosen there.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from rag.assistant import Assistant
from rag.evaluation.question_files import read_questions
from rag.evaluation.records import QuestionOutcome
from rag.evaluation.runs import evaluate
from rag.read.confidence import Calibration, smallness
from rag.settings import Settings

logger = logging.getLogger(__name__)
Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


def settle(calibration: Calibration, reader: str, samples: Path) -> Calibration:
    """``calibration`` with the coefficient of ``smallness`` and its threshold chosen on ``samples/questions.jsonl``.

    The samples are a small store, so the coefficient moves every probability there and none in a large store. The
    questions are asked through the product, which must already work with ``calibration``: it is the one that
    ``load_calibration`` gives.

    Args:
        reader: as ``answer.reader``.
        samples: articles with a ``questions.jsonl``, of which the dev split is asked.
    """
    confidences, right, passages = ask_samples(reader, samples)
    logits = _logits(confidences)
    given = confidences > 0
    shift = best_shift(logits[given], right[given])
    settled = np.where(given, 1 / (1 + np.exp(-(logits + shift))), 0.0)
    threshold = choose_threshold(settled, right)
    figures = figures_at(threshold, settled, right)
    logger.info("samples: %d passages, shift %.3f, threshold %.2f, %s", passages, shift, threshold, figures)
    name = "smallness"
    added = shift * calibration.scales[name] / smallness(passages)
    fitted = {**calibration.fitted, "samples": "dev split of seeds/questions.jsonl: smallness and threshold"}
    fitted["figures"] = {**calibration.fitted["figures"], "samples": figures}
    return replace(
        calibration,
        coefficients={**calibration.coefficients, name: round(calibration.coefficients[name] + added, 5)},
        threshold=threshold,
        fitted=fitted,
    )


def ask_samples(reader: str, samples: Path) -> tuple[Floats, Booleans, int]:
    """Confidence and correctness of every sample question when no threshold holds an answer back, ``[n]`` each.

    The third value is how many passages the samples make.
    """
    settings = Settings.load(answer={"reader": reader, "abstain_below": 0.0})
    questions = read_questions(samples / "questions.jsonl").with_split("dev")
    with tempfile.TemporaryDirectory() as temporary, Assistant(Path(temporary), settings) as assistant:
        assistant.add(samples)
        rows = evaluate(assistant, questions, save=False).rows
        passages = assistant.store.count_passages()
    return *outcomes(rows), passages


def outcomes(rows: Sequence[QuestionOutcome]) -> tuple[Floats, Booleans]:
    """Confidence and correctness of each row.

    What is refused without a threshold (its subject is absent) has confidence 0, and counts as right when the articles
    do answer it: then no threshold makes it end well.
    """
    confidences = np.array([row.confidence if row.answered else 0.0 for row in rows], dtype=np.float64)
    return confidences, np.array([bool(row.right) if row.answered else bool(row.expected) for row in rows])


def best_shift(logits: Floats, right: Booleans) -> float:
    """What to add to every logit so that ``right`` becomes most likely."""

    def loss(shift: Floats) -> float:
        shifted = logits + shift[0]
        return float(np.logaddexp(0, shifted).sum() - shifted[right].sum())

    return float(minimize(loss, np.zeros(1), method="L-BFGS-B").x[0])


def choose_threshold(probabilities: Floats, right: Booleans) -> float:
    """The threshold that a calibrated probability implies, one half, or the nearest that is not clearly worse.

    A question ends well when it is answered rightly, or not answered where the answer would be wrong. Of the thresholds
    whose share of such questions lies within one standard error of the best share, the one nearest to one half is
    taken: what a few questions gain elsewhere is noise.
    """
    grid = np.round(np.arange(0.05, 0.951, 0.01), 2)
    ends_well = np.array([float(((probabilities >= threshold) == right).mean()) for threshold in grid])
    best = float(ends_well.max())
    error = float(np.sqrt(best * (1 - best) / len(right)))
    good = grid[ends_well >= best - error - 1e-9]
    return float(good[np.argmin(np.abs(good - 0.5))])


def figures_at(threshold: float, probabilities: Floats, right: Booleans) -> dict[str, Any]:
    """How well ``probabilities`` tell right answers from wrong ones, rates rounded to four digits.

    What cannot be told (the AUROC when all or none are right, shares of nothing) is None.
    """
    refused = probabilities < threshold
    return {
        "questions": len(right),
        "right when always answered": round(float(right.mean()), 4),
        "auroc": round(float(roc_auc_score(right, probabilities)), 4) if right.any() and not right.all() else None,
        "brier": round(float(((probabilities - right) ** 2).mean()), 4),
        "ends well at the threshold": round(float(((probabilities >= threshold) == right).mean()), 4),
        "refusals that avoid a wrong answer": round(float((~right[refused]).mean()), 4) if refused.any() else None,
        "wrong answers that are avoided": round(float(refused[~right].mean()), 4) if not right.all() else None,
    }


def _logits(probabilities: Floats) -> Floats:
    inside = np.clip(probabilities, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)), dtype=np.float64)
