"""Running a network on OpenVINO instead of torch: the optional extra ``fast``.

A network is converted once and kept in a folder, one per role ("encoder", "reader"), named after the weights, the
version of OpenVINO and the precision, with the checksum of every file. What is missing, of another name or damaged is
converted again. A folder appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rag.errors import MissingExtraError, ModelError
from rag.settings import RetrieveSettings

if TYPE_CHECKING:
    import torch

logger = logging.getLogger(__name__)

MODEL, WEIGHTS, FACTS = "model.xml", "model.bin", "facts.json"
MANIFEST = "manifest.json"
TELEMETRY = "openvino_telemetry"
LENGTH_MULTIPLE = 32
"""Inputs should be padded to a multiple of this: OpenVINO prepares itself anew for every length it has not seen (40 ms
and more, measured), and a question's passages have any."""
Arrays = Sequence[npt.NDArray[Any]]
Compiled = Callable[[Arrays], list[npt.NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Converted:
    """What a conversion starts from.

    Attributes:
        module: traced with ``example``; its outputs are float32 tensors.
        example: one tensor per input, ``[2, length]``, the second row padded so that padding is part of the trace.
        facts: what the network's user needs to know without loading the original, kept as JSON beside it.
    """

    module: torch.nn.Module
    example: tuple[torch.Tensor, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenVino:
    """How to run on OpenVINO.

    Attributes:
        folder: keeps the converted networks of one store; None keeps nothing.
        threads: for one call; 0 takes one per core that this process may use.
    """

    folder: Path | None = None
    threads: int = 0


@dataclass(frozen=True, slots=True)
class Identity:
    """Which network it is.

    Attributes:
        role: "encoder" or "reader"; a folder keeps one of each.
        fingerprint: of the original weights.
        bfloat16: whether it computes in bfloat16 (else float32).
    """

    role: str
    fingerprint: str
    bfloat16: bool

    def folder_name(self, version: str) -> str:
        """The name under which it is kept."""
        return f"{self.role}-{self.fingerprint[:16]}-{version}-{'bfloat16' if self.bfloat16 else 'float32'}"


def openvino_choice(settings: RetrieveSettings, folder: Path | None) -> OpenVino | None:
    """What ``retrieve.runtime`` means here, None for torch; "auto" is OpenVINO where the extra is installed.

    Args:
        folder: keeps what is converted.
    """
    if settings.runtime == "torch" or (settings.runtime == "auto" and find_spec("openvino") is None):
        return None
    return OpenVino(folder, settings.threads)


def import_openvino() -> Any:
    """The package ``openvino``, unable to report home.

    Its import alone sends an event over the network unless its telemetry package is missing; so that one is hidden from
    it, for the whole process.

    Raises:
        MissingExtraError: the extra ``fast`` is not installed.
    """
    if TELEMETRY not in sys.modules:
        sys.modules[TELEMETRY] = None  # type: ignore[assignment]  # what Python looks up to refuse an import
    try:
        import openvino
    except ImportError as error:
        raise MissingExtraError("retrieve.runtime = 'openvino'", "fast") from error
    return openvino


def load_converted(
    choice: OpenVino, identity: Identity, convert: Callable[[], Converted]
) -> tuple[Compiled, Mapping[str, Any]]:
    """The network as a function of int64 arrays, and its facts; ``convert`` is called unless it is kept already.

    The function is not safe to share between threads without a lock.

    Raises:
        MissingExtraError: the extra ``fast`` is not installed.
        ModelError: OpenVINO cannot convert or compile the network.
    """
    openvino = import_openvino()
    core = openvino.Core()
    name = identity.folder_name(str(openvino.__version__).split("-")[0])
    path = None if choice.folder is None else choice.folder / name
    kept = None if path is None else _verified_facts(path)
    try:
        if path is not None and kept is not None:
            model, facts = core.read_model(path / MODEL), kept
        else:
            logger.info("converting the %s for OpenVINO (once)", identity.role)
            converted = convert()
            model, facts = _converted(openvino, converted), converted.facts
            if path is not None and _keep(openvino, model, facts, path, identity):
                model = core.read_model(path / MODEL)  # the first run computes exactly what later ones will
        compiled = core.compile_model(
            model,
            "CPU",
            {
                "PERFORMANCE_HINT": "LATENCY",
                "NUM_STREAMS": "1",
                "INFERENCE_NUM_THREADS": str(choice.threads or usable_cores()),
                "INFERENCE_PRECISION_HINT": "bf16" if identity.bfloat16 else "f32",
                # Threads bound to cores stand still whenever another program is on the same core.
                "ENABLE_CPU_PINNING": False,
            },
        )
    except RuntimeError as error:
        raise ModelError(
            f"OpenVINO cannot run this {identity.role} ({error}). Use torch: CITESPAN_RETRIEVE__RUNTIME=torch"
        ) from error

    def run(inputs: Arrays) -> list[npt.NDArray[np.float32]]:
        results = compiled(tuple(inputs), share_inputs=True)
        return [np.array(results[number]) for number in range(len(compiled.outputs))]

    return run, facts


def padded_length(length: int, limit: int) -> int:
    """The length to pad to, at most ``limit``."""
    return min(-(-length // LENGTH_MULTIPLE) * LENGTH_MULTIPLE, max(length, limit))


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _converted(openvino: Any, converted: Converted) -> Any:
    import torch

    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # tracing tells of every branch of the library's own code
        return openvino.convert_model(converted.module.eval(), example_input=converted.example)


def _keep(openvino: Any, model: Any, facts: Mapping[str, Any], path: Path, identity: Identity) -> bool:
    """Writes the network to ``path`` and removes others of its role; whether that worked (a failure is logged)."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="tmp-", dir=path.parent) as temporary:
            fresh = Path(temporary) / path.name
            fresh.mkdir()
            openvino.save_model(model, fresh / MODEL, compress_to_fp16=identity.bfloat16)
            (fresh / FACTS).write_text(json.dumps(dict(facts)), encoding="utf-8")
            manifest = {name: _checksum(fresh / name) for name in (MODEL, WEIGHTS, FACTS)}
            (fresh / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
            for old in path.parent.glob(f"{identity.role}-*"):
                shutil.rmtree(old, ignore_errors=True)
            fresh.replace(path)
        return True
    except (OSError, RuntimeError) as error:
        logger.warning("%s: cannot be kept, so the %s is converted again next time (%s)", path, identity.role, error)
        return False


def _verified_facts(path: Path) -> Mapping[str, Any] | None:
    """The facts of the network in ``path``, or None when it is missing, incomplete or damaged."""
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        if all(manifest[name] == _checksum(path / name) for name in (MODEL, WEIGHTS, FACTS)):
            return dict(json.loads((path / FACTS).read_text(encoding="utf-8")))
        logger.warning("%s: damaged; converted again", path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.warning("%s: damaged (%s); converted again", path, error)
    return None


def _checksum(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
