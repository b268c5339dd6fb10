"""Power is lost at any moment: what was confirmed before is there, whole; the next start works."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from tests.faults.conftest import Amount
from tests.faults.disk import Call, Disk, read_record
from tests.faults.writer import Order, Writers, after, check, nothing

STEPS = 25


def test_what_was_synced_stays_and_what_was_not_may_go(tmp_path: Path) -> None:
    disk = Disk("/d")
    for call in (
        Call("c", "/d/a", 0, b""),
        Call("w", "/d/a", 0, b"safe"),
        Call("s", "/d/a", 0, b"safe"),
        Call("d", "/d", 0, b""),
        Call("w", "/d/a", 4, b" not"),
        Call("c", "/d/b", 0, b""),
    ):
        disk.follow(call)
    left = set()
    for number in range(40):
        disk.lose_power(tmp_path / str(number), random.Random(number))
        left.add(((tmp_path / str(number) / "a").read_bytes(), (tmp_path / str(number) / "b").exists()))
    assert left == {(content, there) for content in (b"safe", b"safe not") for there in (False, True)}


def test_a_power_loss_at_any_moment_loses_nothing_confirmed(tmp_path: Path, writers: Writers, amount: Amount) -> None:
    losses, runs = amount(30, 300), amount(3, 10)
    chooser = random.Random(4)
    for run in range(runs):
        store, log = tmp_path / f"store-{run}", tmp_path / f"log-{run}"
        store.mkdir()
        lines = writers.run(Order(str(store), seed=run, steps=STEPS, log=str(log)))
        calls = read_record(log)
        moments = sorted(chooser.sample(range(len(calls)), losses // runs))
        disk = Disk(str(store))
        for number, call in enumerate(calls):
            disk.follow(call)
            if number in moments:
                left = tmp_path / "left"
                disk.lose_power(left, chooser)
                check(left, after(nothing(), lines, confirmed=disk.marks))
                shutil.rmtree(left)
        shutil.rmtree(store)
