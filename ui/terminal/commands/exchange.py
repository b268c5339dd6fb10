"""``citespan export`` and ``import``: the store as plain files, for other programs and other stores."""

from __future__ import annotations

import argparse
from pathlib import Path

from ui.terminal.command import Command, Context, Outcome, count
from ui.terminal.styling import visible


def _add_export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new folder")


def _run_export(context: Context) -> Outcome:
    folder: Path = context.arguments.folder
    with context.assistant() as assistant:
        articles = assistant.export(folder)
    return Outcome(
        document={"folder": str(folder), "articles": articles},
        text=f"Exported {count(articles, 'article')} to {visible(str(folder))}.",
    )


def _add_import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="what citespan export made")


def _run_import(context: Context) -> Outcome:
    with context.assistant(create=True) as assistant:
        report = assistant.import_from(context.arguments.folder)
    added, there = len(report.with_status("added")), len(report.with_status("unchanged"))
    return Outcome(document=report.to_dict(), text=f"Imported {count(added, 'article')}; {there:,} were there already.")


EXPORT = Command(
    name="export",
    summary="write the articles as JSON lines and an array of embeddings",
    description=(
        "Writes a new folder: articles.jsonl with an article a line (text, ranges, metadata, passages, collections), "
        "embeddings.npy with a row for each passage, originals/ with kept PDF files, export.json with what made it."
    ),
    add_arguments=_add_export_arguments,
    run=_run_export,
)
IMPORT = Command(
    name="import",
    summary="store the articles of an export",
    description=(
        "Stores the articles of an export that are not there yet, with their embeddings: nothing is embedded anew. "
        "Run again after an interruption, it goes on where it was."
    ),
    add_arguments=_add_import_arguments,
    run=_run_import,
)
