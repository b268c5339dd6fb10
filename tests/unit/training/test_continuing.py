"""A finished run taken further, and one run made by two workers."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer

from tests.unit.training import tiny
from training import reader
from training.batches import SpecialTokens
from training.checkpoints import Position, load_checkpoint
from training.continuing import NEGATIVES, ContinuationError, continue_from
from training.features import build_features
from training.loop import Job, RunSettings, train
from training.schedule import Schedule

SPECIAL = SpecialTokens(tiny.VOCABULARY["[CLS]"], tiny.VOCABULARY["[SEP]"], tiny.VOCABULARY["[PAD]"])
STEPS = 24


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A finished run of one worker."""
    root = tmp_path_factory.mktemp("job")
    encoder = tiny.save_encoder(root / "encoder")
    build_features(tiny.examples(120), AutoTokenizer.from_pretrained(encoder), max_length=48).save(root / "train")
    settings = RunSettings(
        schedule=Schedule(peak=5e-3, total_steps=STEPS),
        batch_size=8,
        log_every=1,
        save_every=1e9,
        evaluate_every=1e9,
        bfloat16=False,
    )
    made = Job(encoder, root / "train", root / "dev", [], root / "run", SPECIAL, settings)
    train(made)
    (made.folder / "settings.json").write_text(json.dumps(asdict(settings)))
    (made.folder / NEGATIVES).write_text("{}\n")
    return made


def longer(job: Job, folder: Path, **schedule: float | None) -> Job:
    values = {"peak": 5e-3, "total_steps": 2 * STEPS, **schedule}
    return replace(job, folder=folder, settings=replace(job.settings, schedule=Schedule(**values)))  # type: ignore[arg-type]


def state(folder: Path) -> tuple[Position, dict[str, torch.Tensor]]:
    found = load_checkpoint(folder / "checkpoint")
    assert found is not None
    return found


def rates(folder: Path) -> dict[int, float]:
    rows = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    return {row["step"]: row["rate"] for row in rows if "rate" in row}


def test_a_finished_run_goes_on_at_the_rate_of_the_longer_schedule(job: Job, tmp_path: Path) -> None:
    before = state(job.folder)
    more = longer(job, tmp_path / "more")
    assert continue_from(job.folder, more.folder, more.settings) == Position(STEPS, 0.0)
    for name, tensor in state(more.folder)[1].items():
        assert torch.equal(tensor, before[1][name]), name
    assert (more.folder / NEGATIVES).read_text() == "{}\n"
    assert rates(job.folder)[STEPS] < 0.05 * 5e-3
    train(more)
    assert min(rates(more.folder)) == STEPS + 1
    assert rates(more.folder)[STEPS + 1] == pytest.approx(5e-3 * 0.5 / 0.94)
    assert state(more.folder)[0].step == 2 * STEPS
    assert state(job.folder)[0] == before[0]


def test_continued_under_its_own_schedule_it_equals_the_uninterrupted_run(job: Job, tmp_path: Path) -> None:
    first = replace(job, folder=tmp_path / "first", settings=replace(job.settings, stop_after=11))
    train(first)
    (first.folder / "settings.json").write_text(json.dumps(asdict(first.settings)))
    second = replace(job, folder=tmp_path / "second")
    continue_from(first.folder, second.folder, second.settings)
    train(second)
    for name, tensor in state(second.folder)[1].items():
        assert torch.equal(tensor, state(job.folder)[1][name]), name


def test_progress_sets_the_clock(job: Job, tmp_path: Path) -> None:
    more = longer(job, tmp_path, total_steps=4 * STEPS, seconds=6846.0)
    position = continue_from(job.folder, tmp_path, more.settings, 0.29)
    assert position == Position(STEPS, pytest.approx(0.29 * 6846))
    schedule = more.settings.schedule
    assert schedule.rate(schedule.progress(position.step, position.elapsed)) == pytest.approx(5e-3 * 0.71 / 0.94)


