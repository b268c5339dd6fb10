"""``citespan add``: files and folders into the store."""

from __future__ import annotations

import argparse
import sys
from pathlib import PurePath
from typing import TYPE_CHECKING

from rag.errors import StoreError
from ui.terminal.command import Command, Context, Interrupted, Outcome, count
from ui.terminal.progress import ProgressDisplay
from ui.terminal.styling import Terminal, visible

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.records import AddReport, FileStatus

_LISTED = 5
"""Names of files that were passed over; --json has all of them."""
_LABELS: dict[FileStatus, str] = {"duplicate": "already there under another name"}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, or a folder that is searched recursively")
    parser.add_argument("--collection", metavar="NAME", help="put the articles into this collection; made when missing")
    parser.add_argument("--if-empty", action="store_true", help="do nothing when the store already holds articles")


def _run(context: Context) -> Outcome:
    with context.assistant(create=True) as assistant:
        before = {(article.article_id, article.added) for article in assistant.articles()}
        if context.arguments.if_empty and before:
            return _nothing_to_do(len(before))
        try:
            with ProgressDisplay(sys.stderr) as display:
                report = assistant.add(
                    context.arguments.paths, progress=display, collection=context.arguments.collection
                )
        except KeyboardInterrupt:
            raise Interrupted(_what_was_kept(assistant, before)) from None
        except StoreError:
            context.tell(_what_was_kept(assistant, before))
            raise
    return Outcome(
        document=report.to_dict(),
        text=describe_report(report, context.terminal),
        notes=tuple(f"failed: {visible(outcome.path)}: {visible(outcome.message)}" for outcome in report.failed),
        status=1 if report.failed else 0,
    )


def _nothing_to_do(articles: int) -> Outcome:
    from rag.records import AddReport

    return Outcome(
        document=AddReport(()).to_dict(), text=f"Nothing added: the store already holds {count(articles, 'article')}."
    )


def _what_was_kept(assistant: Assistant, before: set[tuple[str, str]]) -> str:
    stored = sum((article.article_id, article.added) not in before for article in assistant.articles())
    kept = "was stored before and stays" if stored == 1 else "were stored before and stay"
    return f"{count(stored, 'article')} {kept}. Run the same command again for the rest"


def describe_report(report: AddReport, terminal: Terminal) -> str:
    """One line for each file that changed something or repeats another, then one line of totals."""
    from rag.records import FILE_STATUSES

    lines = []
    for outcome in report.with_status("added", "updated", "duplicate"):
        title = visible(outcome.title or outcome.path)
        passages = count(outcome.passages, "passage") if outcome.passages else ""
        detail = "; ".join(filter(None, (passages, visible(outcome.message))))
        lines.append(f"{outcome.status:<9}  {title} ({detail})" if detail else f"{outcome.status:<9}  {title}")
    if report.unsupported:
        names = ", ".join(visible(PurePath(path).name) for path in report.unsupported[:_LISTED])
        more = " …" if len(report.unsupported) > _LISTED else ""
        lines.append(f"passed over {count(len(report.unsupported), 'file')} of no supported format: {names}{more}")
    totals = [
        f"{len(outcomes):,} {_LABELS.get(status, status)}"
        for status in FILE_STATUSES
        if (outcomes := report.with_status(status))
    ]
    lines.append(terminal.style("bold", f"{', '.join(totals) or 'nothing to add'} in {report.seconds:.1f} s"))
    return "\n".join(lines)


COMMAND = Command(
    name="add",
    summary="add articles, or update those that changed",
    description=(
        "Adds files to the store: plain text, Markdown, HTML, PDF, Word, OpenDocument, RTF, PowerPoint, EPUB, mail and "
        "mailbox, MHTML and web archive, feed, table of values, Excel, JSON lines, subtitles, notebook, "
        "reStructuredText, Org, LaTeX, any file without a suffix that is one of these, and an archive of them "
        "(docs/formats.md has their suffixes). A file that was added before is updated when it "
        "changed and left alone when it did not; with --collection it is put into the collection either way. When some "
        "files cannot be read, the others are added, the bad ones are listed and the exit status is 1."
    ),
    add_arguments=_add_arguments,
    run=_run,
)
