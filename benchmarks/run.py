"""Runs the parts, one after the other, and keeps each one's figures as soon as it has them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.machine import limited_threads
from benchmarks.markdown import number
from benchmarks.parts import PARTS, Part
from benchmarks.protocol import PEER_QUESTIONS, PROJECT, QUESTIONS, SEED, SIZES, Setup
from benchmarks.render import write_page
from benchmarks.results import RESULTS, deviations, entry_of, merge, quality_figures, read_results, versions
from rag.errors import InputError, MissingExtraError
from rag.models.engine import default_threads, usable_cores

DATA = PROJECT.parent / "shared" / "data"
WORK = PROJECT / "build" / "benchmarks"


@dataclass(frozen=True, slots=True)
class Options:
    """What ``citespan bench`` was told; see its help.

    Attributes:
        imports: results files of other machines, by the part that is taken from them.
    """

    data: Path = DATA
    work: Path = WORK
    results: Path = RESULTS
    parts: tuple[str, ...] = ()
    questions: int = QUESTIONS
    peer_questions: int = PEER_QUESTIONS
    seed: int = SEED
    sizes: tuple[int, ...] = SIZES
    threads: int = field(default_factory=default_threads)
    check: bool = False
    resume: bool = False
    imports: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """What was measured, by part; with ``--check``, what has left its expected range, by part."""

    measured: Mapping[str, Mapping[str, Any]]
    deviations: Mapping[str, Sequence[str]]
    skipped: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return {"parts": dict(self.measured), "deviations": dict(self.deviations), "skipped": list(self.skipped)}

    def describe(self) -> str:
        """What a person reads."""
        lines: list[str] = []
        for name, entry in self.measured.items():
            count = sum(1 for _ in quality_figures(entry["figures"]))
            lines.append(f"{name}: {count} quality figures in {number(entry['seconds'])} s")
            lines += [f"  left its range: {problem}" for problem in self.deviations.get(name, ())]
        lines += [f"{name}: measured already" for name in self.skipped]
        return "\n".join(lines)


def run(options: Options, tell: Callable[[str], None], progress: Callable[[str, int, int], None]) -> Run:
    """Measure the chosen parts.

    Without ``check`` each part's figures go into the results file when it ends, with new expected ranges, and the page
    is rendered again. With it nothing is written: the figures are compared with the ranges in the file.

    Raises:
        InputError: an unknown part, data that is not there, or a check of a part that was never measured.
        MissingExtraError: a part that was named needs an extra; one that was not named is left out.
    """
    setup = Setup(
        options.data,
        options.work,
        options.questions,
        options.peer_questions,
        options.seed,
        options.sizes,
        options.threads,
        progress,
    )
    recorded = read_results(options.results)["parts"]
    chosen = choose(options.parts, options.imports)
    if options.check and (missing := [part.name for part in chosen if part.name not in recorded]):
        raise InputError(f"{options.results}: has no figures of {', '.join(missing)}. Measure without --check first")
    measured: dict[str, Mapping[str, Any]] = {}
    problems: dict[str, list[str]] = {}
    skipped: list[str] = []
    for part in chosen:
        if options.resume and is_current(recorded.get(part.name), command_of(options, part)):
            skipped.append(part.name)
            continue
        tell(f"{part.name}: {part.title}")
        try:
            entry = entry_for(part, setup, options)
        except MissingExtraError as error:
            if part.name in options.parts:
                raise
            tell(f"{part.name}: left out. {error}")
            continue
        measured[part.name] = entry
        if options.check:
            problems[part.name] = deviations(recorded[part.name], entry)
        else:
            merge(options.results, part.name, entry)
            write_page(options.results)
    return Run(measured, problems, tuple(skipped))


def choose(names: Sequence[str], imports: Mapping[str, Path]) -> list[Part]:
    """The parts called ``names``, in the order of the list; without names those with imported figures, else all."""
    known = {part.name for part in PARTS}
    wanted = set(names) | set(imports)
    unknown = sorted(wanted - known)
    if unknown:
        raise InputError(f"no benchmark is called {', '.join(unknown)}. There are: {', '.join(sorted(known))}")
    return [part for part in PARTS if not wanted or part.name in wanted]


def is_current(entry: Mapping[str, Any] | None, command: str) -> bool:
    """Whether a part was measured by ``command`` with the code and the models that are here now."""
    return entry is not None and entry["versions"] == versions() and entry["command"] == command


def entry_for(part: Part, setup: Setup, options: Options) -> Mapping[str, Any]:
    """Measure a part, or take it from a results file with everything that the file says of it.

    Raises:
        InputError: that file has no figures of this part.
    """
    elsewhere = options.imports.get(part.name)
    if elsewhere is not None:
        parts: Mapping[str, Mapping[str, Any]] = read_results(elsewhere)["parts"]
        if part.name not in parts:
            raise InputError(f"{elsewhere}: has no figures of {part.name}; citespan bench --results makes such a file")
        return parts[part.name]
    module = part.load()
    loaded = versions()  # what runs, even when files are committed meanwhile
    began = time.perf_counter()
    with limited_threads(setup.threads):
        found = module.measure(setup)
    seconds = time.perf_counter() - began
    return {**entry_of(found, command_of(options, part), seconds, setup.threads), "versions": loaded}


def command_of(options: Options, part: Part) -> str:
    """What to type to measure this part again in the same way."""
    default = Options()
    words = ["citespan bench", f"--parts {part.name}"]
    for name in part.options:
        given = getattr(options, name)
        if given != getattr(default, name):
            values = given if isinstance(given, tuple) else (given,)
            words.append(f"--{name.replace('_', '-')} {' '.join(map(str, values))}")
    if options.threads != usable_cores():
        words.append(f"--threads {options.threads}")
    return " ".join(words)
