"""A plain BERT whose vectors are the mean of its states, on the engine; the packaged encoder is such a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from rag.errors import ModelError
from rag.models.batches import batches
from rag.models.bert import Bert, BertConfig, Integers
from rag.models.engine import Engine
from rag.models.folders import verified_fingerprint
from rag.models.tensors import Floats, MappedTensors
from rag.models.tokens import TOKENIZER, load_tokenizer, read_json
from rag.settings import RetrieveSettings

_MODULES = ("Transformer", "Pooling", "Normalize")
_WEIGHTS = "model.safetensors"
_MEAN = "pooling_mode_mean_tokens"


@dataclass(frozen=True, slots=True)
class PooledBert:
    """What a sentence-transformers folder says of such a model."""

    config: BertConfig
    max_tokens: int


def pooled_bert(folder: Path) -> PooledBert | None:
    """What ``folder`` says of a plain BERT with mean pooling; None for every other model."""
    config = BertConfig.of(read_json(folder / "config.json"))
    sentence = read_json(folder / "sentence_bert_config.json")
    try:
        modules = read_json(folder / "modules.json")
        kinds = [str(module["type"]).rpartition(".")[2] for module in modules]
        is_pooled = tuple(kinds) in (_MODULES[:2], _MODULES) and not modules[0]["path"]
        pooling = read_json(folder / str(modules[1]["path"]) / "config.json") if is_pooled else {}
    except (KeyError, TypeError, IndexError):
        return None
    fits = (
        _is_mean(pooling)
        and not sentence.get("do_lower_case")
        and not read_json(folder / "config_sentence_transformers.json").get("default_prompt_name")
        and (folder / TOKENIZER).is_file()
        and (folder / _WEIGHTS).is_file()
    )
    if config is None or not fits:
        return None
    limit = sentence.get("max_seq_length") or read_json(folder / "tokenizer_config.json").get("model_max_length")
    return PooledBert(config, min(int(limit or config.positions), config.positions))


class BertEncoder:
    """An :class:`rag.models.encoder.Encoder`; safe to share between threads.

    Floats are normalised in float32, whatever the network computes in.

    Raises:
        ModelError: the folder cannot be loaded, or the packaged weights fail their checksum.
    """

    def __init__(self, settings: RetrieveSettings, folder: Path, pooled: PooledBert) -> None:
        self.name = settings.encoder
        self.fingerprint = verified_fingerprint(folder)
        self.max_tokens = pooled.max_tokens
        self.dimension = pooled.config.hidden
        self._batch_size = settings.batch_size
        self._pad = pooled.config.pad
        self._lock = Lock()
        self._tokenizer = load_tokenizer(folder)
        weights = MappedTensors([folder / _WEIGHTS])
        engine = Engine.of(settings.precision, settings.threads)
        try:
            self._bert = Bert(weights.named("bert."), pooled.config, engine, mean=True)
        except KeyError as error:
            raise ModelError(f"{folder}: the weights lack {error}. Give a complete model") from error
        weights.release()

    def encode(self, texts: Sequence[str]) -> Floats:
        """``float32[n, dimension]``, L2-normalised, in the order of ``texts``; longer texts are cut."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        encoded = self._tokenizer.encode_batch_fast(list(texts)) if texts else []
        tokens = [self._cut(one.ids) for one in encoded]
        for batch in batches([len(one) for one in tokens], self._batch_size):
            inputs = self._padded([tokens[index] for index in batch])
            with self._lock:
                means = self._bert(*inputs).mean
            assert means is not None
            vectors[batch] = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens."""
        if not texts:
            return []
        return [len(one.ids) for one in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def _cut(self, tokens: list[int]) -> list[int]:
        """At most ``max_tokens``, the last one ([SEP]) always."""
        return tokens if len(tokens) <= self.max_tokens else [*tokens[: self.max_tokens - 1], tokens[-1]]

    def _padded(self, tokens: Sequence[list[int]]) -> tuple[Integers, Integers, Integers]:
        """Token numbers, mask and types, each ``int64[n, length]``."""
        numbers = np.full((len(tokens), max(len(one) for one in tokens)), self._pad, dtype=np.int64)
        mask = np.zeros_like(numbers)
        for row, one in enumerate(tokens):
            numbers[row, : len(one)] = one
            mask[row, : len(one)] = 1
        return numbers, mask, np.zeros_like(numbers)


def _is_mean(pooling: dict[str, Any]) -> bool:
    """Whether a pooling module's configuration, in the old or the new form, is the mean and nothing beside it."""
    if "pooling_mode" in pooling:
        return bool(pooling["pooling_mode"] == "mean")
    return [name for name, value in pooling.items() if name.startswith("pooling_mode_") and value] == [_MEAN]
