"""The n-th read, write or sync fails, or all from there on: nothing confirmed is lost, no error is a strange one."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from tests.faults.conftest import Amount
from tests.faults.writer import READS, SYNCS, WRITES, Order, Writers, after, check, nothing

STEPS = 8
CALLS = 300


@pytest.mark.parametrize(
    ("kinds", "error", "forever"),
    [
        (READS, errno.EIO, False),
        (WRITES, errno.EIO, False),
        (SYNCS, errno.EIO, False),
        (WRITES, errno.ENOSPC, True),
        (WRITES | SYNCS, errno.EIO, True),
    ],
    ids=["read", "write", "sync", "disk full", "disk gone"],
)
def test_an_error_at_the_nth_call(
    tmp_path: Path, writers: Writers, amount: Amount, kinds: int, error: int, forever: bool
) -> None:
    made = tmp_path / "made"
    made.mkdir()
    begun = after(nothing(), writers.run(Order(str(made), seed=1, steps=10)))
    fired = 0
    for call in range(1, CALLS + 1, amount(30, 1)):
        store = tmp_path / "store"
        shutil.copytree(made, store)
        order = Order(str(store), seed=call, steps=STEPS, kinds=kinds, call=call, error=error, forever=forever)
        lines = writers.run(order)
        fired += ["fired"] in lines
        check(store, after(begun, lines))
        shutil.rmtree(store)
    assert fired
