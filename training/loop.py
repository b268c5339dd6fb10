"""The training loop: one process per core, each with its half of every batch, together one model.

Separate single-threaded processes meet once a step instead of once an operation, which keeps the speed when other
programs use the same cores.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import multiprocessing
from tqdm import tqdm

from rag.models.engine import has_bfloat16
from rag.models.shipped_reader import load_parts
from training.batches import SpecialTokens, assemble, training_batches, with_companions
from training.checkpoints import Position, load_checkpoint, save_checkpoint
from training.dev import evaluate
from training.examples import Example
from training.fast_model import FastReader
from training.features import FeatureSet
from training.model import (
    BEARING_WEIGHT,
    RELEVANCE_WEIGHT,
    TrainableReader,
    bearing_loss,
    shared_norm_loss,
    training_loss,
)
from training.schedule import Schedule
from training.shared_state import SharedState, attach, named_views, slice_of

_log = logging.getLogger(__name__)
_EPSILON = 1e-8
_MAX_NORM = 1.0
PATIENCE = 1800.0
"""Seconds a worker waits for the others (one of them may be evaluating) before it takes them for dead."""


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How to train.

    Attributes:
        average_decay: of the running average of the weights, per step.
        save_every, evaluate_every: seconds between checkpoints and between dev scores.
        shared_norm: weight of the loss over two passages of a question together; 0 for each passage on its own.
        inputs: how many inputs were drawn in the mixture; 0 for all there are.
        dev_questions: how many held-out questions are scored.
        frozen_layers: how many of the lowest layers stay as they are.
        stop_after: leave (with a checkpoint) after this many steps; the schedule does not change. For tests.
    """

    schedule: Schedule
    batch_size: int = 32
    workers: int = 1
    seed: int = 0
    average_decay: float = 0.998
    shared_norm: float = 0.0
    inputs: int = 0
    dev_questions: int = 1000
    frozen_layers: int = 0
    save_every: float = 300.0
    evaluate_every: float = 1500.0
    log_every: int = 50
    bfloat16: bool = field(default_factory=has_bfloat16)
    stop_after: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker needs; ``folder`` takes ``checkpoint/`` and ``log.jsonl``.

    Attributes:
        start: a reader in the shipped form whose layers and heads to begin with, instead of the encoder's layers and
            new heads.
        companions: file with what :func:`training.hard_negatives.companions` gives, when two passages of a
            question are read together.
    """

    encoder: Path
    train: Path
    dev: Path
    dev_examples: Sequence[Example]
    folder: Path
    special: SpecialTokens
    settings: RunSettings
    start: Path | None = None
    companions: Path | None = None


def train(job: Job) -> SharedState:
    """Trains from the last checkpoint in the job's folder, or from the beginning; returns the final state."""
    settings = job.settings
    torch.manual_seed(settings.seed)
    model = TrainableReader(job.encoder)
    if job.start is not None:
        model.restore(load_parts(job.start, job.encoder))
    state = SharedState.for_parameters(model.trained(), settings.workers)
    saved = load_checkpoint(job.folder / "checkpoint")
    position = Position(0, 0.0)
    if saved is not None:
        position, tensors = saved
        state.restore(tensors)
        _log.info("resuming at step %d", position.step)
    del model
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(settings.workers, timeout=PATIENCE)
    arguments = (job, state, barrier, position)
    others = [
        context.Process(target=_work, args=(rank, *arguments), daemon=True) for rank in range(1, settings.workers)
    ]
    for process in others:
        process.start()
    try:
        _work(0, *arguments)
    except BaseException:
        barrier.abort()
        raise
    finally:
        for process in others:
            process.join()
    return state


def _work(rank: int, job: Job, state: SharedState, barrier: Any, position: Position) -> None:
    """One worker's part of every step; the first worker also keeps the clock, the log and the checkpoints."""
    settings, schedule = job.settings, job.settings.schedule
    if settings.workers > 1:
        torch.set_num_threads(1)
    model = TrainableReader(job.encoder)
    parameters = model.trained()
    attach(parameters, state.weights)
    fast = FastReader(
        model,
        named_views(parameters, state.weights),
        named_views(parameters, state.gradients[rank]),
        torch.bfloat16 if settings.bfloat16 else torch.float32,
        settings.frozen_layers,
    )
    part = slice_of(rank, settings.workers, state.weights.numel())
    optimizer = _optimizer(state, part, position.step, schedule.peak)
    features = FeatureSet.load(job.train)
    beside = np.load(job.companions, allow_pickle=False) if job.companions is not None else None
    journal = _Journal(job, state, model, position) if rank == 0 else None
    batches = training_batches(features, settings.batch_size, settings.seed, position.step, beside)
    last = schedule.total_steps if settings.stop_after is None else min(settings.stop_after, schedule.total_steps)
    for step, (indices, shown) in enumerate(islice(batches, max(0, last - position.step)), start=position.step):
        mine = slice(rank, None, settings.workers)
        loss, parts = _loss(fast, features, indices[mine], shown[mine], job, beside)
        (loss / settings.batch_size).backward()  # type: ignore[no-untyped-call]
        fast.push()
        state.losses[rank] = parts
        if journal is not None:
            journal.announce(step)
        barrier.wait()
        gradient = state.gradients[:, part].sum(dim=0)
        state.norms[rank] = gradient.square().sum()
        progress = float(state.clock[0])
        barrier.wait()
        losses = state.losses.sum(dim=0) / settings.batch_size
        norm = float(state.norms.sum().sqrt())
        gradient.mul_(min(1.0, _MAX_NORM / (norm + 1e-6)))
        optimizer.param_groups[0]["lr"] = schedule.rate(progress)
        optimizer.param_groups[0]["params"][0].grad = gradient
        optimizer.step()
        # Early on the average follows closely, so that it never remembers the untrained heads.
        decay = min(settings.average_decay, (1 + step) / (10 + step))
        state.average[part].lerp_(state.weights[part], 1 - decay)
        barrier.wait()
        if journal is not None:
            journal.record(step, losses, progress, schedule.rate(progress))
        if progress >= 1.0:
            break
    if journal is not None:
        journal.close()


