"""Work that waits until nothing has happened for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Idle:
    """Calls ``action`` in a thread of its own, once, when ``touch`` was not called for ``seconds``.

    Safe to share between threads. ``action`` must not raise.
    """

    def __init__(self, action: Callable[[], None], seconds: float) -> None:
        self._action = action
        self._seconds = seconds
        self._guard = threading.Lock()
        self._timer: threading.Timer | None = None
        self._due = 0.0

    def touch(self) -> None:
        """Something happened: wait anew."""
        with self._guard:
            self._due = time.monotonic() + self._seconds
            if self._timer is None:
                self._wait(self._seconds)

    def cancel(self) -> None:
        """Do nothing more."""
        with self._guard:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None

    def _wait(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._wake)
        self._timer.daemon = True
        self._timer.start()

    def _wake(self) -> None:
        with self._guard:
            if self._timer is None:
                return
            left = self._due - time.monotonic()
            if left > 0:
                self._wait(left)
                return
            self._timer = None
        self._action()
