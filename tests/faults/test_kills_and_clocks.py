"""A writer is killed at any moment, or the clock jumps by a year: what was confirmed stays, the rest is gone."""

from __future__ import annotations

import random
from pathlib import Path

from tests.faults.conftest import Amount
from tests.faults.writer import Order, Writers, after, check, nothing

YEAR = 366 * 24 * 3600


def test_a_kill_at_any_moment_loses_nothing_confirmed(tmp_path: Path, writers: Writers, amount: Amount) -> None:
    chooser = random.Random(11)
    store = tmp_path / "store"
    store.mkdir()
    possible = nothing()
    interrupted = 0
    kills = amount(20, 1_000)
    for number in range(kills):
        lines = writers.run(Order(str(store), seed=number, steps=10_000), chooser.uniform(0.0, 0.25))
        interrupted += bool(lines) and lines[-1] != ["done"]
        possible = check(store, after(possible, lines))
    assert interrupted > kills // 4


def test_a_clock_that_jumps_changes_nothing_that_is_stored(tmp_path: Path, writers: Writers, amount: Amount) -> None:
    store = tmp_path / "store"
    store.mkdir()
    possible = nothing()
    for number in range(amount(2, 20)):
        possible = check(store, after(possible, writers.run(Order(str(store), seed=number, steps=15, clock=YEAR))))
