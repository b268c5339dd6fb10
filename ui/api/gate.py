"""One line for all questions, of the page and of programs: a few are answered at once, the others wait in order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

from anyio import CapacityLimiter, Event, move_on_after, to_thread

Result = TypeVar("Result")
SIMULTANEOUS_QUESTIONS = 4
"""Questions that the models work on at once; more would only slow each other down."""
SECONDS_BETWEEN_NUMBERS = 0.5
"""A number that changed is told this long after the last one, so that it does not flicker."""
SECONDS_UNTIL_TOLD_AGAIN = 5.0
"""A number that stays is told again after this time: only who is told something can turn out to have left."""


class BusyError(Exception):
    """So many questions are waiting that one more would only wait in vain."""


class Gate:
    """Lets a few in at a time, the rest in the order in which they came; to be used in one event loop only.

    Args:
        simultaneous: how many are inside at once.
        waiting: how many may wait for their turn.
    """

    def __init__(self, simultaneous: int, waiting: int) -> None:
        self._simultaneous = simultaneous
        self._most_waiting = waiting
        self._inside = 0
        self._line: list[Place] = []
        self._limiter: CapacityLimiter | None = None

    @contextmanager
    def place(self) -> Iterator[Place]:
        """A place in the line, or inside when there is room; whoever comes next moves up when it is left.

        Raises:
            BusyError: too many are waiting already.
        """
        place = Place(self._line)
        if self._inside < self._simultaneous:
            self._inside += 1
            place.is_inside = True
        elif len(self._line) >= self._most_waiting:
            waiting = "1 question is" if len(self._line) == 1 else f"{len(self._line):,} questions are"
            raise BusyError(f"{waiting} waiting already. Ask again in a while")
        else:
            self._line.append(place)
        try:
            yield place
        finally:
            if not place.is_inside:
                self._line.remove(place)
            elif self._line:
                self._line.pop(0).enter()
            else:
                self._inside -= 1

    async def run(self, work: Callable[[], Result]) -> Result:
        """What ``work`` returns, run in a thread once it was its turn.

        Raises:
            BusyError: too many are waiting already.
        """
        with self.place() as place:
            await place.turn()
            return await self.in_thread(work)

    async def in_thread(self, work: Callable[[], Result]) -> Result:
        """What ``work`` returns, run in a thread of those that are kept for who is inside."""
        if self._limiter is None:
            self._limiter = CapacityLimiter(self._simultaneous)
        return await to_thread.run_sync(work, limiter=self._limiter)


class Place:
    """One question's place: in the line, then inside."""

    def __init__(self, line: list[Place]) -> None:
        self._line = line
        self._entered = Event()
        self.is_inside = False

    def enter(self) -> None:
        """It is this one's turn."""
        self.is_inside = True
        self._entered.set()

    async def turn(self) -> None:
        """Wait until it is this one's turn."""
        if not self.is_inside:
            await self._entered.wait()

    async def numbers(self) -> AsyncIterator[int]:
        """How many in the line are before this one, told again when it changed or after a while; ends at its turn."""
        told, again_at = None, 0.0
        while not self.is_inside:
            if (before := self._line.index(self)) != told or monotonic() >= again_at:
                yield before
                told, again_at = before, monotonic() + SECONDS_UNTIL_TOLD_AGAIN
            with move_on_after(SECONDS_BETWEEN_NUMBERS):
                await self._entered.wait()
