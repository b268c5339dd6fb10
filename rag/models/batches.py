"""Which texts are computed together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def batches(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    """The places of ``lengths``, longest first, in batches: texts of similar length together need little padding."""
    order = sorted(range(len(lengths)), key=lambda index: (-lengths[index], index))
    for first in range(0, len(order), size):
        yield order[first : first + size]
