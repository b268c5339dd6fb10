"""The mean of several readers' weights as one reader: ``python -m training.averaging READER READER --to DIR``.

Readers of one line of training, each at the end of a learning-rate cycle, differ in directions that hardly matter to
any of them; their mean lies in the middle and answers better than each. Nothing is trained here; how much the relevance
output counts is chosen again, on the held-out articles.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from rag.models.folders import packaged_encoder_folder, weights_fingerprint
from rag.models.shipped_reader import CONFIG_FILE, load_parts, write_parts
from training.dev import DevReadings
from training.export import DevSample, choose_relevance_weight
from training.features import MAX_LENGTH
from training.model import TrainableReader
from training.recipe import read_section, started_from

_log = logging.getLogger(__name__)


def mean_of_readers(
    readers: Sequence[Path], shares: Sequence[float] | None = None, encoder: Path | None = None
) -> dict[str, torch.Tensor]:
    """The weighted mean of what training changed in each reader: float32 tensors by the names of the shipped form.

    A head that some of them lack is the mean of the others'.

    Args:
        readers: folders in the shipped form, at least two.
        shares: one for each reader, above 0 and of sum 1; all alike when not given.

    Raises:
        ValueError: too few readers, or shares that do not fit.
        ModelError: a reader is incomplete, or was trained on another encoder.
    """
    if len(readers) < 2:
        raise ValueError("a mean needs at least two readers")
    parts_of_one = [1 / len(readers)] * len(readers) if shares is None else list(shares)
    if len(parts_of_one) != len(readers) or min(parts_of_one) <= 0 or not math.isclose(sum(parts_of_one), 1):
        raise ValueError(f"{len(readers)} readers need as many shares, each above 0 and together 1: {parts_of_one}")
    sums: dict[str, tuple[torch.Tensor, float]] = {}
    for reader, share in zip(readers, parts_of_one, strict=True):
        parts = load_parts(reader, encoder)
        for name, values in parts.trained().items():
            tensor = torch.from_numpy(values)
            weighted, total = sums.get(name, (torch.zeros_like(tensor), 0.0))
            sums[name] = weighted + share * tensor, total + share
    return {name: weighted / total for name, (weighted, total) in sums.items()}


def write_mean(
    readers: Sequence[Path],
    folder: Path,
    data: Path,
    questions: int,
    shares: Sequence[float] | None = None,
    encoder: Path | None = None,
) -> DevReadings:
    """Writes the mean to ``folder`` in the shipped form, with what it was made of; returns its dev readings."""
    source = encoder if encoder is not None else packaged_encoder_folder()
    mean = mean_of_readers(readers, shares, source)
    model = TrainableReader(source)
    changed = model.trained()
    with torch.no_grad():
        for name, parameter in changed.items():
            parameter.copy_(mean[name])
    readings = DevSample.load(data, questions, source).read_by(model)
    members = [
        {**started_from(read_section(reader), weights_fingerprint(reader)), "share": share}
        for reader, share in zip(readers, shares or [1 / len(readers)] * len(readers), strict=True)
    ]
    write_parts(
        folder,
        {name: parameter.detach() for name, parameter in changed.items()},
        json.loads((source / CONFIG_FILE).read_text(encoding="utf-8")),
        {
            "max_length": MAX_LENGTH,
            "weights": "mean",
            "relevance_weight": choose_relevance_weight(readings),
            "step": 0,
            "dev": {"mean": asdict(readings.scores())},
            "settings": {"averaged": members},
        },
        weights_fingerprint(source),
    )
    return readings


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the mean and logs its dev scores."""
    parser = argparse.ArgumentParser(prog="python -m training.averaging", description=__doc__)
    parser.add_argument("readers", type=Path, nargs="+", metavar="READER", help="exported readers, two or more")
    parser.add_argument("--shares", type=float, nargs="+", default=None, help="one a reader, of sum 1 (default: alike)")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds train/")
    parser.add_argument("--to", type=Path, required=True, help="folder for config.json and reader.safetensors")
    parser.add_argument("--questions", type=int, default=2000, help="dev questions to choose on")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        readings = write_mean(options.readers, options.to, options.data, options.questions, options.shares)
    except ValueError as error:
        raise SystemExit(f"error: {error}") from error
    _log.info("%s", readings.scores())


if __name__ == "__main__":
    main()
