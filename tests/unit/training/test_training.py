"""The training loop on a tiny model: it learns, resumes exactly, and its two forward passes agree."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer

from rag.models.folders import weights_fingerprint
from rag.models.shipped_reader import load_parts, write_parts
from rag.read.checkpoint import load_shipped_reader
from tests.unit.rag.answer.made_up import retrieved
from tests.unit.training import tiny
from tests.unit.training.resuming import assert_same_when_resumed
from training import export
from training.averaging import mean_of_readers, write_mean
from training.batches import SpecialTokens, assemble
from training.checkpoints import Position, load_checkpoint, save_checkpoint
from training.dev import DevReadings, auroc, best_span, evaluate, sample_examples
from training.export import choose_relevance_weight, export_run
from training.fast_model import FastReader
from training.features import FeatureSet, build_features
from training.hard_negatives import mine_hard_negatives
from training.loop import Job, RunSettings, train
from training.model import TrainableReader, bearing_loss, training_loss
from training.recipe import read_section, steps_of
from training.schedule import Schedule
from training.shared_state import SharedState, attach, named_views, slice_of

SPECIAL = SpecialTokens(tiny.VOCABULARY["[CLS]"], tiny.VOCABULARY["[SEP]"], tiny.VOCABULARY["[PAD]"])
STEPS = 60


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="module")
def job(encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Job:
    root = tmp_path_factory.mktemp("job")
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    dev = tiny.examples(40, seed=9)
    build_features(tiny.examples(300), tokenizer, max_length=48).save(root / "train")
    build_features(dev, tokenizer, max_length=48).save(root / "dev")
    settings = RunSettings(
        schedule=Schedule(peak=5e-3, total_steps=STEPS),
        batch_size=16,
        log_every=10,
        save_every=1e9,
        evaluate_every=1e9,
        bfloat16=False,
    )
    return Job(encoder, root / "train", root / "dev", dev, root / "run", SPECIAL, settings)


@pytest.fixture(scope="module")
def trained(job: Job) -> Job:
    train(job)
    return job


def rows(job: Job, key: str) -> list[dict[str, object]]:
    lines = (job.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for line in lines if key in (row := json.loads(line))]


def test_the_loss_falls_and_dev_scores_are_logged(trained: Job) -> None:
    losses = [float(str(row["loss"])) for row in rows(trained, "loss")]
    assert len(losses) == STEPS // 10
    assert losses[-1] < 0.7 * losses[0]
    assert {row["weights"] for row in rows(trained, "dev")} == {"current", "average"}


def test_a_resumed_run_equals_an_uninterrupted_one(trained: Job, tmp_path: Path) -> None:
    assert_same_when_resumed(trained, tmp_path, stop_after=23)


def test_both_forward_passes_agree(encoder: Path, job: Job) -> None:
    torch.manual_seed(3)
    model = TrainableReader(encoder)
    parameters = model.trained()
    state = SharedState.for_parameters(parameters, workers=1)
    attach(parameters, state.weights)
    batch = assemble(FeatureSet.load(job.train), np.arange(7), np.arange(7) % 2 == 0, SPECIAL)
    outputs = model(batch.input_ids, batch.attention_mask, batch.token_type_ids)
    losses = (*training_loss(outputs, batch), bearing_loss(outputs, batch))
    sum(losses).backward()  # type: ignore[union-attr]
    gradients = named_views(parameters, state.gradients[0])
    fast = FastReader(model, named_views(parameters, state.weights), gradients, torch.float32)
    fast.pull()
    fast_outputs = fast(batch)
    fast_losses = (*training_loss(fast_outputs, batch), bearing_loss(fast_outputs, batch))
    sum(fast_losses).backward()  # type: ignore[union-attr]
    fast.push()
    for fast_loss, loss in zip(fast_losses, losses, strict=True):
        assert float(fast_loss.detach()) == pytest.approx(float(loss.detach()), rel=1e-5)
    for name, parameter in parameters.items():
        assert parameter.grad is not None
        torch.testing.assert_close(gradients[name], parameter.grad, rtol=1e-3, atol=1e-4)


def test_frozen_layers_get_no_gradient_and_the_others_the_same(encoder: Path, job: Job) -> None:
    batch = assemble(FeatureSet.load(job.train), np.arange(7), np.arange(7) % 2 == 0, SPECIAL)
    gradients = {}
    for frozen in (0, 1):
        model = TrainableReader(encoder)
        state = SharedState.for_parameters(model.trained(), workers=1)
        state.gradients.fill_(7.0)
        gradients[frozen] = named_views(model.trained(), state.gradients[0])
        torch.manual_seed(3)
        weights = named_views(model.trained(), state.weights)
        for head in ("qa_outputs.weight", "relevance.weight", "bearing.weight"):
            weights[head].normal_(std=0.2)
        fast = FastReader(model, weights, gradients[frozen], torch.float32, frozen)
        fast.pull()
        outputs = fast(batch)
        (training_loss(outputs, batch)[0] + bearing_loss(outputs, batch)).backward()
        for parameter in fast.relevance_head.parameters():
            parameter.grad = torch.zeros_like(parameter)
        fast.push()
    for name, gradient in gradients[1].items():
        if ".layer.0." in name:
            assert not gradient.any()
            assert gradients[0][name].any() or "key.bias" in name
        else:
            torch.testing.assert_close(gradient, gradients[0][name])


def test_embeddings_do_not_change(encoder: Path) -> None:
    assert not any("embeddings" in name for name in TrainableReader(encoder).trained())


def test_a_run_is_exported_and_read(
    trained: Job, encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "load_training_data", lambda folder: ([], list(trained.dev_examples)))
    choice = export_run(trained.folder, tmp_path, tmp_path, 40, encoder)
    assert choice.step == STEPS
    assert choice.weights in ("weights", "average")
    reader = load_shipped_reader(precision="float32", folder=tmp_path, encoder=encoder)
    found = retrieved("clara lives in paris . hugo lives in cairo .", title="mill bridge")
    best = reader.read("where does clara live ?", [found])[0]
    assert best.retrieved.article.text[best.span.start : best.span.end] in ("paris", "cairo")


def test_a_run_begins_with_an_exported_reader(
    trained: Job, encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "load_training_data", lambda folder: ([], list(trained.dev_examples)))
    (trained.folder / "settings.json").write_text('{"seed": 3}', encoding="utf-8")
    export_run(trained.folder, tmp_path / "reader", tmp_path, 40, encoder)
    assert read_section(tmp_path / "reader")["settings"] == {"seed": 3}
    still = replace(trained.settings, schedule=Schedule(peak=1e-12, total_steps=STEPS), stop_after=10)
    begun = replace(trained, folder=tmp_path / "run", start=tmp_path / "reader", settings=still)
    train(begun)
    assert float(str(rows(begun, "loss")[0]["loss"])) == pytest.approx(
        float(str(rows(trained, "loss")[-1]["loss"])), rel=0.5
    )
    assert float(str(rows(begun, "loss")[0]["loss"])) < 0.7 * float(str(rows(trained, "loss")[0]["loss"]))


def test_the_mean_of_two_readers_is_a_reader(
    trained: Job, encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "load_training_data", lambda folder: ([], list(trained.dev_examples)))
    settings = json.dumps(asdict(trained.settings))
    (trained.folder / "settings.json").write_text(settings, encoding="utf-8")
    one, other, mean = (tmp_path / name for name in ("one", "other", "mean"))
    export_run(trained.folder, one, tmp_path, 40, encoder)
    shifted = {name: tensor + 1 for name, tensor in load_parts(one, encoder).tensors.items() if "layer" in name}
    relevance = {f"relevance.{name}": tensor for name, tensor in load_parts(one, encoder).relevance.items()}
    heads = {name: tensor for name, tensor in load_parts(one, encoder).tensors.items() if "qa_outputs" in name}
    config = json.loads((one / "config.json").read_text(encoding="utf-8"))
    write_parts(other, {**shifted, **heads, **relevance}, config, config["citespan"], weights_fingerprint(encoder))
    write_mean([one, other], mean, tmp_path, 40, [0.75, 0.25], encoder)
    first, second = load_parts(one, encoder).tensors, load_parts(mean, encoder).tensors
    for name, tensor in first.items():
        expected = tensor + 0.25 if "layer" in name else tensor
        np.testing.assert_allclose(second[name], expected, rtol=1e-3, atol=1e-3)
    section = read_section(mean)
    assert [member["share"] for member in section["settings"]["averaged"]] == [0.75, 0.25]
    assert steps_of(section) == STEPS


@pytest.mark.parametrize("shares", [[1.0], [0.5, 0.6], [1.2, -0.2]], ids=["too few", "more than 1", "below 0"])
def test_shares_that_make_no_mean(shares: list[float], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="as many shares"):
        mean_of_readers([tmp_path, tmp_path], shares)


def test_one_reader_has_no_mean(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least two"):
        mean_of_readers([tmp_path])


def test_nothing_to_export_before_the_first_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no checkpoint"):
        export_run(tmp_path, tmp_path, tmp_path, 1)


def test_a_checkpoint_is_whole_or_the_one_before(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    assert load_checkpoint(folder) is None
    save_checkpoint(folder, Position(1, 2.0), {"weights": torch.ones(2)})
    folder.rename(tmp_path / "checkpoint.old")
    found = load_checkpoint(folder)
    assert found is not None
    assert found[0] == Position(1, 2.0)
    save_checkpoint(folder, Position(2, 3.0), {"weights": torch.zeros(2)})
    found = load_checkpoint(folder)
    assert found is not None
    assert found[0].step == 2
    assert not (tmp_path / "checkpoint.old").exists()


def test_the_rate_rises_then_falls_to_zero() -> None:
    schedule = Schedule(peak=1.0, total_steps=100, warm_up=0.1)
    rates = [schedule.rate(schedule.progress(step, 0.0)) for step in range(101)]
    assert max(rates) == pytest.approx(1.0)
    assert rates.index(max(rates)) == 10
    assert rates[0] > 0
    assert rates[-1] == 0


def test_the_clock_ends_a_slow_run_in_time() -> None:
    schedule = Schedule(peak=1.0, total_steps=1000, seconds=60.0)
    assert schedule.progress(10, 30.0) == 0.5
    assert schedule.progress(10, 61.0) == 1.0


@pytest.mark.parametrize(("workers", "size"), [(1, 10), (2, 10), (2, 11), (3, 4)])
def test_workers_share_all_parameters(workers: int, size: int) -> None:
    covered = [place for worker in range(workers) for place in range(size)[slice_of(worker, workers, size)]]
    assert covered == list(range(size))


def test_hard_negatives_never_hold_the_answer() -> None:
    examples = tiny.examples(80)
    vectors = _random_vectors(examples)
    negatives = mine_hard_negatives(examples, lambda texts: np.stack([vectors[text] for text in texts]), share=0.5)
    answerable = {example.identifier: example for example in examples if example.answers}
    assert len(negatives) > 20
    for negative in negatives:
        original = answerable[negative.identifier.removesuffix("-negative")]
        assert negative.answers == ()
        assert negative.context != original.context
        assert original.answers[0][0] not in negative.context


def test_the_best_span_is_legal() -> None:
    starts, ends = np.array([0, 5, 0, 0], np.float32), np.array([9, 0, 1, 4], np.float32)
    assert best_span(starts, ends) == (9.0, 0, 0)
    assert best_span(starts + np.array([0, 1, 0, 0], np.float32), ends) == (10.0, 1, 3)
    assert best_span(starts + np.array([0, 1, 0, 0], np.float32), ends, longest=2) == (9.0, 0, 0)
    assert best_span(np.array([0, 9, 0], np.float32), np.array([9, 0, 1], np.float32)) == (10.0, 1, 2)


def test_auroc_counts_pairs() -> None:
    assert auroc(np.array([3.0, 1.0, 2.0, 2.0]), np.array([True, False, True, False])) == 0.875
    assert auroc(np.array([1.0]), np.array([True])) == 0.5


def test_relevance_is_used_only_where_it_helps() -> None:
    answerable = np.array([True, False] * 50)
    nothing = np.zeros(100)
    helpful = DevReadings(answerable, nothing, nothing, nothing, answerable.astype(np.float64))
    useless = DevReadings(answerable, nothing, nothing, answerable.astype(np.float64), nothing)
    assert choose_relevance_weight(helpful) > 0
    assert choose_relevance_weight(useless) == 0


def test_evaluation_is_right_for_a_perfect_reader(encoder: Path, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model whose logits are the targets answers every answerable question exactly."""
    features = FeatureSet.load(job.dev)
    shown = np.zeros(len(features), dtype=bool)
    targets = assemble(features, np.arange(len(features)), shown, SPECIAL)
    by_input = {
        tuple(ids[mask.bool()].tolist()): (int(start), int(end))
        for ids, mask, start, end in zip(
            targets.input_ids, targets.attention_mask, targets.starts, targets.ends, strict=True
        )
    }

    class Perfect(TrainableReader):
        def forward(self, input_ids, attention_mask, token_type_ids):  # type: ignore[no-untyped-def]
            outputs = super().forward(input_ids, attention_mask, token_type_ids)
            outputs.starts.zero_()
            outputs.ends.zero_()
            for row, (ids, mask) in enumerate(zip(input_ids, attention_mask, strict=True)):
                start, end = by_input[tuple(ids[mask.bool()].tolist())]
                outputs.starts[row, start] += 9
                outputs.ends[row, end] += 9
            return outputs

    scores = evaluate(Perfect(encoder), features, job.dev_examples, SPECIAL, False).scores()
    assert scores.exact_match == scores.f1 == scores.span_auroc == 1.0


def test_a_sample_is_drawn_the_same_each_time() -> None:
    examples = tiny.examples(30)
    assert sample_examples(examples, 5) == sample_examples(examples, 5)
    assert sample_examples(examples, 99) == examples


def _random_vectors(examples: list) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    generator = np.random.default_rng(0)
    texts = {text for example in examples for text in (example.context, example.question)}
    return {text: generator.normal(size=4).astype(np.float32) for text in sorted(texts)}
