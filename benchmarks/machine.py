"""The computer that figures are measured on, and how many of its threads the models may use."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.models.engine import THREADS, usable_cores

INSTRUCTIONS = {
    "amx_tile": "AMX",
    "avx512_bf16": "AVX512-BF16",
    "avx512f": "AVX-512",
    "avx2": "AVX2",
    "asimd": "NEON",
}
"""Instruction sets that decide how fast models compute, by their name in ``/proc/cpuinfo``, the fastest first."""


def machine() -> dict[str, Any]:
    """What figures are measured on; names no host and no folder."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    information = Path("/proc/cpuinfo")
    text = information.read_text(encoding="utf-8") if information.is_file() else ""
    return {
        "processor": processor_name(text),
        "instructions": instruction_set(text),
        "cores": usable_cores(),
        "memory_gb": round(memory),
        "system": f"{platform.system()} {platform.machine()}",
        "bfloat16": _bfloat16(),
    }


def processor_name(information: str) -> str:
    """The processor's name in the text of ``/proc/cpuinfo``, or what Python knows of it."""
    found = re.search(r"^model name\s*: (.+)$", information, re.MULTILINE)
    return found[1].strip() if found else platform.processor() or platform.machine()


def instruction_set(information: str) -> str | None:
    """The fastest of ``INSTRUCTIONS`` that the text of ``/proc/cpuinfo`` names; None when it names none."""
    found = re.search(r"^(?:flags|Features)\s*: (.+)$", information, re.MULTILINE)
    flags = set(found[1].split()) if found else set()
    return next((name for flag, name in INSTRUCTIONS.items() if flag in flags), None)


@contextmanager
def limited_threads(count: int) -> Iterator[None]:
    """Let torch use ``count`` threads here, and torch and FAISS in the processes that are started meanwhile."""
    import torch

    before, given = torch.get_num_threads(), os.environ.get(THREADS)
    os.environ[THREADS] = str(count)
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
        if given is None:
            del os.environ[THREADS]
        else:
            os.environ[THREADS] = given


def _bfloat16() -> bool:
    from rag.models.engine import uses_bfloat16

    return uses_bfloat16("auto")
