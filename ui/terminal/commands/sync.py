"""``citespan sync``: the store made equal to a folder."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ui.terminal.command import Command, Context, Outcome
from ui.terminal.commands.add import describe_report
from ui.terminal.progress import ProgressDisplay
from ui.terminal.styling import Terminal, visible

if TYPE_CHECKING:
    from rag.records import SyncReport


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="a folder that is searched recursively")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    for name, meaning in (("include", "only files like this"), ("exclude", "leave files like this out")):
        parser.add_argument(f"--{name}", action="append", default=[], metavar="PATTERN", help=f"{meaning}; repeatable")
    parser.add_argument(
        "--allow-empty", action="store_true", help="also when the folder holds no file now (is its drive mounted?)"
    )


def _run(context: Context) -> Outcome:
    arguments = context.arguments
    with context.assistant(create=True) as assistant, ProgressDisplay(sys.stderr) as display:
        report = assistant.sync(
            arguments.folder,
            include=arguments.include,
            exclude=arguments.exclude,
            dry_run=arguments.dry_run,
            allow_empty=arguments.allow_empty,
            progress=display,
        )
    return Outcome(
        document=report.to_dict(),
        text=describe_sync(report, context.terminal),
        notes=tuple(f"failed: {visible(outcome.path)}: {visible(outcome.message)}" for outcome in report.failed),
        status=1 if report.failed else 0,
    )


def describe_sync(report: SyncReport, terminal: Terminal) -> str:
    """As ``describe_report``, with the articles that went, or would go."""
    lines = [f"removed    {visible(article.title)} ({visible(article.source)})" for article in report.removed]
    if report.removed:
        lines.append(f"{len(report.removed):,} removed; bring one back with: citespan undo")
    lines.append(describe_report(report, terminal))
    if report.is_preview:
        lines.append("Nothing was changed: this is what citespan sync would do without --dry-run.")
    return "\n".join(lines)


COMMAND = Command(
    name="sync",
    summary="make the store equal to a folder",
    description=(
        "Adds what is new or changed in a folder, follows what was renamed or moved, and removes the articles whose "
        "files are gone. Articles from elsewhere stay. Look first with --dry-run; what was removed comes back with: "
        "citespan undo"
    ),
    add_arguments=_add_arguments,
    run=_run,
)
