"""Parts of SQL statements that name many values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_VARIABLES = 500
"""Values in one ``IN (…)``; SQLite's own limit was 999 until version 3.32 (sqlite.org/limits.html)."""


def portions(values: Sequence[int]) -> Iterator[list[int]]:
    """Plain ints in lists short enough for one statement (numpy's own integers are no SQLite values)."""
    for start in range(0, len(values), _VARIABLES):
        yield [int(value) for value in values[start : start + _VARIABLES]]


def marks(values: Sequence[object]) -> str:
    """One ``?`` for each value, separated by commas."""
    return ", ".join("?" * len(values))
