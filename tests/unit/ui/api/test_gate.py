from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest

from ui.api.gate import BusyError, Gate


def run(coroutine: object) -> None:
    """In a thread of its own: the browser tests' driver keeps an event loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, coroutine).result()  # type: ignore[arg-type]


def test_a_few_run_at_once_and_all_get_their_own_result() -> None:
    lock, running, most = Lock(), 0, 0

    def work(number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        Event().wait(0.01)
        with lock:
            running -= 1
        return number

    async def ask_all() -> None:
        gate = Gate(simultaneous=3, waiting=20)
        results = await asyncio.gather(*(gate.run(lambda n=n: work(n)) for n in range(20)))  # type: ignore[misc]
        assert results == list(range(20))

    run(ask_all())
    assert most == 3


def test_one_more_than_may_wait_is_turned_away_and_later_let_in() -> None:
    go_on = Event()

    async def ask_all() -> None:
        gate = Gate(simultaneous=1, waiting=2)
        asked = [asyncio.create_task(gate.run(go_on.wait)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(BusyError, match="2 questions are waiting"):
            await gate.run(lambda: None)
        go_on.set()
        assert await asyncio.gather(*asked) == [True, True, True]
        assert await gate.run(lambda: "in") == "in"

    run(ask_all())


def test_a_failure_makes_room_too() -> None:
    def fail() -> None:
        raise ValueError("no")

    async def ask_all() -> None:
        gate = Gate(simultaneous=1, waiting=1)
        for _ in range(5):
            with pytest.raises(ValueError, match="no"):
                await gate.run(fail)

    run(ask_all())
