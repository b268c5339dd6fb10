"""The role of a reader: a question and its passages in, candidate spans and judged sentences out.

Implementations: ``sentence_reader.py`` (scores whole sentences, needs no trained weights) and ``checkpoint.py`` (any
extractive question-answering checkpoint; the shipped one judges sentences too). Each passes the contract test.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from rag.read.readings import Reading
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


@runtime_checkable
class Examiner(Reader, Protocol):
    """A reader that also judges sentences: does each bear on the question?"""

    def examine(self, question: str, passages: Sequence[Retrieved]) -> Reading:
        """The candidates of ``read`` and every sentence of the passages, from one look.

        ``sentences`` is empty when these weights have no such output.

        Raises:
            ModelError: the weights cannot be loaded (on first use).
        """
        ...


def examine(reader: Reader, question: str, passages: Sequence[Retrieved]) -> Reading:
    """All that ``reader`` makes of the passages in one look; no sentences when it does not judge them."""
    if isinstance(reader, Examiner):
        return reader.examine(question, passages)
    return Reading(reader.read(question, passages))
