"""The list of benchmarks. A new one is a module with ``measure`` and ``section``, and a line in ``PARTS``."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

from benchmarks.protocol import Measured, Setup


class PartModule(Protocol):
    """What the module of a part offers."""

    def measure(self, setup: Setup) -> Measured:
        """Measure; slow. Keep what is costly in ``setup.folder(…)``, so that a run that was cut short goes on there."""
        ...

    def section(self, figures: Mapping[str, Any]) -> str:
        """The figures as Markdown: tables and what they mean, without a heading."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """One benchmark.

    Attributes:
        name: as ``--parts`` calls it, and its key in the results file.
        title: its heading on the rendered page.
        module: imported when it is needed: some need packages or data that others do without.
        options: the fields of ``Setup`` that decide how much it measures.
    """

    name: str
    title: str
    module: str
    options: tuple[str, ...] = ()

    def load(self) -> PartModule:
        """The module."""
        return cast("PartModule", importlib.import_module(self.module))


PARTS: tuple[Part, ...] = (
    Part("retrieval", "Finding passages", "benchmarks.retrieval", ("questions",)),
    Part("reader", "Reading one paragraph", "benchmarks.reader", ("questions",)),
    Part("open_domain", "Answering from 48 articles", "benchmarks.open_domain", ("questions", "seed")),
    Part("samples", "The sample articles", "benchmarks.samples"),
    Part("lists", "Questions that ask for several things", "benchmarks.lists", ("questions",)),
    Part("verbatim", "Which words bear on a query", "benchmarks.verbatim"),
    Part("people", "People's own questions", "benchmarks.people"),
    Part("several_answers", "Questions with several right answers", "benchmarks.several_answers"),
    Part("follow_ups", "Follow-up questions", "benchmarks.follow_ups"),
    Part("peers", "Beside other programs: answers", "benchmarks.peers.answers", ("peer_questions", "seed")),
    Part("peers_retrieval", "Beside other programs: finding passages", "benchmarks.peers.rankings", ("questions",)),
    Part("scaling", "Speed and memory by store size", "benchmarks.scaling", ("sizes", "seed")),
    Part("start", "From the shell to the answer", "benchmarks.start"),
    Part("page", "The page: weight, start and many at once", "benchmarks.page"),
)
