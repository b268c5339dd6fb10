"""Token logits to sentences: whether each sentence of a passage bears on the question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.read.readings import ScoredSentence
from rag.read.spans import Offsets, Window
from rag.records import Retrieved, Span


def sentence_scores(passage: Retrieved, offsets: Offsets, windows: Sequence[Window]) -> list[ScoredSentence]:
    """Each sentence of the passage that holds a token, in order, with the mean of its tokens' logits.

    A token that two windows share counts in both. Empty when the reader does not judge sentences.

    Args:
        offsets: ``int64[tokens, 2]``, half-open range of each token in the passage's text.
    """
    if not windows or any(window.bearing is None for window in windows):
        return []
    sums, counts = np.zeros(len(offsets)), np.zeros(len(offsets))
    for window in windows:
        assert window.bearing is not None
        inside = slice(window.first_token, window.first_token + len(window.bearing))
        sums[inside] += window.bearing
        counts[inside] += 1
    begins = offsets[:, 0] + passage.passage.start
    scores: list[ScoredSentence] = []
    for sentence in passage.passage.sentences:
        tokens = (begins >= sentence.start) & (begins < sentence.end)
        if counts[tokens].sum():
            scores.append(ScoredSentence(passage, sentence, float(sums[tokens].sum() / counts[tokens].sum())))
    return scores


def bearing_of(span: Span, sentences: Sequence[ScoredSentence]) -> float:
    """The highest logit of the sentences that the span touches; 0 when none was judged."""
    return max((sentence.logit for sentence in sentences if sentence.span.overlaps(span)), default=0.0)
