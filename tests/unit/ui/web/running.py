"""Runs what is asynchronous in a thread of its own: the browser tests' driver has a loop running in this one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """What ``coroutine`` returns."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def steps(iterator: AsyncIterator[Result]) -> list[Result]:
    """Everything that ``iterator`` gives."""

    async def collect() -> list[Result]:
        return [step async for step in iterator]

    return run(collect())
