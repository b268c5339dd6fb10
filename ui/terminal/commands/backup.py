"""``citespan backup`` and ``restore``: the whole store into one file and back."""

from __future__ import annotations

import argparse
from pathlib import Path

from ui.terminal.command import Command, Context, Outcome, count
from ui.terminal.styling import visible


def _add_backup_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="where to; an earlier backup there is replaced")


def _run_backup(context: Context) -> Outcome:
    file: Path = context.arguments.file
    with context.assistant() as assistant:
        articles = assistant.backup(file)
    return Outcome(
        document={"file": str(file), "articles": articles, "bytes": file.stat().st_size},
        text=f"Backed up {count(articles, 'article')} to {visible(str(file))}, and checked every one of them there.",
    )


def _add_restore_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="what citespan backup made")
    parser.add_argument(
        "--replace", action="store_true", help="also when the store holds articles that the backup lacks"
    )


def _run_restore(context: Context) -> Outcome:
    from rag.index.store import restore_store

    settings = context.settings()
    articles = restore_store(context.arguments.file, settings.store, settings.index, replace=context.arguments.replace)
    return Outcome(
        document={"store": str(settings.store), "articles": articles},
        text=f"Restored {count(articles, 'article')} into {visible(str(settings.store))}.",
    )


BACKUP = Command(
    name="backup",
    summary="copy the whole store into one file",
    description=(
        "Copies articles, embeddings, collections and what can be undone into one file, while the store is in use, and "
        "checks the copy before it takes an earlier one's place. Bring it back with: citespan restore FILE"
    ),
    add_arguments=_add_backup_arguments,
    run=_run_backup,
)
RESTORE = Command(
    name="restore",
    summary="bring the store back from a backup",
    description=(
        "Puts a checked backup in place of what the store holds. A catalog that cannot be read is kept "
        "beside the restored one. Refused when articles would go that the backup lacks, unless --replace is given."
    ),
    add_arguments=_add_restore_arguments,
    run=_run_restore,
)
