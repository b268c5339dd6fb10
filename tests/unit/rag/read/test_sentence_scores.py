"""Token logits to sentences: the mean over a sentence's tokens, whatever windows they came in."""

from __future__ import annotations

import numpy as np
import pytest

from rag.read.sentence_scores import sentence_scores
from rag.read.spans import Window
from tests.unit.rag.answer.made_up import retrieved

TEXT = "Rain fell. Mills stopped."
OFFSETS = np.array([[0, 4], [5, 9], [9, 10], [11, 16], [17, 24], [24, 25]])


def window(first: int, *bearing: float) -> Window:
    zeros = np.zeros(len(bearing), dtype=np.float32)
    return Window(first, zeros, zeros, 0.0, np.array(bearing, dtype=np.float32))


def test_a_sentences_score_is_the_mean_of_its_tokens() -> None:
    passage = retrieved(TEXT)
    scores = sentence_scores(passage, OFFSETS, [window(0, 1.0, 2.0, 3.0, -1.0, -1.0, -4.0)])
    assert [(score.text, score.logit) for score in scores] == [("Rain fell.", 2.0), ("Mills stopped.", -2.0)]
    assert scores[0].probability == pytest.approx(0.8808, abs=1e-4)


def test_a_token_in_two_windows_counts_in_both() -> None:
    scores = sentence_scores(retrieved(TEXT), OFFSETS, [window(0, 1.0, 1.0, 1.0, 3.0), window(3, 1.0, 2.0, 2.0)])
    assert [score.logit for score in scores] == [1.0, 2.0]


def test_a_sentence_that_no_window_reached_is_left_out() -> None:
    scores = sentence_scores(retrieved(TEXT), OFFSETS, [window(0, 1.0, 1.0, 1.0)])
    assert [score.text for score in scores] == ["Rain fell."]


def test_a_reader_without_the_output_judges_nothing() -> None:
    zeros = np.zeros(6, dtype=np.float32)
    assert sentence_scores(retrieved(TEXT), OFFSETS, [Window(0, zeros, zeros, 0.0)]) == []
    assert sentence_scores(retrieved(TEXT), OFFSETS, []) == []
