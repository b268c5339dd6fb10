"""OpenVINO, the one engine that computes networks on a question's way: it starts fast and needs no torch."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import ModelError

Arrays = Sequence[npt.NDArray[Any]]
Run = Callable[[Arrays], list[npt.NDArray[np.float32]]]

THREADS = "OMP_NUM_THREADS"
"""Environment variable that limits the threads of the models and of FAISS."""
_TELEMETRY = "openvino_telemetry"


@dataclass(frozen=True, slots=True)
class Engine:
    """How networks are computed.

    Attributes:
        bfloat16: whether in bfloat16 (else float32); inputs and outputs are float32 either way.
        threads: for one call.
    """

    bfloat16: bool
    threads: int

    @classmethod
    def of(cls, precision: str = "auto", threads: int = 0) -> Engine:
        """As the settings ``retrieve.precision`` and ``retrieve.threads`` ask."""
        return cls(uses_bfloat16(precision), threads or default_threads())

    def compile(self, model: Any) -> Run:
        """An ``openvino.Model`` as a function of its inputs; not safe to share between threads without a lock.

        Raises:
            ModelError: it cannot be compiled here.
        """
        try:
            compiled = _core().compile_model(
                model,
                "CPU",
                {
                    "PERFORMANCE_HINT": "LATENCY",
                    "NUM_STREAMS": "1",
                    "INFERENCE_NUM_THREADS": str(self.threads),
                    "INFERENCE_PRECISION_HINT": "bf16" if self.bfloat16 else "f32",
                    # Threads bound to cores stand still whenever another program is on the same core.
                    "ENABLE_CPU_PINNING": False,
                },
            )
        except RuntimeError as error:
            raise ModelError(f"OpenVINO cannot run this network here ({error}). Run: citespan doctor") from error

        def run(inputs: Arrays) -> list[npt.NDArray[np.float32]]:
            return list(compiled(list(inputs), share_inputs=True).values())

        return run


def openvino() -> Any:
    """The package ``openvino``, unable to report home.

    Its import alone sends an event over the network unless its telemetry package is missing; so that one is hidden from
    it, for the whole process.

    Raises:
        ModelError: it cannot be imported.
    """
    if _TELEMETRY not in sys.modules:
        sys.modules[_TELEMETRY] = None  # type: ignore[assignment]  # what Python looks up to refuse an import
    try:
        import openvino as package
    except ImportError as error:
        raise ModelError(f"OpenVINO cannot be loaded ({error}). Reinstall it: pip install openvino") from error
    return package


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_threads() -> int:
    """As many as ``OMP_NUM_THREADS`` says, or one for each usable core."""
    given = os.environ.get(THREADS, "")
    return int(given) if given.isascii() and given.isdigit() and int(given) > 0 else usable_cores()


@cache
def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself (AMX tiles, AVX512-BF16 and their like)."""
    return "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def uses_bfloat16(precision: str) -> bool:
    """Whether models compute in bfloat16: where the processor has it, unless "float32" is asked for."""
    return precision != "float32" and has_bfloat16()


@cache
def _core() -> Any:
    return openvino().Core()
