"""How many questions are answered at once, and how many may wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

Result = TypeVar("Result")


class BusyError(Exception):
    """So many questions are waiting that one more would only wait in vain."""


class Gate:
    """Runs work in threads, a few at a time, the rest in the order in which they came.

    Args:
        simultaneous: how many run at once.
        waiting: how many may wait for their turn.
    """

    def __init__(self, simultaneous: int, waiting: int) -> None:
        self._simultaneous = simultaneous
        self._most = simultaneous + waiting
        self._inside = 0
        self._limiter: CapacityLimiter | None = None

    async def run(self, work: Callable[[], Result]) -> Result:
        """What ``work`` returns, once it was its turn; to be awaited in one event loop only.

        Raises:
            BusyError: too many are waiting already.
        """
        if self._inside >= self._most:
            raise BusyError(f"{self._most - self._simultaneous} questions are waiting already. Ask again in a while")
        if self._limiter is None:
            self._limiter = CapacityLimiter(self._simultaneous)
        self._inside += 1
        try:
            return await to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._inside -= 1
