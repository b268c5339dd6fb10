"""From a run's checkpoint to the shipped form: ``python -m training.export --run DIR --to DIR``.

Two things are chosen here, on the held-out articles: the last weights or their running average, and how much the
relevance output counts against "no answer".
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer

from rag.models.engine import has_bfloat16
from rag.models.folders import packaged_encoder_folder, weights_fingerprint
from rag.models.shipped_reader import write_parts
from training.batches import SpecialTokens
from training.checkpoints import load_checkpoint
from training.dev import DevReadings, auroc, evaluate, sample_examples
from training.examples import Example, load_training_data
from training.features import MAX_LENGTH, FeatureSet, build_features
from training.model import TrainableReader
from training.shared_state import attach, named_views

_log = logging.getLogger(__name__)
CHOICES = ("weights", "average")
RELEVANCE_WEIGHTS = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0)
WORTHWHILE = 0.002
"""Gain in AUROC for which a larger weight is taken; less is noise on a dev set of this size."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was exported and the dev figures it was chosen by (all candidates, by name)."""

    weights: str
    relevance_weight: float
    step: int
    dev: Mapping[str, Any]


def export_run(run: Path, folder: Path, data: Path, questions: int, encoder: Path | None = None) -> Choice:
    """Writes the better of a run's two sets of weights to ``folder``.

    Args:
        run: the training's output folder.
        data: as for training; only its held-out articles are read.
        questions: how many dev questions to choose on.

    Raises:
        FileNotFoundError: the run has no checkpoint yet.
    """
    saved = load_checkpoint(run / "checkpoint")
    if saved is None:
        raise FileNotFoundError(f"{run}: no checkpoint yet")
    position, tensors = saved
    path = run / "settings.json"
    settings = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    source = encoder if encoder is not None else packaged_encoder_folder()
    dev = DevSample.load(data, questions, source)
    model = TrainableReader(source)
    parameters = model.trained()
    readings: dict[str, DevReadings] = {}
    for name in CHOICES:
        attach(parameters, tensors[name])
        readings[name] = dev.read_by(model)
        _log.info("%s: %s", name, readings[name].scores())
    best = max(CHOICES, key=lambda name: readings[name].scores().f1 + readings[name].scores().span_auroc)
    weight = choose_relevance_weight(readings[best])
    choice = Choice(
        weights=best,
        relevance_weight=weight,
        step=position.step,
        dev={name: asdict(one.scores()) for name, one in readings.items()},
    )
    write_parts(
        folder,
        named_views(parameters, tensors[best]),
        json.loads((source / "config.json").read_text(encoding="utf-8")),
        {"max_length": MAX_LENGTH, **asdict(choice), "settings": settings},
        weights_fingerprint(source),
    )
    return choice


@dataclass(frozen=True, slots=True)
class DevSample:
    """Held-out questions to choose on, ready to be read."""

    examples: Sequence[Example]
    features: FeatureSet
    special: SpecialTokens

    @classmethod
    def load(cls, data: Path, questions: int, encoder: Path) -> DevSample:
        """``questions`` of the held-out articles in ``data``, always the same ones."""
        tokenizer = AutoTokenizer.from_pretrained(encoder, local_files_only=True)
        examples = sample_examples(load_training_data(data)[1], questions, seed=1)
        special = SpecialTokens(tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id)
        return cls(examples, build_features(examples, tokenizer), special)

    def read_by(self, model: TrainableReader) -> DevReadings:
        """What the model makes of every question."""
        return evaluate(model, self.features, self.examples, self.special, has_bfloat16())


def choose_relevance_weight(readings: DevReadings) -> float:
    """The least weight whose AUROC of answerable against unanswerable is within ``WORTHWHILE`` of the best."""
    by_weight = {
        weight: auroc(readings.margins + weight * readings.relevances, readings.answerable)
        for weight in RELEVANCE_WEIGHTS
    }
    _log.info("AUROC by relevance weight: %s", {weight: round(value, 4) for weight, value in by_weight.items()})
    best = max(by_weight.values())
    return min(weight for weight, value in by_weight.items() if best - value < WORTHWHILE)


def main(arguments: Sequence[str] | None = None) -> None:
    """Exports and logs what was chosen."""
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="output folder of the training")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds train/")
    parser.add_argument("--to", type=Path, required=True, help="folder for config.json and reader.safetensors")
    parser.add_argument("--questions", type=int, default=2000, help="dev questions to choose on")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    _log.info("%s", export_run(options.run, options.to, options.data, options.questions))


if __name__ == "__main__":
    main()
