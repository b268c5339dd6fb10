"""Is OpenVINO (the extra ``fast``) faster, and does it give the same answers?

``python -m benchmarks.fast_runtime --data ../shared/data --json FILE`` prints one JSON object (and writes it).

- ``agreement``: questions on held-out training articles, each read in its own paragraph by the reader on torch and on
  OpenVINO. The share with the same best span, and the mean difference of the confidence
  that the shipped calibration gives to the two margins, everything else about the answer being equal.
- ``agreement_float32``: the same for the reader on torch against plain transformers in float32.
- ``encoder``: cosine of each paragraph's vector on OpenVINO with sentence-transformers' own in float32;
  ``encoder_torch``: of those on torch.
- ``speed``: milliseconds for 1, 8 and 16 passages of 200 tokens on OpenVINO, on torch, and in plain transformers in
  float32 (same weights, one padded batch, the usual decoding), in turns in one run; and for one short question and for
  32 passages through the encoder. ``share`` is of plain transformers' time, for the encoder of sentence-transformers'.
  Beside the elapsed time stands the processor time of all threads: on a machine that other programs use it tells more.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import BertConfig

from benchmarks.machine import machine
from benchmarks.reading_speed import as_passage, in_turns, plain_reader, two_hundred_tokens
from rag.models.encoder import Encoder, Vectors, load_encoder, load_sentence_transformer, packaged_encoder_folder
from rag.models.networks import load_shipped_network
from rag.models.openvino_runtime import OpenVino, import_openvino
from rag.models.runners import shipped_module
from rag.models.shipped_reader import load_parts
from rag.read.checkpoint import CheckpointReader, load_shipped_reader
from rag.read.confidence import Calibration, Evidence, load_calibration
from rag.settings import RetrieveSettings
from training.dev import sample_examples
from training.examples import Example, load_training_data

logger = logging.getLogger(__name__)
QUESTION = "When did the first of them arrive at the new place?"
ENCODED = 100
"""Paragraphs whose vectors are compared."""
_BLOCK = 100


def agreement(reference: CheckpointReader, fast: CheckpointReader, examples: Sequence[Example]) -> dict[str, Any]:
    """Same best spans, and how far confidences move."""
    calibration = load_calibration("checkpoint")
    same: list[bool] = []
    moved: list[float] = []
    requests = [(one.question, [as_passage(one.context, one.title)]) for one in examples]
    for begin in range(0, len(requests), _BLOCK):
        block = requests[begin : begin + _BLOCK]
        for first, second in zip(reference.read_many(block), fast.read_many(block), strict=True):
            ours, theirs = first[0], second[0]
            same.append(ours.span == theirs.span and ours.text == theirs.text)
            moved.append(abs(_confidence(calibration, ours.margin) - _confidence(calibration, theirs.margin)))
        logger.info("read %d of %d questions", len(same), len(requests))
    figures = {
        "questions": len(same),
        "same_span": round(float(np.mean(same)), 4),
        "confidence_difference_mean": round(float(np.mean(moved)), 5),
        "confidence_difference_p99": round(float(np.quantile(moved, 0.99)), 5),
        "confidence_difference_max": round(float(np.max(moved)), 5),
    }
    logger.info("%s", figures)
    return figures


def _confidence(calibration: Calibration, margin: float) -> float:
    """With this margin and everything else as it is on average."""
    return calibration.probability(Evidence(**{**calibration.means, "margin": margin}))


def encoder_agreement(reference: PlainEncoder, fast: Encoder, texts: Sequence[str]) -> dict[str, Any]:
    """How far vectors lie from the plain ones."""
    cosines = (reference.encode(texts) * fast.encode(texts)).sum(axis=1)
    return {
        "texts": len(texts),
        "cosine_mean": round(float(cosines.mean()), 6),
        "cosine_least": round(float(cosines.min()), 6),
    }


class PlainEncoder:
    """The packaged encoder as most programs run it: ``SentenceTransformer.encode`` in float32."""

    def __init__(self) -> None:
        self._model = load_sentence_transformer(packaged_encoder_folder(), RetrieveSettings())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """``float32[n, dimension]``, L2-normalised."""
        vectors: Vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return vectors


def plain_network_reader() -> CheckpointReader:
    """The shipped reader with transformers' own float32 model as its network."""
    parts = load_parts()
    config = {name: value for name, value in parts.config.items() if name != "citespan"}
    module: Any = shipped_module(parts, BertConfig(**config)).eval()
    return CheckpointReader(replace(load_shipped_network("float32"), run=module))


def speed(
    readers: Mapping[str, CheckpointReader],
    encoders: Mapping[str, Encoder | PlainEncoder],
    contexts: Sequence[str],
    repeats: int,
) -> dict[str, Any]:
    """Times of the reader and the encoder."""
    read_plainly, tokenizer = plain_reader()
    texts = two_hundred_tokens(contexts, tokenizer)
    result: dict[str, Any] = {"processor": machine()["processor"], "threads": torch.get_num_threads(), "tokens": 200}
    for count in (1, 8, 16):
        found = [as_passage(text, "") for text in texts[:count]]
        runs: dict[str, Callable[[], object]] = {
            name: partial(reader.read, QUESTION, found) for name, reader in readers.items()
        }
        runs["plain"] = partial(read_plainly, QUESTION, texts[:count])
        result[f"read {count}"] = in_turns(runs, repeats)
        logger.info("read %d: %s", count, result[f"read {count}"])
    for label, embedded in (("embed a question", [QUESTION]), ("embed 32 passages", (texts * 2)[:32])):
        result[label] = in_turns(
            {name: partial(encoder.encode, embedded) for name, encoder in encoders.items()}, repeats
        )
        logger.info("%s: %s", label, result[label])
    return result


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures everything and prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds train/")
    parser.add_argument("--json", type=Path, default=None, help="also write the result here")
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=15, help="timed repetitions")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    examples = sample_examples(load_training_data(options.data)[1], options.questions, seed=2)
    contexts = list(dict.fromkeys(one.context for one in examples))
    with tempfile.TemporaryDirectory() as temporary:
        kept, threads = Path(temporary), torch.get_num_threads()
        readers = {"openvino": load_shipped_reader(openvino=OpenVino(kept, threads)), "torch": load_shipped_reader()}
        encoders: dict[str, Any] = {
            "openvino": load_encoder(RetrieveSettings(runtime="openvino", threads=threads), converted=kept),
            "torch": load_encoder(RetrieveSettings()),
            "plain": PlainEncoder(),
        }
        result = {
            "openvino": str(import_openvino().__version__),
            "torch": torch.__version__,
            "reader": readers["torch"].name,
            "agreement": agreement(readers["torch"], readers["openvino"], examples),
            "agreement_float32": agreement(plain_network_reader(), readers["torch"], examples),
            "encoder": encoder_agreement(encoders["plain"], encoders["openvino"], contexts[:ENCODED]),
            "encoder_torch": encoder_agreement(encoders["plain"], encoders["torch"], contexts[:ENCODED]),
            "speed": speed(readers, encoders, contexts, options.repeats),
        }
    if options.json is not None:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
