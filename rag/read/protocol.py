"""The role of a reader: a question and its passages in, candidate spans out.

Implementations: ``reader_sentences.py`` (scores whole sentences, needs no trained weights) and
``reader_checkpoint.py`` (any extractive question-answering checkpoint). Each passes the contract test.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from rag.records import Candidate, Retrieved


@runtime_checkable
class Reader(Protocol):
    """Finds the spans of passages that answer a question."""

    @property
    def name(self) -> str:
        """A stable name that identifies the weights or rules, stored with evaluations."""
        ...

    def read(self, question: str, passages: Sequence[Retrieved]) -> list[Candidate]:
        """The best candidate spans of every passage, best first.

        Each candidate's span lies within its own passage, starts and ends at word boundaries, crosses neither the end
        of a paragraph nor the edge of boilerplate, and never covers the article's title unless the title is part of the
        passage. One batched model call per question. The same input gives the same candidates in the same order. An
        empty ``passages`` gives an empty list.

        Raises:
            ModelError: the weights cannot be loaded (on first use).
        """
        ...
