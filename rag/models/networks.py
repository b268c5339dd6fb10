"""Extractive question-answering weights from a folder, ready to run: the shipped reader or any checkpoint."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import CiteSpanError, ModelError
from rag.models.bert import BertConfig
from rag.models.engine import Engine
from rag.models.folders import weights_fingerprint
from rag.models.runners import SPANS, Run, bert_runner, shipped_runner, torch_runner
from rag.models.shipped_reader import SHIPPED_FOLDER, load_parts
from rag.models.tensors import MappedTensors
from rag.models.tokens import TOKENIZER, load_tokenizer, read_json

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LONGEST_INPUT = 384
"""Tokens per input, where the model allows as many: the length SQuAD checkpoints are usually trained with."""
SHORTEST_INPUT = 32
VOCABULARY_FILES = (TOKENIZER, "vocab.txt", "vocab.json", "spiece.model", "sentencepiece.bpe.model")


@dataclass(frozen=True, slots=True)
class Network:
    """Weights ready to run.

    Attributes:
        name: the folder's name and the first digits of the weights' checksum.
        run: (input_ids, attention_mask, token_type_ids), each ``int64[n, length]``, to :class:`Logits`; not safe to
            share between threads without a lock.
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
    precision: str, folder: Path = SHIPPED_FOLDER, encoder: Path | None = None, *, threads: int = 0
) -> Network:
    """The weights that come with the package.

    Args:
        precision, threads: as in the settings.
        folder, encoder: only for other weights in the shipped form.

    Raises:
        ModelError: the weights are missing or damaged, or do not belong to the installed encoder.
    """
    parts = load_parts(folder, encoder)
    section = parts.config["citespan"]
    try:
        tokenizer = load_tokenizer(parts.encoder)
        return Network(
            name=f"citespan-{weights_fingerprint(folder)[:12]}",
            run=shipped_runner(parts, Engine.of(precision, threads)),
            tokenizer=tokenizer,
            cls=tokenizer.encode("").ids[0],
            pad=int(parts.config.get("pad_token_id") or 0),
            max_length=int(section["max_length"]),
            relevance_weight=float(section["relevance_weight"]) if parts.relevance else 0.0,
        )
    except CiteSpanError:
        raise
    except Exception as error:
        raise ModelError(f"{folder}: the reader cannot be loaded ({error}). Reinstall citespan") from error


def load_checkpoint_network(folder: Path, precision: str, *, threads: int = 0) -> Network:
    """The weights of any extractive question-answering checkpoint; nothing is downloaded, no pickle is read.

    A plain BERT with a ``tokenizer.json`` runs on the engine; every other model as transformers runs it.

    Raises:
        ModelError: the folder does not exist, has no safetensors weights or fast tokenizer, or is no checkpoint for
            extractive question answering.
    """
    folder = folder.expanduser()
    if not folder.is_dir():
        raise ModelError(
            f"answer.reader: {str(folder)!r} is not a folder. Nothing is downloaded: give the path of an extractive "
            "question-answering checkpoint, or 'auto'"
        )
    name = f"{folder.resolve().name}-{_fingerprint(folder)[:12]}"
    engine = Engine.of(precision, threads)
    config = BertConfig.of(read_json(folder / "config.json"))
    if config is not None and (folder / TOKENIZER).is_file():
        return _bert_network(folder, name, config, engine)
    return _torch_network(folder, name, engine)


def _bert_network(folder: Path, name: str, config: BertConfig, engine: Engine) -> Network:
    tensors = MappedTensors(sorted(folder.glob("*.safetensors"))).named()
    if f"{SPANS}.weight" not in tensors:
        raise _headless(folder, [f"{SPANS}.weight", f"{SPANS}.bias"])
    tokenizer = load_tokenizer(folder)
    specials = tokenizer.encode("").ids
    try:
        run = bert_runner(tensors, config, engine)
    except KeyError as error:
        raise ModelError(f"{folder}: the weights lack {error}. Give a complete checkpoint") from error
    return Network(name, run, tokenizer, specials[0] if specials else -1, config.pad, _longest(config.positions))


def _torch_network(folder: Path, name: str, engine: Engine) -> Network:
    _quieten()
    from transformers import AutoModelForQuestionAnswering

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
        raise _headless(folder, sorted(report["missing_keys"]))
    typed = int(getattr(model.config, "type_vocab_size", 0) or 0) > 1
    tokens, longest = _tokenizer(folder), _longest_input(model.config)
    return Network(name, torch_runner(model, engine, typed), **tokens, max_length=longest)


def _headless(folder: Path, missing: list[str]) -> ModelError:
    return ModelError(
        f"{folder}: these weights have no question-answering head ({', '.join(missing[:3])} missing). Give a "
        "checkpoint that was trained for extractive question answering"
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
    return _longest(limit)


def _longest(positions: int) -> int:
    return max(SHORTEST_INPUT, min(LONGEST_INPUT, positions))


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
