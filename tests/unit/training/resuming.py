"""A run that stops and is taken up again, for the tests of every kind of run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from training.checkpoints import load_checkpoint
from training.loop import Job, train


def assert_same_when_resumed(finished: Job, folder: Path, stop_after: int) -> None:
    """The run of ``finished``, made again in ``folder`` with a stop in between, ends with the same state."""
    first = replace(finished, folder=folder, settings=replace(finished.settings, stop_after=stop_after))
    train(first)
    train(replace(first, settings=finished.settings))
    straight, resumed = load_checkpoint(finished.folder / "checkpoint"), load_checkpoint(folder / "checkpoint")
    assert straight is not None
    assert resumed is not None
    assert straight[0].step == resumed[0].step == finished.settings.schedule.total_steps
    for name, tensor in straight[1].items():
        assert torch.equal(tensor, resumed[1][name]), name
