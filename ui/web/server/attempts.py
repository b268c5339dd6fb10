"""Slows guessing down: after some wrong passwords a name, and an address, must wait ever longer between attempts."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FORGOTTEN_AFTER = 900.0
"""Seconds without an attempt after which a name or an address begins anew."""
REMEMBERED_AT_MOST = 10_000


class TooManyAttemptsError(Exception):
    """A password is not looked at, because too many wrong ones were given.

    Attributes:
        seconds: how long to wait.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"too many wrong passwords; try again in {math.ceil(seconds)} s")


@dataclass(frozen=True, slots=True)
class Policy:
    """How many attempts are free, and the longest wait after them in seconds; each wait is twice the one before."""

    free: int
    longest: float

    def wait(self, attempts: int) -> float:
        """Seconds from the last of ``attempts`` to the next."""
        return 0.0 if attempts <= self.free else float(min(self.longest, 2.0 ** min(attempts - self.free - 1, 30)))


POLICIES = {"name": Policy(free=5, longest=60.0), "address": Policy(free=20, longest=10.0)}
"""An address may stand for many people behind one proxy, so it waits later and less."""


class Attempts:
    """Counts attempts by name and by address; to be used in one event loop only.

    An attempt counts from its beginning and is taken back when it was right, so that many at once are no way around.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def begin(self, name: str, address: str) -> None:
        """Count an attempt.

        Raises:
            TooManyAttemptsError: it comes too early; it is not counted, so that knocking makes no wait longer.
        """
        now = self._clock()
        keys = (("name", name), ("address", address))
        waits = [self._next(key, now) - now for key in keys]
        if max(waits) > 0:
            raise TooManyAttemptsError(max(waits))
        for key in keys:
            count, _ = self._counts.pop(key, (0, now))
            self._counts[key] = (count + 1, now)
        while len(self._counts) > REMEMBERED_AT_MOST:
            self._counts.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """Take back an attempt that was right, and forget what the name did wrong."""
        self._counts.pop(("name", name), None)
        count, last = self._counts.get(("address", address), (1, 0.0))
        self._counts[("address", address)] = (count - 1, last)

    def _next(self, key: tuple[str, str], now: float) -> float:
        """When the next attempt may begin."""
        count, last = self._counts.get(key, (0, 0.0))
        if count and now - last > FORGOTTEN_AFTER:
            del self._counts[key]
            return now
        return last + POLICIES[key[0]].wait(count)
