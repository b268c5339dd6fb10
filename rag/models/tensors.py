"""Weights as numpy arrays over the mapped file: only what is looked at is read, and programs share it."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import ModelError

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]

_TYPES = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "BF16": np.uint16}
"""numpy has no bfloat16; its bits are the upper half of a float32's."""
_LENGTH = 8
"""Bytes of the number at the beginning of a safetensors file: how long its header is."""


class MappedTensors:
    """The floating-point tensors of safetensors files, by name.

    Raises:
        ModelError: a file is damaged.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self._maps: list[mmap.mmap] = []
        self._stored: dict[str, tuple[Array, str]] = {}
        for file in files:
            try:
                self._map(file)
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                raise ModelError(f"{file}: no safetensors file that can be loaded ({error})") from error

    def named(self, prefix: str = "") -> dict[str, Floats]:
        """Every tensor in float32 by its name without ``prefix``.

        One that is stored in float32 is a view of the file; writing to it changes no file.
        """
        return {name.removeprefix(prefix): _as_float32(*stored) for name, stored in self._stored.items()}

    def release(self) -> None:
        """Gives the memory of what was read back to the system; it is read again when it is looked at again."""
        if hasattr(mmap, "MADV_DONTNEED"):
            for mapped in self._maps:
                mapped.madvise(mmap.MADV_DONTNEED)

    def _map(self, file: Path) -> None:
        with file.open("rb") as stream:
            # A private, writable mapping: OpenVINO shares no memory that it may not write.
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY)
        size = int.from_bytes(mapped[:_LENGTH], "little")
        begin = _LENGTH + size
        if begin > len(mapped):
            raise ValueError("its header lies beyond its end")
        header: dict[str, Any] = json.loads(mapped[_LENGTH:begin])
        data = np.frombuffer(mapped, dtype=np.uint8)[begin:]
        for name, one in header.items():
            if name == "__metadata__" or one["dtype"] not in _TYPES:
                continue
            first, last = one["data_offsets"]
            if not 0 <= first <= last <= len(data):
                raise ValueError(f"{name} lies beyond its end")
            values = data[first:last].view(_TYPES[one["dtype"]]).reshape(one["shape"])
            self._stored[name] = values, one["dtype"]
        self._maps.append(mapped)


def _as_float32(values: Array, kind: str) -> Floats:
    if kind == "BF16":
        return (values.astype(np.uint32) << 16).view(np.float32)
    return values.astype(np.float32, copy=False)
