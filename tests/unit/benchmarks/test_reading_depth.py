"""Which passages a depth reads, and what one reading gives for fewer of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from benchmarks.reading_depth import OneReading, cuts
from rag.records import Candidate, Retrieved, Span
from tests.unit.rag.answer.made_up import retrieved

SCORES = (3.0, 2.8, 2.1, 1.9, 0.5)
PASSAGES = [retrieved(f"Number {place}.", passage_id=place + 1, score=score) for place, score in enumerate(SCORES)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("2", 2), ("4", 4), ("gap 0.5", 2), ("gap 1", 3), ("gap 1.5", 4), ("gap 2", 4)],
)
def test_how_many_passages_a_depth_reads(name: str, expected: int) -> None:
    assert cuts(4)[name](PASSAGES) == expected


def test_a_gap_reads_two_at_least() -> None:
    alone = [PASSAGES[0], replace(PASSAGES[1], score=-5.0)]
    assert cuts(4)["gap 0.5"](alone) == 2


def test_depths_over_the_greatest_are_left_out() -> None:
    assert [name for name in cuts(4) if name.isdigit()] == ["2", "3", "4"]


class EveryWord:
    """Proposes the number of every passage."""

    name = "every word"
    calls = 0

    def read(self, question: str, passages: Sequence[Retrieved]) -> list[Candidate]:
        self.calls += 1
        return [Candidate(one, Span(7, 8), 1.0, 0.0) for one in passages]


def test_fewer_passages_are_taken_from_one_reading() -> None:
    reader = EveryWord()
    reading = OneReading(reader, "Which number?", PASSAGES)
    for count in (1, 3, 5):
        assert [one.text for one in reading.read("Which number?", PASSAGES[:count])] == [str(n) for n in range(count)]
    assert reader.calls == 1
