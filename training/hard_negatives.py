"""Passages that look right to the encoder and do not hold the answer: what a reader meets at work."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from training.examples import Example
from training.features import FeatureSet

EncodeTexts = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to ``float32[n, dim]``, L2-normalised."""
_BLOCK = 1024
NO_COMPANION = -1


def negative_identifier(identifier: str) -> str:
    """What the hard negative of the example ``identifier`` is called."""
    return f"{identifier}-negative"


def companions(examples: Sequence[Example], features: FeatureSet) -> NDArray[np.int64]:
    """``int64[n]``: beside which feature each feature is read, or ``NO_COMPANION``.

    The window that holds an example's answer has the first window of that example's hard negative as its companion.

    Args:
        examples: those that ``features`` were built from, hard negatives among them.
    """
    rows = np.asarray(features.rows)
    numbers = {example.identifier: number for number, example in enumerate(examples)}
    _, first_windows = np.unique(rows[:, 7], return_index=True)
    result = np.full(len(rows), NO_COMPANION, dtype=np.int64)
    for index in np.flatnonzero(rows[:, 5] >= 0).tolist():
        negative = numbers.get(negative_identifier(examples[rows[index, 7]].identifier))
        if negative is not None:
            result[index] = first_windows[negative]
    return result


def mine_hard_negatives(
    examples: Sequence[Example], encode: EncodeTexts, *, share: float, depth: int = 20, seed: int = 0
) -> list[Example]:
    """One unanswerable example for ``share`` of the answerable SQuAD questions.

    Each takes a passage from the ``depth`` that the encoder ranks highest among all SQuAD contexts, other than its own,
    in which none of the answers occurs (case-insensitively). Higher ranks are likelier: the rank is drawn from a
    geometric distribution, so that both near misses and ordinary ones are seen.
    """
    pool = [example for example in examples if example.source == "squad"]
    contexts = list(dict.fromkeys(example.context for example in pool))
    titles = {example.context: example.title for example in pool}
    answerable = [example for example in pool if example.answers]
    chooser = random.Random(seed)
    asked = sorted(chooser.sample(range(len(answerable)), round(share * len(answerable))))
    lowered = [context.lower() for context in contexts]
    context_vectors = encode(contexts)
    question_vectors = encode([answerable[index].question for index in asked])
    found: list[Example] = []
    for begin in range(0, len(asked), _BLOCK):
        scores = question_vectors[begin : begin + _BLOCK] @ context_vectors.T
        nearest = np.argpartition(-scores, min(depth, scores.shape[1] - 1), axis=1)[:, :depth]
        for row, index in enumerate(asked[begin : begin + _BLOCK]):
            example = answerable[index]
            answers = [text.lower() for text, _ in example.answers]
            ranked = sorted(nearest[row].tolist(), key=lambda column: (-scores[row, column], column))
            usable = [column for column in ranked if not any(answer in lowered[column] for answer in answers)]
            if not usable:
                continue
            rank = min(int(chooser.expovariate(0.35)), len(usable) - 1)
            context = contexts[usable[rank]]
            found.append(
                Example(
                    negative_identifier(example.identifier),
                    titles[context],
                    context,
                    example.question,
                    (),
                    "hard_negative",
                )
            )
    return found
