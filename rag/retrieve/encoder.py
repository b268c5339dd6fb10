"""Texts to vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns passages and questions into vectors of one space.

    Attributes:
        name: as set in ``retrieve.encoder``.
        fingerprint: SHA-256 of the weights: stores made with other weights do not fit.
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
