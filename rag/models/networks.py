"""Extractive question-answering weights from a folder, ready to run: the shipped reader or any checkpoint."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError
from rag.models.shipped_reader import SHIPPED_FOLDER, ReaderParts, load_parts
from rag.retrieve.encoder import uses_bfloat16, weights_fingerprint

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

    from rag.models.fast_bert import FastBert

LONGEST_INPUT = 384
"""Tokens per input, where the model allows as many: the length SQuAD checkpoints are usually trained with."""
SHORTEST_INPUT = 32
VOCABULARY_FILES = ("tokenizer.json", "vocab.txt", "vocab.json", "spiece.model", "sentencepiece.bpe.model")

Logits = tuple["torch.Tensor", "torch.Tensor", "torch.Tensor | None"]
Run = Callable[["torch.Tensor", "torch.Tensor", "torch.Tensor"], Logits]


@dataclass(frozen=True, slots=True)
class Network:
    """Weights ready to run.

    Attributes:
        name: the folder's name and the first digits of the weights' checksum.
        run: (input_ids, attention_mask, token_type_ids), each ``int64[n, length]``, to float32 start and end logits
            ``[n, length]`` and, where the model has that output, relevance ``[n]``.
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


def load_shipped_network(precision: str, folder: Path = SHIPPED_FOLDER, encoder: Path | None = None) -> Network:
    """The weights that come with the package.

    Args:
        precision: "auto", "float32" or "bfloat16", as in the settings.
        folder, encoder: only for other weights in the shipped form.

    Raises:
        ModelError: the weights are missing or damaged, or do not belong to the installed encoder.
    """
    _quieten()
    from transformers import BertConfig

    parts = load_parts(folder, encoder)
    settings = dict(parts.config)
    section = settings.pop("citespan")
    try:
        return Network(
            name=f"citespan-{weights_fingerprint(folder)[:12]}",
            run=_shipped_runner(parts, BertConfig(**settings), precision),
            **_tokenizer(parts.encoder),
            max_length=int(section["max_length"]),
            relevance_weight=float(section["relevance_weight"]) if parts.relevance else 0.0,
        )
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(f"{folder}: the reader cannot be loaded ({error}). Reinstall citespan") from error


def load_checkpoint_network(folder: Path, precision: str) -> Network:
    """The weights of any extractive question-answering checkpoint; nothing is downloaded, no pickle is read.

    Raises:
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
    return Network(
        name=f"{folder.resolve().name}-{fingerprint[:12]}",
        run=_runner(model, precision),
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


def _runner(model: Any, precision: str) -> Run:
    """A model as a function; weights in bfloat16 where that is used, logits always in float32."""
    import torch

    from rag.models.fast_bert import FastBert, can_run

    if uses_bfloat16(precision) and can_run(model.config):
        return _fast_runner(FastBert(model.state_dict(), model.config), {})
    model = model.to(torch.bfloat16 if uses_bfloat16(precision) else torch.float32).eval()
    typed = int(getattr(model.config, "type_vocab_size", 0) or 0) > 1

    def run(tokens: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> Logits:
        output = model(input_ids=tokens, attention_mask=mask, **({"token_type_ids": types} if typed else {}))
        return output.start_logits.float(), output.end_logits.float(), None

    return run


def _shipped_runner(parts: ReaderParts, config: Any, precision: str) -> Run:
    """The shipped reader as a function."""
    import torch

    from rag.models.fast_bert import FastBert, can_run

    if uses_bfloat16(precision) and can_run(config):
        return _fast_runner(FastBert(parts.tensors, config), parts.relevance)
    from transformers import BertForQuestionAnswering

    dtype = torch.bfloat16 if uses_bfloat16(precision) else torch.float32
    model: Any = BertForQuestionAnswering.from_pretrained(
        None, config=config, state_dict=dict(parts.tensors), attn_implementation="sdpa"
    )
    model = model.to(dtype).eval()

    def run(tokens: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> Logits:
        hidden = model.bert(input_ids=tokens, attention_mask=mask, token_type_ids=types).last_hidden_state
        logits = model.qa_outputs(hidden).float()
        return logits[..., 0], logits[..., 1], _relevance(hidden, parts.relevance)

    return run


def _fast_runner(model: FastBert, relevance: Mapping[str, torch.Tensor]) -> Run:
    def run(tokens: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> Logits:
        hidden = model.hidden(tokens, mask, types)
        logits = model.logits(hidden)
        return logits[..., 0], logits[..., 1], _relevance(hidden, relevance)

    return run


def _relevance(hidden: torch.Tensor, head: Mapping[str, torch.Tensor]) -> torch.Tensor | None:
    """``float32[n]`` from the states of [CLS], or None where the model has no such output."""
    if not head:
        return None
    return (hidden[:, 0].float() @ head["weight"].T + head["bias"]).squeeze(-1)
