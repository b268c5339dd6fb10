"""The recipe names every run that made a reader, in order."""

from __future__ import annotations

from typing import Any

from training.recipe import last_run, reader_commands, run_commands, started_from, steps_of

FIRST: dict[str, Any] = {"schedule": {"peak": 2e-4, "total_steps": 9, "seconds": None}, "seed": 3}


def test_a_continued_run_comes_after_the_run_before() -> None:
    settings = {
        "schedule": {"peak": 2e-4, "total_steps": 20, "seconds": 60.0},
        "seed": 3,
        "continued": {"progress": 0.25, "settings": FIRST},
    }
    assert run_commands(settings) == [
        "python -m training.reader --data DIR --out EARLIER-RUN --steps 9 --seed 3",
        "python -m training.reader --data DIR --out RUN --steps 20 --seconds 60 --seed 3 "
        "--continue-from EARLIER-RUN --progress 0.25",
    ]


def test_a_run_that_begins_with_a_reader_counts_its_steps_and_names_its_runs() -> None:
    start = started_from({"step": 9, "settings": FIRST}, "abcdef01")
    settings = {"schedule": {"peak": 1e-4, "total_steps": 5, "seconds": None}, "seed": 4, "start": start}
    assert steps_of({"step": 5, "settings": settings}) == 14
    assert reader_commands(settings, "HERE") == [
        "python -m training.reader --data DIR --out RUN-abcdef --steps 9 --seed 3",
        "python -m training.export --run RUN-abcdef --data DIR --to READER-abcdef",
        "python -m training.reader --data DIR --out RUN --steps 5 --rate 0.0001 --seed 4 --start-from READER-abcdef",
        "python -m training.export --run RUN --data DIR --to HERE",
    ]


def test_a_run_that_reads_two_passages_together_says_so() -> None:
    settings = {**FIRST, "batch_size": 20, "shared_norm": 0.5}
    assert run_commands(settings) == [
        "python -m training.reader --data DIR --out RUN --steps 9 --batch-size 20 --shared-norm 0.5 --seed 3"
    ]


def test_a_mean_names_what_went_into_it_once() -> None:
    first = started_from({"step": 9, "settings": FIRST}, "abcdef01")
    later = {"schedule": {"peak": 2e-4, "total_steps": 5, "seconds": None}, "seed": 4, "start": first}
    second = started_from({"step": 5, "settings": later}, "98765432")
    settings = {"averaged": [{**first, "share": 0.25}, {**second, "share": 0.75}]}
    assert steps_of({"step": 0, "settings": settings}) == 14
    assert last_run(settings) == later
    assert reader_commands(settings, "HERE") == [
        "python -m training.reader --data DIR --out RUN-abcdef --steps 9 --seed 3",
        "python -m training.export --run RUN-abcdef --data DIR --to READER-abcdef",
        "python -m training.reader --data DIR --out RUN-987654 --steps 5 --seed 4 --start-from READER-abcdef",
        "python -m training.export --run RUN-987654 --data DIR --to READER-987654",
        "python -m training.averaging READER-abcdef READER-987654 --shares 0.25 0.75 --data DIR --to HERE",
    ]


def test_a_mean_of_equal_shares_names_none() -> None:
    members = [{**started_from({"step": 9}, name * 8), "share": 1 / 3} for name in "abc"]
    assert reader_commands({"averaged": members}, "HERE") == [
        "python -m training.averaging READER-aaaaaa READER-bbbbbb READER-cccccc --data DIR --to HERE"
    ]


def test_a_reader_of_unknown_origin_still_counts_its_steps() -> None:
    start = started_from({"step": 9}, "abc")
    settings = {"schedule": {"peak": 2e-4, "total_steps": 5, "seconds": None}, "seed": 4, "start": start}
    assert steps_of({"step": 5, "settings": settings}) == 14
    assert len(run_commands(settings)) == 1
