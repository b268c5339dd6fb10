from __future__ import annotations

import asyncio
from contextlib import ExitStack
from threading import Event, Lock

import pytest

from tests.unit.ui.web.running import run
from ui.api import gate as gate_module
from ui.api.gate import BusyError, Gate


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


def test_whoever_waits_knows_how_many_are_before_them() -> None:
    async def wait() -> None:
        gate = Gate(simultaneous=1, waiting=3)
        seen: dict[str, list[int]] = {"second": [], "third": []}
        order: list[str] = []
        first, gone, second, third = (ExitStack() for _ in range(4))
        first.enter_context(gate.place())
        gone.enter_context(gate.place())
        places = {"second": second.enter_context(gate.place()), "third": third.enter_context(gate.place())}

        async def follow(name: str, stack: ExitStack) -> None:
            async for before in places[name].numbers():
                seen[name].append(before)
            order.append(name)
            stack.close()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(follow("second", second))
            tasks.create_task(follow("third", third))
            while not all(seen.values()):
                await asyncio.sleep(0)
            gone.close()  # out of the line, without ever having been inside
            while len(seen["third"]) < 2:
                await asyncio.sleep(0.01)
            first.close()
        assert seen == {"second": [1, 0], "third": [2, 1]}
        assert order == ["second", "third"]
        with gate.place() as place:
            assert place.is_inside
            assert [before async for before in place.numbers()] == []

    run(wait())


def test_a_number_that_stays_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_module, "SECONDS_UNTIL_TOLD_AGAIN", 0.0)
    monkeypatch.setattr(gate_module, "SECONDS_BETWEEN_NUMBERS", 0.001)

    async def wait() -> list[int]:
        gate = Gate(simultaneous=1, waiting=1)
        with gate.place(), gate.place() as place:
            numbers = place.numbers()
            return [await anext(numbers), await anext(numbers)]

    assert run(wait()) == [0, 0]
