"""Progress of long jobs on standard error: bars on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from ui.terminal.styling import visible

if TYPE_CHECKING:
    from tqdm import tqdm

    from rag.records import Progress

SECONDS_BETWEEN_LINES = 5.0
"""Where there is no terminal: often enough to see that it lives, seldom enough for a log file."""

_ITEM_COLUMNS = 30


class ProgressDisplay:
    """Shows ``Progress`` steps; a context manager, and the callable that long jobs report to.

    Each stage has a bar of its own; a stage whose count falls back starts anew.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._bars: dict[str, tqdm[Any]] = {}
        self._last_line = clock()
        self._began: dict[str, tuple[float, int, int]] = {}
        """By stage: when it began, how much was done then, and how much was done last."""

    def __enter__(self) -> ProgressDisplay:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for bar in reversed(self._bars.values()):
            bar.close()

    def __call__(self, progress: Progress) -> None:
        """Show one step."""
        if self._stream.isatty():
            self._show_bar(progress)
        else:
            self._show_line(progress)

    def _show_bar(self, progress: Progress) -> None:
        bar = self._bars.get(progress.stage)
        if bar is None:
            from tqdm import tqdm

            bar = tqdm(file=self._stream, desc=progress.stage, leave=False, dynamic_ncols=True)
            self._bars[progress.stage] = bar
        if progress.done < bar.n:
            bar.reset()
        bar.total = progress.total
        bar.set_postfix_str(visible(progress.item)[:_ITEM_COLUMNS], refresh=False)
        bar.update(progress.done - bar.n)

    def _show_line(self, progress: Progress) -> None:
        now = self._clock()
        began, first, last = self._began.get(progress.stage, (now, progress.done, progress.done))
        if progress.done < last:
            began, first = now, progress.done
        self._began[progress.stage] = (began, first, progress.done)
        if now - self._last_line < SECONDS_BETWEEN_LINES:
            return
        self._last_line = now
        total = "" if progress.total is None else f"/{progress.total}"
        item = f" {visible(progress.item)}" if progress.item else ""
        done = progress.done - first
        left = ""
        if progress.total is not None and done > 0 and progress.done < progress.total:
            left = f", {_duration((now - began) / done * (progress.total - progress.done))} left"
        self._stream.write(f"{progress.stage} {progress.done}{total}{item}{left}\n")
        self._stream.flush()


def _duration(seconds: float) -> str:
    """A time in words, short."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:.0f} h"