def _loss(
    fast: FastReader,
    features: FeatureSet,
    indices: NDArray[np.int64],
    shown: NDArray[np.bool_],
    job: Job,
    beside: NDArray[np.int64] | None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """One worker's loss in a step, and its parts ``float64[4]``: span, relevance, shared norm, sentences."""
    read, titled = indices, shown
    if beside is not None:
        read, titled, places = with_companions(indices, shown, beside)
    batch = assemble(features, read, titled, job.special)
    fast.pull()
    outputs = fast(batch)
    span, relevance = training_loss(outputs, batch)
    shared = torch.zeros(())
    if beside is not None:
        rows = torch.arange(len(indices), len(read))
        shared = shared_norm_loss(outputs, batch, torch.from_numpy(places), rows)
    bearing = bearing_loss(outputs, batch)
    parts = torch.tensor([float(part.detach()) for part in (span, relevance, shared, bearing)], dtype=torch.float64)
    loss = span + RELEVANCE_WEIGHT * relevance + job.settings.shared_norm * shared + BEARING_WEIGHT * bearing
    return loss, parts


def _optimizer(state: SharedState, part: slice, step: int, rate: float) -> torch.optim.AdamW:
    """AdamW over one slice of the flat weights, its moments in the shared state. No weight decay: the run is short."""
    weights = torch.nn.Parameter(state.weights[part])
    optimizer = torch.optim.AdamW([weights], lr=rate, eps=_EPSILON, weight_decay=0.0, fused=True)
    optimizer.state[weights] = {
        "step": torch.tensor(float(step)),
        "exp_avg": state.first_moment[part],
        "exp_avg_sq": state.second_moment[part],
    }
    return optimizer


class _Journal:
    """Keeps the clock, logs losses and dev scores as JSON lines, saves checkpoints, shows progress with time left."""

    def __init__(self, job: Job, state: SharedState, model: TrainableReader, position: Position) -> None:
        self._job, self._state, self._model = job, state, model
        self._began = time.monotonic() - position.elapsed
        self._saved = self._evaluated = self._elapsed
        self._next = position.step
        self._losses: list[torch.Tensor] = []
        self._dev = FeatureSet.load(job.dev) if job.dev_examples else None
        job.folder.mkdir(parents=True, exist_ok=True)
        self._log = (job.folder / "log.jsonl").open("a", encoding="utf-8")
        self._bar = tqdm(total=job.settings.schedule.total_steps, initial=position.step, unit="step", mininterval=10)

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._began

    def announce(self, step: int) -> None:
        """Tells all workers how far the run is, so that they agree on the learning rate."""
        self._state.clock[0] = self._job.settings.schedule.progress(step, self._elapsed)

    def record(self, step: int, losses: torch.Tensor, progress: float, rate: float) -> None:
        """Notes a finished step; saves and evaluates when it is time."""
        settings = self._job.settings
        self._next = step + 1
        self._losses.append(losses)
        self._bar.update()
        if (step + 1) % settings.log_every == 0:
            span, relevance, shared, bearing = torch.stack(self._losses).mean(dim=0).tolist()
            self._losses.clear()
            self._write(
                step=step + 1,
                progress=round(progress, 4),
                loss=round(span, 4),
                relevance_loss=round(relevance, 4),
                bearing_loss=round(bearing, 4),
                **({"shared_norm_loss": round(shared, 4)} if settings.shared_norm else {}),
                rate=rate,
                seconds=round(self._elapsed, 1),
            )
        if self._elapsed - self._saved >= settings.save_every:
            self._save()
        if self._dev is not None and self._elapsed - self._evaluated >= settings.evaluate_every:
            self._evaluate()

    def close(self) -> None:
        """The last checkpoint and dev scores."""
        self._save()
        if self._dev is not None:
            self._evaluate()
        self._bar.close()
        self._log.close()

    def _save(self) -> None:
        save_checkpoint(self._job.folder / "checkpoint", Position(self._next, self._elapsed), self._state.saved())
        self._saved = self._elapsed

    def _evaluate(self) -> None:
        """Scores the current and the averaged weights, on this worker's one core; the others wait meanwhile."""
        assert self._dev is not None
        job, parameters = self._job, self._model.trained()
        for name, weights in (("current", self._state.weights), ("average", self._state.average)):
            attach(parameters, weights)
            readings = evaluate(self._model, self._dev, job.dev_examples, job.special, job.settings.bfloat16)
            self._write(step=self._next, weights=name, dev=asdict(readings.scores()), seconds=round(self._elapsed, 1))
        attach(parameters, self._state.weights)
        self._evaluated = self._elapsed

    def _write(self, **row: Any) -> None:
        self._log.write(json.dumps(row) + "\n")
        self._log.flush()
        _log.info("%s", row)
