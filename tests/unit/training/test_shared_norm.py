"""Two passages of one question read together: who is whose companion, the loss over both, and a run that uses it."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer

from tests.unit.training import tiny
from tests.unit.training.resuming import assert_same_when_resumed
from training import reader
from training.batches import SpecialTokens, assemble, training_batches, with_companions
from training.checkpoints import load_checkpoint
from training.examples import Example
from training.features import FeatureSet, build_features
from training.hard_negatives import NO_COMPANION, companions, negative_identifier
from training.loop import Job, RunSettings, train
from training.model import Outputs, shared_norm_loss
from training.schedule import Schedule

SPECIAL = SpecialTokens(tiny.VOCABULARY["[CLS]"], tiny.VOCABULARY["[SEP]"], tiny.VOCABULARY["[PAD]"])
STEPS = 40


def with_negatives(count: int) -> list[Example]:
    """``count`` examples and, for every other answerable one, a passage of somebody else."""
    made = tiny.examples(count)
    negatives = [
        replace(
            one, identifier=negative_identifier(one.identifier), context=f"{other.context} it is quiet .", answers=()
        )
        for one, other in pairwise(made)
        if one.answers and int(one.identifier) % 2 == 0 and one.question.split()[2] not in other.context
    ]
    return [*made, *negatives]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return with_negatives(240)


@pytest.fixture(scope="module")
def features(encoder: Path, examples: list[Example]) -> FeatureSet:
    return build_features(examples, AutoTokenizer.from_pretrained(encoder), max_length=48)


@pytest.fixture(scope="module")
def job(encoder: Path, examples: list[Example], features: FeatureSet, tmp_path_factory: pytest.TempPathFactory) -> Job:
    root = tmp_path_factory.mktemp("job")
    features.save(root / "train")
    np.save(root / "companions.npy", companions(examples, features))
    settings = RunSettings(
        schedule=Schedule(peak=5e-3, total_steps=STEPS),
        batch_size=12,
        shared_norm=1.0,
        log_every=10,
        save_every=1e9,
        evaluate_every=1e9,
        bfloat16=False,
    )
    made = Job(encoder, root / "train", root, [], root / "run", SPECIAL, settings, companions=root / "companions.npy")
    train(made)
    return made


def test_the_window_with_the_answer_has_its_questions_other_passage_beside_it(
    features: FeatureSet, examples: list[Example]
) -> None:
    beside = companions(examples, features)
    numbers = {one.identifier for one in examples}
    for row, companion in zip(features.rows.tolist(), beside.tolist(), strict=True):
        example = examples[row[7]]
        if negative_identifier(example.identifier) not in numbers:
            assert companion == NO_COMPANION
            continue
        other = examples[features.rows[companion, 7]]
        assert other.identifier == negative_identifier(example.identifier)
        assert other.question == example.question
        assert features.rows[companion, 3] == 0
    assert 20 < (beside >= 0).sum() == sum(not one.answers and "it is quiet" in one.context for one in examples)


def test_only_a_window_that_holds_the_answer_has_a_companion(encoder: Path) -> None:
    long = "mill bridge is quiet today . " * 12
    asked = Example(
        "1", "", f"{long}ada lives in oslo .", "where does ada live ?", (("oslo", len(long) + 13),), "squad"
    )
    other = Example(negative_identifier("1"), "", f"{long}hugo lives in rome .", asked.question, (), "hard_negative")
    features = build_features([asked, other], AutoTokenizer.from_pretrained(encoder), max_length=48)
    beside = companions([asked, other], features)
    first_of_other = int(np.flatnonzero(features.rows[:, 7] == 1)[0])
    assert len(features) > 3
    assert set(beside[features.rows[:, 5] >= 0].tolist()) == {first_of_other}
    assert set(beside[features.rows[:, 5] < 0].tolist()) == {NO_COMPANION}


def test_a_companion_is_in_no_batch_of_its_own(features: FeatureSet, examples: list[Example]) -> None:
    beside = companions(examples, features)
    drawn = set(range(len(features))) - set(beside.tolist())
    epoch = [batch for batch, _ in islice(training_batches(features, 4, seed=2, companions=beside), len(drawn) // 4)]
    seen = np.concatenate(epoch).tolist()
    assert len(seen) == len(set(seen))
    assert set(seen) <= drawn
    assert len(seen) > len(drawn) - 4


def test_companions_stand_behind_the_batch_in_the_order_of_their_features() -> None:
    beside = np.array([NO_COMPANION, 7, 5, NO_COMPANION, 6, -1, -1, -1])
    indices, shown = np.array([4, 0, 1, 2]), np.array([True, False, False, True])
    read, titled, places = with_companions(indices, shown, beside)
    assert read.tolist() == [4, 0, 1, 2, 6, 7, 5]
    assert titled.tolist() == [True, False, False, True, True, False, True]
    assert places.tolist() == [0, 2, 3]


def test_the_loss_is_the_answers_improbability_among_both_passages(
    features: FeatureSet, examples: list[Example]
) -> None:
    beside = companions(examples, features)
    places = np.flatnonzero(beside >= 0)[:3]
    read = np.concatenate([[int(np.flatnonzero(features.rows[:, 5] < 0)[0])], places, beside[places]])
    batch = assemble(features, read, np.ones(len(read), dtype=bool), SPECIAL)
    generator = torch.Generator().manual_seed(1)
    starts, ends = (torch.randn(batch.input_ids.shape, generator=generator) for _ in range(2))
    found = shared_norm_loss(
        Outputs(starts, ends, torch.zeros(len(read)), torch.zeros_like(starts)),
        batch,
        torch.tensor([1, 2, 3]),
        torch.tensor([4, 5, 6]),
    )
    expected = 0.0
    for row in (1, 2, 3):
        for logits, target in ((starts, batch.starts[row]), (ends, batch.ends[row])):
            words = [
                float(logits[one, at])
                for one in (row, row + 3)
                for at in range(1, logits.shape[1])
                if bool(batch.legal[one, at])
            ]
            expected += float(np.logaddexp.reduce(words)) - float(logits[row, target])
    assert float(found) == pytest.approx(expected / 2, rel=1e-5)


def test_the_loss_over_both_passages_falls(job: Job) -> None:
    lines = (job.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    losses = [row["shared_norm_loss"] for line in lines if "loss" in (row := json.loads(line))]
    assert len(losses) == STEPS // 10
    assert losses[-1] < 0.7 * losses[0]


def test_a_resumed_run_equals_an_uninterrupted_one(job: Job, tmp_path: Path) -> None:
    assert_same_when_resumed(job, tmp_path, stop_after=13)


def test_the_weight_of_the_loss_decides_what_is_learned(job: Job, tmp_path: Path) -> None:
    ends = []
    for weight in (0.0, 1.0):
        settings = replace(job.settings, shared_norm=weight, stop_after=3)
        train(replace(job, folder=tmp_path / f"{weight}", settings=settings))
        saved = load_checkpoint(tmp_path / f"{weight}" / "checkpoint")
        assert saved is not None
        ends.append(saved[1]["weights"])
    assert float((ends[0] - ends[1]).abs().mean()) > 1e-4


def test_the_program_reads_every_answer_beside_a_negative_when_asked_to(
    encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, jobs = tiny.examples(60), list[Job]()
    vectors = np.random.default_rng(0).normal(size=(1000, 8)).astype(np.float32)
    numbers: dict[str, int] = {}
    monkeypatch.setattr(reader, "load_training_data", lambda data, seed: (made, made[:8]))
    monkeypatch.setattr(
        reader,
        "_sentence_encoder",
        lambda folder: lambda texts: np.stack([vectors[numbers.setdefault(text, len(numbers))] for text in texts]),
    )
    monkeypatch.setattr(reader, "train", jobs.append)
    out = tmp_path / "run"
    arguments = ["--data", str(tmp_path), "--out", str(out), "--encoder", str(encoder)]
    reader.main([*arguments, "--shared-norm", "0.5"])
    assert jobs[0].settings.shared_norm == 0.5
    assert jobs[0].companions is not None
    features, beside = FeatureSet.load(jobs[0].train), np.load(jobs[0].companions)
    assert (beside >= 0).sum() > 0.9 * sum(bool(one.answers) for one in made)
    assert set(features.rows[beside[beside >= 0], 5].tolist()) == {-1}
    assert json.loads((out / "settings.json").read_text())["shared_norm"] == 0.5
    with pytest.raises(SystemExit, match="with --shared-norm: do the same, or give another --out"):
        reader.main(arguments)
    arguments[3] = str(tmp_path / "plain")
    reader.main(arguments)
    assert jobs[1].companions is None
    with pytest.raises(SystemExit, match="without --shared-norm"):
        reader.main([*arguments, "--shared-norm", "0.5"])
