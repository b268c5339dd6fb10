"""Tables, answers and articles in the files of other programs, each value with its citation."""

from __future__ import annotations
