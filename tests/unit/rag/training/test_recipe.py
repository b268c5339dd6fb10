"""The recipe names every run that made a reader, in order."""

from __future__ import annotations

from typing import Any

from rag.training.recipe import commands, started_from, steps_of

FIRST: dict[str, Any] = {"schedule": {"peak": 2e-4, "total_steps": 9, "seconds": None}, "seed": 3}


def test_a_continued_run_comes_after_the_run_before() -> None:
    settings = {
        "schedule": {"peak": 2e-4, "total_steps": 20, "seconds": 60.0},
        "seed": 3,
        "continued": {"progress": 0.25, "settings": FIRST},
    }
    assert commands(settings) == [
        "python -m rag.training.reader --data DIR --out EARLIER-RUN --steps 9 --seed 3",
        "python -m rag.training.reader --data DIR --out RUN --steps 20 --seconds 60 --seed 3 "
        "--continue-from EARLIER-RUN --progress 0.25",
    ]


def test_a_run_that_begins_with_a_reader_counts_its_steps_and_names_its_runs() -> None:
    start = started_from({"step": 9, "settings": FIRST}, "abc")
    settings = {"schedule": {"peak": 1e-4, "total_steps": 5, "seconds": None}, "seed": 4, "start": start}
    assert steps_of({"step": 5, "settings": settings}) == 14
    assert commands(settings) == [
        "python -m rag.training.reader --data DIR --out EARLIER-RUN --steps 9 --seed 3",
        "python -m rag.training.export --run EARLIER-RUN --data DIR --to EARLIER-READER",
        "python -m rag.training.reader --data DIR --out RUN --steps 5 --rate 0.0001 --seed 4 "
        "--start-from EARLIER-READER",
    ]


def test_a_reader_of_unknown_origin_still_counts_its_steps() -> None:
    start = started_from({"step": 9}, "abc")
    settings = {"schedule": {"peak": 2e-4, "total_steps": 5, "seconds": None}, "seed": 4, "start": start}
    assert steps_of({"step": 5, "settings": settings}) == 14
    assert len(commands(settings)) == 1
