"""An encoder on OpenVINO; its vectors fit a store made on torch (cosine above 0.999, tested)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rag.models.embedding import token_counter
from rag.models.encoder import (
    Vectors,
    encoder_folder,
    load_sentence_transformer,
    verified_fingerprint,
)
from rag.models.openvino_runtime import Converted, Identity, OpenVino, load_converted, padded_length
from rag.models.precision import uses_bfloat16
from rag.settings import RetrieveSettings

if TYPE_CHECKING:
    import torch

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
EXAMPLES = ("A short text.", "A longer text, so that the shorter one is padded.")


class OpenVinoEncoder:
    """An :class:`rag.models.encoder.Encoder`; safe to share between threads.

    Once converted, the original weights are only read for their fingerprint.

    Raises:
        MissingExtraError: OpenVINO is not installed.
        ModelError: the folder cannot be loaded, or the packaged weights fail their checksum.
    """

    def __init__(self, settings: RetrieveSettings, choice: OpenVino) -> None:
        from tokenizers import Tokenizer

        folder = encoder_folder(settings.encoder)
        self.name = settings.encoder
        self.fingerprint = verified_fingerprint(folder)
        identity = Identity("encoder", self.fingerprint, uses_bfloat16(settings.precision))
        self._run, facts = load_converted(choice, identity, lambda: _convert(folder, settings))
        self._inputs: list[str] = facts["inputs"]
        self._pad: int = facts["pad"]
        self.max_tokens: int = facts["max_tokens"]
        self.dimension: int = facts["dimension"]
        self._counter = Tokenizer.from_str(facts["tokenizer"])
        self._cutter = Tokenizer.from_str(facts["tokenizer"])
        self._cutter.enable_truncation(self.max_tokens)
        self._batch_size = settings.batch_size
        self._lock = Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """``float32[n, dimension]``, L2-normalised, in the order of ``texts``; longer texts are cut."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        encoded = self._cutter.encode_batch(list(texts)) if texts else []
        order = sorted(range(len(texts)), key=lambda index: (-len(encoded[index].ids), index))
        for first in range(0, len(order), self._batch_size):
            batch = order[first : first + self._batch_size]
            inputs = self._padded([encoded[index] for index in batch])
            with self._lock:
                (embedding,) = self._run(inputs)
            vectors[batch] = embedding / np.maximum(np.linalg.norm(embedding, axis=1, keepdims=True), 1e-12)
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens."""
        if not texts:
            return []
        return [len(one.ids) for one in self._counter.encode_batch_fast(list(texts), add_special_tokens=False)]

    def _padded(self, encoded: Sequence[Any]) -> list[npt.NDArray[np.int64]]:
        """The network's inputs, each ``int64[n, length]``."""
        length = padded_length(max(len(one.ids) for one in encoded), self.max_tokens)
        arrays = {name: np.zeros((len(encoded), length), dtype=np.int64) for name in INPUTS}
        arrays["input_ids"] += self._pad
        for row, one in enumerate(encoded):
            size = len(one.ids)
            arrays["input_ids"][row, :size] = one.ids
            arrays["attention_mask"][row, :size] = 1
            arrays["token_type_ids"][row, :size] = one.type_ids
        return [arrays[name] for name in self._inputs]


def _convert(folder: Path, settings: RetrieveSettings) -> Converted:
    """The whole sentence-transformers model, pooling included, from token numbers to vectors."""
    import torch

    model = load_sentence_transformer(folder, settings)
    features = model.preprocess(list(EXAMPLES))
    names = [name for name in INPUTS if name in features]

    class Embedding(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, first: torch.Tensor, second: torch.Tensor, third: torch.Tensor | None = None) -> torch.Tensor:
            values = [first, second] if third is None else [first, second, third]
            result: torch.Tensor = model(dict(zip(names, values, strict=True)))["sentence_embedding"]
            return result

    return Converted(
        Embedding(),
        tuple(features[name] for name in names),
        {
            "inputs": names,
            "pad": int(model.tokenizer.pad_token_id or 0),
            "max_tokens": int(model.max_seq_length or 256),
            "dimension": int(model.get_embedding_dimension() or 0),
            "tokenizer": token_counter(model).to_str(),
        },
    )
