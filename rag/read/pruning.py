"""How many of the passages that were found the reader looks at."""

from __future__ import annotations

from collections.abc import Sequence

from rag.records import Retrieved
from rag.settings import AnswerSettings

READ_AT_LEAST = 2
"""Passages read whatever their scores are: one alone would leave nothing to compare with."""


def worth_reading(passages: Sequence[Retrieved], settings: AnswerSettings) -> Sequence[Retrieved]:
    """The first of ``passages`` (best first): at most ``passages_read``, and none far below the best.

    How far is ``settings.read_within``. Retrieval scores are in standard deviations of the question's own candidates,
    so a question that one passage fits far better than all others costs less than one that many fit alike. Chosen on
    dev with ``benchmarks/reading_depth.py`` (docs/reader-training.md).
    """
    most = passages[: settings.passages_read]
    if not most:
        return most
    lowest = most[0].score - settings.read_within
    return most[: max(READ_AT_LEAST, sum(one.score >= lowest for one in most))]
