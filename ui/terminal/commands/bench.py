"""``citespan bench``: the project's own measurements, from a source checkout."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

import rag
from rag.errors import InputError
from ui.terminal.command import Command, Context, Outcome
from ui.terminal.progress import ProgressDisplay
from ui.terminal.styling import visible_lines

_OPTIONS = ("data", "work", "results", "parts", "questions", "peer_questions", "seed", "sizes", "threads")


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--parts", nargs="+", metavar="NAME", help="only these; an unknown name lists them all")
    parser.add_argument("--questions", type=_positive, metavar="N", help="most questions of each kind (default: 2000)")
    parser.add_argument(
        "--peer-questions", type=_positive, metavar="N", help="questions for the other programs (default: 300)"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="chooses the questions (default: 7)")
    parser.add_argument("--sizes", nargs="+", type=_positive, metavar="N", help="passages of the stores that are timed")
    parser.add_argument(
        "--threads", type=_positive, metavar="N", help="of the models, in every process (default: one for each core)"
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="the collections (default: ../shared/data)")
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="what is kept between runs (default: build/benchmarks)"
    )
    parser.add_argument(
        "--results", type=Path, metavar="FILE", help="the results file (default: benchmarks/results.json)"
    )
    parser.add_argument(
        "--import",
        dest="imports",
        nargs=2,
        action="append",
        default=[],
        metavar=("PART", "FILE"),
        help="take a part from the results file of another machine",
    )
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--check", action="store_true", help="write nothing; fail when a quality figure left its range")
    group.add_argument("--resume", action="store_true", help="leave out what the same command and versions measured")


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _run(context: Context) -> Outcome:
    arguments = context.arguments
    program = _program(Path(rag.__file__).resolve().parents[1])
    given = {name: value for name in _OPTIONS if (value := getattr(arguments, name)) is not None}
    for name in ("data", "work", "results"):
        if name in given:
            given[name] = given[name].resolve()
    for name in ("parts", "sizes"):
        if name in given:
            given[name] = tuple(given[name])
    options = program.Options(
        **given,
        check=arguments.check,
        resume=arguments.resume,
        imports={part: Path(file).resolve() for part, file in arguments.imports},
    )
    from rag.records import Progress

    with ProgressDisplay(sys.stderr) as display:
        run = program.run(
            options, context.tell, lambda stage, done, total: display(Progress(stage, done, total or None))
        )
    return Outcome(
        document=run.to_dict(),
        text=visible_lines(run.describe()),
        status=1 if any(run.deviations.values()) else 0,
    )


def _program(project: Path) -> Any:
    """The module that runs the benchmarks; it lies beside the engine in a checkout and is not installed."""
    if not (project / "benchmarks" / "run.py").is_file():
        raise InputError(
            "the benchmarks are not part of an installation. Get the source, and run there: make install, then "
            ".venv/bin/citespan bench"
        )
    if str(project) not in sys.path:
        sys.path.insert(0, str(project))
    return importlib.import_module("benchmarks.run")


COMMAND = Command(
    name="bench",
    summary="measure quality, speed and memory on public collections",
    description=(
        "Runs the benchmarks of a source checkout: retrieval, reader, open-domain answers, other programs, store "
        "sizes. Each part's figures are kept in benchmarks/results.json as soon as it ends, and benchmarks/README.md "
        "is rendered from them."
    ),
    add_arguments=_add_arguments,
    run=_run,
)
