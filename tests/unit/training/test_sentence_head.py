"""The sentence head: a sentence's logit is the mean of its tokens'; a reader without the head still loads."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from rag.models.folders import weights_fingerprint
from rag.models.shipped_reader import load_parts, write_parts
from tests.unit.training import tiny
from training.averaging import mean_of_readers
from training.batches import Batch
from training.model import Outputs, TrainableReader, bearing_loss, sentence_logits


def test_a_sentences_logit_is_the_mean_of_its_tokens() -> None:
    logits = torch.tensor([[9.0, 1.0, 3.0, -2.0], [5.0, 5.0, 0.0, 0.0]])
    sentences = torch.tensor([[0, 1, 1, 2], [0, 0, 2, 2]])
    assert sentence_logits(logits, sentences, 2).tolist() == [[2.0, -2.0], [0.0, 0.0]]


def test_sentences_without_a_judgement_cost_nothing() -> None:
    logits = torch.tensor([[0.0, 4.0, -4.0], [0.0, 4.0, 4.0]], requires_grad=True)
    zeros = torch.zeros(2, dtype=torch.int64)
    batch = Batch(
        *(torch.zeros(2, 3),) * 4,
        zeros,
        zeros,
        zeros,
        torch.tensor([[0, 1, 2], [0, 1, 2]]),
        torch.tensor([[1.0, 0.0], [0.0, 0.0]]),
        torch.tensor([[0.5, 0.5], [0.0, 0.0]]),
    )
    loss = bearing_loss(Outputs(logits, logits, zeros, logits), batch)
    loss.backward()
    assert loss.item() == pytest.approx(math.log1p(math.exp(-4.0)), rel=1e-5)
    assert logits.grad is not None
    assert not logits.grad[1].any()


def write(folder: Path, encoder: Path, seed: int, *, head: bool) -> Path:
    torch.manual_seed(seed)
    model = TrainableReader(encoder)
    trained = {
        name: tensor.detach() for name, tensor in model.trained().items() if head or not name.startswith("bearing.")
    }
    config = json.loads((encoder / "config.json").read_text(encoding="utf-8"))
    write_parts(folder, trained, config, {"max_length": 48, "relevance_weight": 1.0}, weights_fingerprint(encoder))
    return folder


def test_a_head_that_only_some_readers_have_is_the_mean_of_theirs(tmp_path: Path) -> None:
    encoder = tiny.save_encoder(tmp_path / "encoder")
    with_head = write(tmp_path / "new", encoder, 1, head=True)
    without = write(tmp_path / "old", encoder, 2, head=False)
    mean = mean_of_readers([with_head, without], encoder=encoder)
    new, old = load_parts(with_head, encoder), load_parts(without, encoder)
    assert not old.bearing
    np.testing.assert_allclose(mean["bearing.weight"], new.bearing["weight"], rtol=1e-6)
    np.testing.assert_allclose(
        mean["relevance.weight"], (new.relevance["weight"] + old.relevance["weight"]) / 2, rtol=1e-6
    )


def test_training_goes_on_from_a_reader_without_the_head(tmp_path: Path) -> None:
    encoder = tiny.save_encoder(tmp_path / "encoder")
    parts = load_parts(write(tmp_path / "old", encoder, 2, head=False), encoder)
    model = TrainableReader(encoder)
    fresh = model.bearing.weight.detach().clone()
    model.restore(parts)
    torch.testing.assert_close(model.bearing.weight.detach(), fresh)
    np.testing.assert_array_equal(model.qa_outputs.weight.detach(), parts.tensors["qa_outputs.weight"])
