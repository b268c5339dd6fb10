"""A finished run taken further: its weights, moments and place in the data, under a new and longer schedule.

The learning rate, which had decayed to zero, rises again to where the new schedule has it at that place, without a
second warm-up, and decays once more.
"""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

from training.checkpoints import Position, load_checkpoint, save_checkpoint
from training.loop import RunSettings

_log = logging.getLogger(__name__)
NEGATIVES = "hard_negatives.jsonl"


class ContinuationError(ValueError):
    """The run cannot be continued as asked."""


def continue_from(run: Path, folder: Path, settings: RunSettings, progress: float | None = None) -> Position:
    """Makes ``folder`` a run that stands where ``run`` stopped; does nothing when it has a checkpoint of its own.

    Args:
        run: the other run's output folder; it is not changed.
        progress: where on the new schedule to stand, 0 to 1; needs ``settings.schedule.seconds``, whose clock is set
            to that share. Default: the share of steps.

    Returns:
        where the new run stands.

    Raises:
        ContinuationError: ``run`` has no checkpoint or was made with another seed, batch size or weight of the shared
            norm, the new schedule is over already at its step, or ``progress`` cannot be kept.
    """
    started = load_checkpoint(folder / "checkpoint")
    if started is not None:
        return started[0]
    saved = load_checkpoint(run / "checkpoint")
    if saved is None:
        raise ContinuationError(f"{run}: no checkpoint to continue from")
    _require_same_data(run, settings)
    step, schedule = saved[0].step, settings.schedule
    done = step / schedule.total_steps
    if done >= 1:
        raise ContinuationError(f"{run} has made {step:,} steps: give more than that with --steps")
    if progress is not None and schedule.seconds is None:
        raise ContinuationError("--progress sets the clock of a run with a time limit: give --seconds as well")
    if progress is not None and not done <= progress < 1:
        raise ContinuationError(
            f"--progress {progress}: with {step:,} of {schedule.total_steps:,} steps made it is {done:.3f} at least, "
            "and below 1"
        )
    share = done if progress is None else progress
    position = Position(step, share * schedule.seconds if schedule.seconds else 0.0)
    folder.mkdir(parents=True, exist_ok=True)
    if (run / NEGATIVES).is_file() and not (folder / NEGATIVES).exists():
        shutil.copyfile(run / NEGATIVES, folder / NEGATIVES)
    save_checkpoint(folder / "checkpoint", position, saved[1])
    _log.info("continuing %s at step %d, learning rate %.2e", run, step, schedule.rate(share))
    return position


def _require_same_data(run: Path, settings: RunSettings) -> None:
    """The place in the data is a number of batches: the order and size of batches must not change."""
    path = run / "settings.json"
    if not path.is_file():
        raise ContinuationError(f"{path}: missing, so its seed and batch size are not known")
    before = {"shared_norm": 0.0, **json.loads(path.read_text(encoding="utf-8"))}
    for name in ("seed", "batch_size", "shared_norm"):
        if before[name] != getattr(settings, name):
            option = "--" + name.replace("_", "-")
            raise ContinuationError(f"{run} was made with {option} {before[name]}: give the same")
