"""What every benchmark is given, and what it hands back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.errors import InputError
from rag.models.engine import default_threads

PROJECT = Path(__file__).resolve().parents[1]
QUESTIONS = 2000
PEER_QUESTIONS = 300
SEED = 7
SIZES = (1_000, 10_000, 50_000)


@dataclass(frozen=True, slots=True)
class Setup:
    """Where the data lies and how much of it to use.

    Attributes:
        data: holds ``train/``, ``eval/`` and ``rewrite/`` as its own README describes.
        work: stores, embeddings and the peers' environment are kept here, so that a second run is short.
        questions: most questions of each kind in open-domain question answering.
        peer_questions: how many of them every peer answers too.
        seed: chooses the questions.
        sizes: passages of the stores whose speed is measured.
        threads: of the models, the same in this process and in each that a part starts.
        progress: called with what is being done, how much of it is done, and how much there is.
    """

    data: Path
    work: Path
    questions: int = QUESTIONS
    peer_questions: int = PEER_QUESTIONS
    seed: int = SEED
    sizes: tuple[int, ...] = SIZES
    threads: int = field(default_factory=default_threads)
    progress: Callable[[str, int, int], None] = field(default=lambda stage, done, total: None, repr=False)

    def file(self, name: str) -> Path:
        """A file or folder of the data.

        Raises:
            InputError: it is not there.
        """
        path = self.data / name
        if not path.exists():
            raise InputError(f"{path}: the benchmarks need this. Name the folder that holds it with --data")
        return path

    def folder(self, name: str) -> Path:
        """A folder for what is kept between runs; made when missing."""
        path = self.work / name
        path.mkdir(parents=True, exist_ok=True)
        return path


@dataclass(frozen=True, slots=True)
class Measured:
    """What a part hands back.

    Attributes:
        figures: nested tables of numbers and words for JSON. A table ``{"value", "low", "high"}`` is a quality figure
            with its 95 % interval: it gets an expected range, and ``--check`` compares it. Bare numbers (times, sizes)
            are only reported.
        sizes: how much was measured: figures of equal sizes must agree closely, others only within sampling error.
    """

    figures: Mapping[str, Any]
    sizes: Mapping[str, Any] = field(default_factory=dict)
