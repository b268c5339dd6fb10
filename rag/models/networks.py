"""Extractive question-answering weights from a folder, ready to run: the shipped reader or any checkpoint."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import CiteSpanError, ModelError
from rag.models.encoder import weights_fingerprint
from rag.models.openvino_runtime import OpenVino
from rag.models.runners import Run, checkpoint_runner, openvino_runner, shipped_module, shipped_runner, span_module
from rag.models.shipped_reader import SHIPPED_FOLDER, load_parts

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LONGEST_INPUT = 384
"""Tokens per input, where the model allows as many: the length SQuAD checkpoints are usually trained with."""
SHORTEST_INPUT = 32
VOCABULARY_FILES = ("tokenizer.json", "vocab.txt", "vocab.json", "spiece.model", "sentencepiece.bpe.model")


@dataclass(frozen=True, slots=True)
class Network:
    """Weights ready to run.

    Attributes:
        name: the folder's name and the first digits of the weights' checksum.
        run: (input_ids, attention_mask, token_type_ids), each ``int64[n, length]``, to :class:`Logits`.
        tokenizer: fast tokenizer of the ``tokenizers`` package, without truncation or padding.
        cls, pad: token numbers.
        max_length: longest input in tokens.
        relevance_weight: how much a passage's relevance counts against "no answer".
    """

    name: str
    run: Run
    tokenizer: Tokenizer
    cls: int
    pad: int
    max_length: int
    relevance_weight: float = 0.0


def load_shipped_network(
    precision: str, folder: Path = SHIPPED_FOLDER, encoder: Path | None = None, *, openvino: OpenVino | None = None
) -> Network:
    """The weights that come with the package.

    Args:
        precision: "auto", "float32" or "bfloat16", as in the settings.
        openvino: runs on OpenVINO instead of torch.
        folder, encoder: only for other weights in the shipped form.

    Raises:
        MissingExtraError: ``openvino`` is asked for and not installed.
        ModelError: the weights are missing or damaged, or do not belong to the installed encoder.
    """
    _quieten()
    from transformers import BertConfig

    parts = load_parts(folder, encoder)
    settings = dict(parts.config)
    section = settings.pop("citespan")
    fingerprint = weights_fingerprint(folder)
    try:
        if openvino is None:
            run = shipped_runner(parts, BertConfig(**settings), precision)
        else:
            run = openvino_runner(
                openvino,
                fingerprint,
                precision,
                lambda: shipped_module(parts, BertConfig(**settings)),
                typed=True,
                pad=int(settings.get("pad_token_id") or 0),
                longest=int(settings["max_position_embeddings"]),
            )
        return Network(
            name=f"citespan-{fingerprint[:12]}",
            run=run,
            **_tokenizer(parts.encoder),
            max_length=int(section["max_length"]),
            relevance_weight=float(section["relevance_weight"]) if parts.relevance else 0.0,
        )
    except CiteSpanError:
        raise
    except Exception as error:
        raise ModelError(f"{folder}: the reader cannot be loaded ({error}). Reinstall citespan") from error


def load_checkpoint_network(folder: Path, precision: str, *, openvino: OpenVino | None = None) -> Network:
    """The weights of any extractive question-answering checkpoint; nothing is downloaded, no pickle is read.

    Raises:
        MissingExtraError: ``openvino`` is asked for and not installed.
        ModelError: the folder does not exist, has no safetensors weights or fast tokenizer, or is no checkpoint for
            extractive question answering.
    """
    _quieten()
    from transformers import AutoModelForQuestionAnswering

    folder = folder.expanduser()
    if not folder.is_dir():
        raise ModelError(
            f"answer.reader: {str(folder)!r} is not a folder. Nothing is downloaded: give the path of an extractive "
            "question-answering checkpoint, or 'auto'"
        )
    fingerprint = _fingerprint(folder)
    try:
        model, report = AutoModelForQuestionAnswering.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, output_loading_info=True, trust_remote_code=False
        )
    except Exception as error:
        raise ModelError(
            f"{folder}: this is not an extractive question-answering checkpoint that can be loaded ({error}). "
            "It needs config.json, model.safetensors and a tokenizer, as AutoModelForQuestionAnswering saves them"
        ) from error
    if report["missing_keys"]:
        raise ModelError(
            f"{folder}: these weights have no question-answering head ({', '.join(sorted(report['missing_keys'])[:3])} "
            "missing). Give a checkpoint that was trained for extractive question answering"
        )
    typed = int(getattr(model.config, "type_vocab_size", 0) or 0) > 1
    if openvino is None:
        run = checkpoint_runner(model, precision, typed)
    else:
        run = openvino_runner(
            openvino,
            fingerprint,
            precision,
            lambda: span_module(model, typed),
            typed=typed,
            pad=int(getattr(model.config, "pad_token_id", 0) or 0),
            longest=_longest_input(model.config),
        )
    return Network(
        name=f"{folder.resolve().name}-{fingerprint[:12]}",
        run=run,
        **_tokenizer(folder),
        max_length=_longest_input(model.config),
    )


def _quieten() -> None:
    """No look-ups at the hub and no progress bars, before transformers loads anything."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def _fingerprint(folder: Path) -> str:
    try:
        return weights_fingerprint(folder)
    except ModelError as error:
        raise ModelError(
            f"{folder}: no .safetensors weights here. Only safetensors are read; convert other weights with "
            "transformers' save_pretrained"
        ) from error


def _longest_input(config: Any) -> int:
    """The model's limit, at most 384; RoBERTa-like models use two positions themselves."""
    limit = int(getattr(config, "max_position_embeddings", 0) or LONGEST_INPUT)
    if (getattr(config, "pad_token_id", 0) or 0) > 0 and "roberta" in str(config.model_type):
        limit -= int(config.pad_token_id) + 1
    return max(SHORTEST_INPUT, min(LONGEST_INPUT, limit))


def _tokenizer(folder: Path) -> dict[str, Any]:
    """The arguments of ``Network`` that the tokenizer of ``folder`` supplies.

    Raises:
        ModelError: there is no fast tokenizer.
    """
    from transformers import AutoTokenizer

    if not any((folder / name).is_file() for name in VOCABULARY_FILES):
        raise ModelError(f"{folder}: no tokenizer here. It needs tokenizer.json, as save_pretrained writes it")
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        backend = tokenizer.backend_tokenizer
        backend.no_truncation()
        backend.no_padding()
    except Exception as error:
        raise ModelError(f"{folder}: no fast tokenizer (tokenizer.json) can be loaded here ({error})") from error
    first = tokenizer.cls_token_id if tokenizer.cls_token_id is not None else tokenizer.bos_token_id
    return {
        "tokenizer": backend,
        "cls": -1 if first is None else int(first),
        "pad": int(tokenizer.pad_token_id or 0),
    }
