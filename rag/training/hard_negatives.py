"""Passages that look right to the encoder and do not hold the answer: what a reader meets at work."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.training.examples import Example

EncodeTexts = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to ``float32[n, dim]``, L2-normalised."""
_BLOCK = 1024


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
                    f"{example.identifier}-negative", titles[context], context, example.question, (), "hard_negative"
                )
            )
    return found
