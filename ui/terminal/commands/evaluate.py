"""``citespan evaluate`` and ``citespan compare``: test questions, and what changed between two runs of them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import InputError
from ui.terminal.command import Command, Context, Outcome
from ui.terminal.progress import ProgressDisplay
from ui.terminal.styling import visible, visible_lines

if TYPE_CHECKING:
    from rag.evaluation.gates import Gate
    from rag.evaluation.questions import QuestionSet
    from rag.evaluation.records import Evaluation

INTERRUPTED = 130
"""Exit status of a run that Ctrl-C ended early: its figures are printed, but nothing may build on them."""


def _add_evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("questions", metavar="QUESTIONS", help="a .jsonl, .csv or SQuAD .json file, or a BEIR folder")
    parser.add_argument("--split", metavar="NAME", help="only questions of this split, for example dev or test")
    parser.add_argument("--limit", type=_positive, metavar="N", help="only the first N questions")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a report with plots and every failed question")
    parser.add_argument(
        "--fail-under",
        action="append",
        default=[],
        metavar="METRIC=VALUE",
        help="exit with 1 when a figure is worse, for example answers.f1=0.7; may be given several times",
    )


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _evaluate(context: Context) -> Outcome:
    from rag.evaluation.gates import check_gates, parse_gate

    gates = [parse_gate(text) for text in context.arguments.fail_under]
    question_set = _question_set(context.arguments)
    _check_report_folder(context.arguments.html)
    with context.assistant() as assistant, ProgressDisplay(sys.stderr) as display:
        run = assistant.evaluate(question_set, progress=display)
    if context.arguments.html is not None:
        from rag.evaluation.report import write_report

        try:
            write_report(run, context.arguments.html)
        except OSError as error:
            kept = f"The run was kept as {run.run}"
            raise InputError(
                f"{context.arguments.html}: the report cannot be written: {error.strerror}. {kept}"
            ) from error
    failures = check_gates(run, gates)
    status = INTERRUPTED if run.partial else 1 if failures else 0
    return Outcome(
        document=run.to_dict(),
        text=_describe(context, run, gates, failures),
        notes=tuple(f"failed: {visible(failure)}" for failure in failures),
        status=status,
    )


def _check_report_folder(report: Path | None) -> None:
    """Before questions are asked for minutes.

    Raises:
        InputError: there is no folder to write the report to.
    """
    if report is not None and (report.is_dir() or not report.parent.is_dir()):
        raise InputError(f"{report}: the report cannot be written there. Name a file in a folder that exists")


def _question_set(arguments: argparse.Namespace) -> QuestionSet:
    from rag.evaluation.question_files import read_questions

    question_set = read_questions(arguments.questions)
    if arguments.split is not None:
        question_set = question_set.with_split(arguments.split)
    return question_set if arguments.limit is None else question_set.first(arguments.limit)


def _describe(context: Context, run: Evaluation, gates: list[Gate], failures: list[str]) -> str:
    from rag.evaluation.table import evaluation_table, failures_table

    parts = [evaluation_table(run), failures_table(run)]
    if gates and not failures:
        parts.append(f"Passed: {', '.join(f'{gate.metric}={gate.value:g}' for gate in gates)}")
    written = context.arguments.html
    report = "" if written is None else f"\nReport: {written}"
    parts.append(f"Run {run.run}. Compare it with another: citespan compare RUN {run.run}{report}")
    return visible_lines("\n\n".join(part for part in parts if part))


def _add_compare_arguments(parser: argparse.ArgumentParser) -> None:
    help_text = "a run's id, the beginning of its id, or its .json file"
    parser.add_argument("first", metavar="A", help=help_text)
    parser.add_argument("second", metavar="B", help=help_text)


def _compare(context: Context) -> Outcome:
    from rag.evaluation.compare import compare
    from rag.evaluation.run_files import load_run
    from rag.evaluation.table import comparison_table

    store = context.settings().store
    comparison = compare(*(load_run(name, store) for name in (context.arguments.first, context.arguments.second)))
    return Outcome(document=comparison.to_dict(), text=visible_lines(comparison_table(comparison)))


EVALUATE = Command(
    name="evaluate",
    summary="ask test questions and score what comes back",
    description=(
        "Asks every question of a set and scores retrieval, answers, abstention, citations, calibration and latency, "
        "with 95 % intervals. The run is kept in the store's folder runs/. Ctrl-C ends it early and keeps what was "
        "done."
    ),
    add_arguments=_add_evaluate_arguments,
    run=_evaluate,
)

COMPARE = Command(
    name="compare",
    summary="say what changed between two evaluations, and whether it is more than chance",
    description=(
        "Compares two runs over the questions they share: figures with a paired bootstrap, and the questions that "
        "turned right or wrong."
    ),
    add_arguments=_add_compare_arguments,
    run=_compare,
)
