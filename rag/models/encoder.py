"""Texts to vectors: the role, and which encoder the settings name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rag.models.folders import encoder_folder
from rag.models.tensors import Floats
from rag.settings import RetrieveSettings

Vectors = Floats


class Encoder(Protocol):
    """Turns passages and questions into vectors of one space.

    Attributes:
        name: as set in ``retrieve.encoder``.
        fingerprint: SHA-256 of the weights: a store made with other weights does not fit.
        dimension: length of each vector.
        max_tokens: longest input in tokens, special tokens included.
    """

    name: str
    fingerprint: str
    dimension: int
    max_tokens: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """``float32[n, dimension]``, L2-normalised, in the order of ``texts``; longer texts are cut."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens."""
        ...


def load_encoder(settings: RetrieveSettings) -> Encoder:
    """The encoder that ``settings.encoder`` names.

    A plain BERT with mean pooling runs on the engine; any other model as sentence-transformers runs it.

    Raises:
        ModelError: it cannot be loaded.
    """
    from rag.models.bert_encoder import BertEncoder, pooled_bert

    folder = encoder_folder(settings.encoder)
    pooled = pooled_bert(folder)
    if pooled is not None:
        return BertEncoder(settings, folder, pooled)
    from rag.models.torch_encoder import SentenceTransformerEncoder

    return SentenceTransformerEncoder(settings, folder)
