from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from rag.index import store as store_module
from rag.index.idle import Idle
from rag.index.store import CATALOG_FILE
from tests.unit.rag.index.samples import make_sample, open_store


def test_it_acts_once_after_the_last_touch() -> None:
    acted: list[float] = []
    done = threading.Event()
    idle = Idle(lambda: (acted.append(time.monotonic()), done.set())[1], 0.1)
    for _ in range(3):
        idle.touch()
        time.sleep(0.03)
    last = time.monotonic()
    assert done.wait(5)
    time.sleep(0.2)
    assert len(acted) == 1
    assert acted[0] >= last


def test_it_does_nothing_once_cancelled() -> None:
    acted: list[int] = []
    idle = Idle(lambda: acted.append(1), 0.05)
    idle.touch()
    idle.cancel()
    time.sleep(0.2)
    assert acted == []


def test_the_log_is_emptied_while_nothing_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "IDLE_SECONDS", 0.05)
    log = tmp_path / f"{CATALOG_FILE}-wal"
    with open_store(tmp_path) as store:
        store.put(*make_sample(1))
        assert log.stat().st_size > 0
        deadline = time.monotonic() + 20
        while log.stat().st_size and time.monotonic() < deadline:
            time.sleep(0.05)
        assert log.stat().st_size == 0
