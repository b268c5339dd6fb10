"""How good a reader is on the held-out articles, while it trains."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from rag.evaluation.metrics.answers import exact_match, f1
from training.batches import SpecialTokens, assemble
from training.examples import Example
from training.features import FeatureSet
from training.model import TrainableReader

MAX_ANSWER_TOKENS = 30
_BATCH = 32


@dataclass(frozen=True, slots=True)
class DevScores:
    """Rates are 0 to 1.

    Attributes:
        exact_match, f1: of the best span, on the answerable questions.
        span_auroc: answerable against unanswerable by (best span minus no-answer) score.
        relevance_auroc: the same by the relevance output.
    """

    questions: int
    exact_match: float
    f1: float
    span_auroc: float
    relevance_auroc: float


@dataclass(frozen=True, slots=True)
class DevReadings:
    """What was read for each question, one value per question.

    Attributes:
        answerable: ``bool[n]``.
        exact, overlap: exact match and F1 of the best span (0 for unanswerable questions).
        margins: best span minus no-answer score.
        relevances: the relevance output.
    """

    answerable: NDArray[np.bool_]
    exact: NDArray[np.float64]
    overlap: NDArray[np.float64]
    margins: NDArray[np.float64]
    relevances: NDArray[np.float64]

    def scores(self) -> DevScores:
        """The figures over all questions."""
        asked = self.answerable
        return DevScores(
            questions=len(asked),
            exact_match=round(float(self.exact[asked].mean()) if asked.any() else 0.0, 4),
            f1=round(float(self.overlap[asked].mean()) if asked.any() else 0.0, 4),
            span_auroc=round(auroc(self.margins, asked), 4),
            relevance_auroc=round(auroc(self.relevances, asked), 4),
        )


def sample_examples(examples: Sequence[Example], count: int, seed: int = 0) -> list[Example]:
    """``count`` examples drawn with ``seed``, or all of them when there are fewer."""
    return list(examples) if len(examples) <= count else random.Random(seed).sample(list(examples), count)


def evaluate(
    model: TrainableReader, features: FeatureSet, examples: Sequence[Example], special: SpecialTokens, bfloat16: bool
) -> DevReadings:
    """Reads every feature without titles and scores the best span of each example."""
    best: dict[int, tuple[float, str]] = {}
    spans: dict[int, float] = {}
    relevances: dict[int, float] = {}
    hidden = np.zeros(len(features), dtype=bool)
    order = np.argsort(features.lengths(hidden), kind="stable")
    for begin in range(0, len(order), _BATCH):
        indices = order[begin : begin + _BATCH]
        batch = assemble(features, indices, hidden[indices], special)
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
            outputs = model(batch.input_ids, batch.attention_mask, batch.token_type_ids)
        for row, index in enumerate(indices.tolist()):
            _, _, context, window, end, _, _, example = features.rows[index].tolist()
            first = int(batch.passage_starts[row])
            stop = first + end - window
            starts, ends = outputs.starts[row].numpy(), outputs.ends[row].numpy()
            score, start_token, end_token = best_span(starts[first:stop], ends[first:stop])
            offset = int(features.contexts.bounds[context]) + window
            start = int(features.context_spans[offset + start_token, 0])
            finish = int(features.context_spans[offset + end_token, 1])
            if example not in best or score > best[example][0]:
                best[example] = (score, examples[example].context[start:finish])
            margin = score - float(starts[0] + ends[0])
            spans[example] = max(spans.get(example, -np.inf), margin)
            relevances[example] = max(relevances.get(example, -np.inf), float(outputs.relevance[row]))
    numbers = sorted(best)
    expected = [[text for text, _ in examples[number].answers] for number in numbers]
    found = [best[number][1] for number in numbers]
    return DevReadings(
        answerable=np.array([bool(answers) for answers in expected]),
        exact=np.array([exact_match(*pair) if pair[1] else 0.0 for pair in zip(found, expected, strict=True)]),
        overlap=np.array([f1(*pair) if pair[1] else 0.0 for pair in zip(found, expected, strict=True)]),
        margins=np.array([spans[number] for number in numbers]),
        relevances=np.array([relevances[number] for number in numbers]),
    )


def best_span(
    starts: NDArray[np.float32], ends: NDArray[np.float32], longest: int = MAX_ANSWER_TOKENS
) -> tuple[float, int, int]:
    """(score, first token, last token) of the best span of at most ``longest`` tokens."""
    scores = starts[:, None] + ends[None, :]
    legal = np.triu(np.ones(scores.shape, dtype=bool)) & ~np.triu(np.ones(scores.shape, dtype=bool), longest)
    scores = np.where(legal, scores, -np.inf)
    start, end = divmod(int(np.argmax(scores)), scores.shape[1])
    return float(scores[start, end]), start, end


def auroc(scores: NDArray[np.floating], positive: NDArray[np.bool_]) -> float:
    """The chance that a positive scores higher than a negative, ties counting half; 0.5 without both kinds."""
    if positive.all() or not positive.any():
        return 0.5
    ordered = np.sort(scores[~positive])
    below = np.searchsorted(ordered, scores[positive], side="left")
    not_above = np.searchsorted(ordered, scores[positive], side="right")
    return float(np.mean(below + not_above) / 2 / len(ordered))
