"""The learning rate over a run that must end on time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Schedule:
    """Linear warm-up, then linear decay to zero.

    Progress is the larger share of steps and of time, so that a run on a busy machine still ends its decay in time.

    Attributes:
        peak: highest learning rate.
        total_steps: steps of the whole run.
        warm_up: share of the run that warms up.
        seconds: time limit of the whole run, or None for no limit (then a run depends on its seed only).
    """

    peak: float
    total_steps: int
    warm_up: float = 0.06
    seconds: float | None = None

    def progress(self, step: int, elapsed: float) -> float:
        """0 at the start, 1 at the end."""
        by_time = elapsed / self.seconds if self.seconds else 0.0
        return min(1.0, max(step / self.total_steps, by_time))

    def rate(self, progress: float) -> float:
        """The learning rate at ``progress``."""
        if progress < self.warm_up:
            return self.peak * max(progress, 1.0 / self.total_steps) / self.warm_up
        return self.peak * (1.0 - progress) / (1.0 - self.warm_up)
