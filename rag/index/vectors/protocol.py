"""The role of a vector index: which stored vectors are nearest to a question's vector."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]


class VectorIndex(Protocol):
    """Nearest neighbours by inner product over L2-normalised float32 vectors, keyed by passage id.

    A cache: everything in it can be rebuilt from the catalog.
    """

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        ...

    def __len__(self) -> int:
        """How many vectors can be found."""
        ...

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add ``float32[n, dimension]`` under ``int64[n]`` ids that are not in the index yet."""
        ...

    def remove(self, ids: Ids) -> None:
        """Forget these ids; ids that are not in the index are ignored."""
        ...

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> Sequence[tuple[int, float]]:
        """The at most ``k`` nearest (id, inner product), best first; ties by smaller id.

        Args:
            vector: ``float32[dimension]``, L2-normalised.
            allowed: when given, only these ids may be returned.
        """
        ...

    def save(self, path: Path) -> None:
        """Write the index to ``path`` (a file that does not exist yet)."""
        ...
