"""Any sentence-transformers folder as an encoder, as sentence-transformers runs it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import ModelError
from rag.models.batches import batches
from rag.models.engine import Engine
from rag.models.folders import verified_fingerprint
from rag.models.tensors import Floats
from rag.settings import RetrieveSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceTransformerEncoder:
    """An :class:`rag.models.encoder.Encoder`; safe to share between threads.

    Floats are normalised in float32, whatever the model computes in.

    Raises:
        ModelError: the folder cannot be loaded, or the packaged weights fail their checksum.
    """

    def __init__(self, settings: RetrieveSettings, folder: Path) -> None:
        from tokenizers import Tokenizer

        self.name = settings.encoder
        self.fingerprint = verified_fingerprint(folder)
        self._batch_size = settings.batch_size
        self._lock = Lock()
        self._model = load_sentence_transformer(folder, Engine.of(settings.precision, settings.threads))
        backend: Any = self._model.tokenizer.backend_tokenizer
        self._counter = Tokenizer.from_str(backend.to_str())
        self._counter.no_truncation()
        self._counter.no_padding()
        self.max_tokens = int(self._model.max_seq_length or 256)
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Floats:
        """``float32[n, dimension]``, L2-normalised, in the order of ``texts``; longer texts are cut."""
        import torch

        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for batch in batches([len(text) for text in texts], self._batch_size):
            with self._lock, torch.inference_mode():
                features = self._model.preprocess([texts[index] for index in batch])
                embedding = self._model(features)["sentence_embedding"].float()
                vectors[batch] = torch.nn.functional.normalize(embedding, dim=-1).numpy()
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens."""
        if not texts:
            return []
        encoded = self._counter.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(one.ids) for one in encoded]


def load_sentence_transformer(folder: Path, engine: Engine) -> SentenceTransformer:
    """The encoder's model, ready for inference with the engine's precision and threads.

    Raises:
        ModelError: it cannot be loaded.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(engine.threads)
    try:
        model = SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"use_safetensors": True}
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{folder}: not a sentence-transformers model that can be loaded: {error}") from error
    return model.to(torch.bfloat16 if engine.bfloat16 else torch.float32).eval()