def test_a_second_call_resumes_the_new_run(job: Job, tmp_path: Path) -> None:
    more = longer(job, tmp_path)
    more = replace(more, settings=replace(more.settings, stop_after=STEPS + 3))
    continue_from(job.folder, tmp_path, more.settings)
    train(more)
    assert continue_from(job.folder, tmp_path, more.settings).step == STEPS + 3


@pytest.mark.parametrize(
    ("changes", "progress", "message"),
    [
        ({"total_steps": STEPS}, None, "more than that with --steps"),
        ({}, 0.6, "give --seconds"),
        ({"seconds": 60.0}, 0.4, r"it is 0.500 at least"),
        ({"seconds": 60.0}, 1.0, "below 1"),
    ],
)
def test_what_cannot_be_continued_is_said(
    job: Job, tmp_path: Path, changes: dict[str, float], progress: float | None, message: str
) -> None:
    with pytest.raises(ContinuationError, match=message):
        continue_from(job.folder, tmp_path, longer(job, tmp_path, **changes).settings, progress)
    assert not (tmp_path / "checkpoint").exists()


def test_other_batches_cannot_be_continued(job: Job, tmp_path: Path) -> None:
    settings = longer(job, tmp_path).settings
    with pytest.raises(ContinuationError, match="--batch-size 8"):
        continue_from(job.folder, tmp_path, replace(settings, batch_size=16))
    with pytest.raises(ContinuationError, match="--seed 0"):
        continue_from(job.folder, tmp_path, replace(settings, seed=1))
    with pytest.raises(ContinuationError, match="--shared-norm 0"):
        continue_from(job.folder, tmp_path, replace(settings, shared_norm=0.5))
    with pytest.raises(ContinuationError, match="no checkpoint"):
        continue_from(tmp_path / "nowhere", tmp_path, settings)


def test_the_program_takes_the_options(job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[Path] = []

    def prepare(data: Path, folder: Path, encoder: Path, settings: RunSettings) -> Job:
        prepared.append(folder)
        return replace(job, folder=folder)

    monkeypatch.setattr(reader, "prepare", prepare)
    monkeypatch.setattr(reader, "train", lambda one: None)
    out = tmp_path / "more"
    arguments = ["--data", str(tmp_path), "--out", str(out), "--batch-size", "8", "--continue-from", str(job.folder)]
    with pytest.raises(SystemExit, match="more than that with --steps"):
        reader.main([*arguments, "--steps", "5"])
    assert prepared == []
    reader.main([*arguments, "--steps", "90", "--seconds", "100", "--progress", "0.5"])
    assert prepared == [out]
    assert state(out)[0] == Position(STEPS, 50.0)
    with pytest.raises(SystemExit):
        reader.main(["--data", str(tmp_path), "--out", str(out), "--progress", "0.5"])
    with pytest.raises(SystemExit):
        reader.main(["--data", str(tmp_path), "--out", str(out), "--shared-norm", "-1"])


def test_two_workers_make_the_run_of_one(job: Job, tmp_path: Path) -> None:
    """Each has half of every batch and updates half of the weights; only the order of additions differs."""
    pair = replace(job, folder=tmp_path / "pair", settings=replace(job.settings, workers=2))
    train(pair)
    one, two = state(job.folder), state(pair.folder)
    assert one[0].step == two[0].step == STEPS
    start = torch.cat([parameter.reshape(-1) for parameter in _untrained(job)])
    moved = float((one[1]["weights"] - start).abs().mean())
    assert moved > 1e-3
    for name in ("weights", "average"):
        assert float((one[1][name] - two[1][name]).abs().mean()) < 0.01 * moved, name


def _untrained(job: Job) -> list[torch.Tensor]:
    from training.model import TrainableReader

    torch.manual_seed(job.settings.seed)
    return [parameter.detach() for parameter in TrainableReader(job.encoder).trained().values()]
