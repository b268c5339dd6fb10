"""``citespan table``: the same questions asked of every article."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import InputError
from ui.terminal.command import Command, Context, Outcome, count, percent
from ui.terminal.filters import add_filter_arguments, filters_of
from ui.terminal.progress import ProgressDisplay
from ui.terminal.styling import Terminal, cut, visible

if TYPE_CHECKING:
    from rag.exports.citations import Sources
    from rag.table.records import Cell, RowKind, Table

INTERRUPTED = 130
_FORMATS = ("csv", "xlsx", "html", "docx", "bibtex", "csl")
_ROWS: dict[str, RowKind] = {"articles": "article", "collections": "collection", "months": "month"}
_CELL_COLUMNS = 60


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "questions",
        nargs="?",
        type=Path,
        metavar="QUESTIONS",
        help="a text file with one question a line, or a question set (.jsonl, .csv)",
    )
    parser.add_argument(
        "-q", "--question", action="append", default=[], metavar="QUESTION", help="a question; give it again for each"
    )
    parser.add_argument("--rows", choices=tuple(_ROWS), default="articles", help="what a row is (default: articles)")
    parser.add_argument("--thorough", action="store_true", help="read every article for every question; slower")
    files = parser.add_argument_group("write the table to a file (each may be given)")
    for name in _FORMATS:
        files.add_argument(f"--{name}", type=Path, metavar="FILE", help=_FORMAT_HELP[name])
    add_filter_arguments(parser)


_FORMAT_HELP = {
    "csv": "CSV with the citation beside each answer",
    "xlsx": "an Excel workbook, with one more sheet that lists every quote",
    "html": "one HTML file with the quotes folded below the answers",
    "docx": "a Word document with the citations as footnotes",
    "bibtex": "the cited articles as BibTeX",
    "csl": "the cited articles as CSL-JSON",
}


def _run(context: Context) -> Outcome:
    arguments = context.arguments
    questions = _questions(arguments)
    files = {name: path for name in _FORMATS if (path := getattr(arguments, name)) is not None}
    for path in files.values():
        check_folder(path)
    with context.assistant() as assistant:
        filters = filters_of(assistant, arguments)
        filling = assistant.fill_table(questions, filters, rows=_ROWS[arguments.rows], thorough=arguments.thorough)
        interrupted = False
        with ProgressDisplay(sys.stderr) as display:
            try:
                for cell in filling:
                    display(filling.progress(cell))
            except KeyboardInterrupt:
                interrupted = True
        table = filling.table()
        if files:
            from rag.exports.files import export_table

            sources: Sources = {article.article_id: article for article in assistant.articles()}
            for name, path in files.items():
                write_file(path, export_table(table, name, sources))
    notes = [f"{path}: written" for path in files.values()]
    if interrupted:
        notes.append("stopped early; the cells so far are remembered, and the same command goes on from here")
    text = "" if arguments.json else describe_table(table, context.terminal)
    return Outcome(table.to_dict(), text, tuple(map(visible, notes)), INTERRUPTED if interrupted else 0)


def _questions(arguments: argparse.Namespace) -> list[str]:
    from rag.table.questions import read_question_list

    questions = [] if arguments.questions is None else read_question_list(arguments.questions)
    questions += arguments.question
    if not questions:
        raise InputError("a table needs questions: name a file with one a line, or give some with -q QUESTION")
    return questions


def check_folder(path: Path) -> None:
    """Before questions are asked for minutes.

    Raises:
        InputError: there is no folder to write the file to.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise InputError(f"{path}: cannot be written there. Name a file in a folder that exists")


def write_file(path: Path, content: bytes) -> None:
    """Write ``content``.

    Raises:
        InputError: the file cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error


def describe_table(table: Table, terminal: Terminal) -> str:
    """Each question with what the rows answer, those that agree together."""
    answered = sum(column.answered for column in table.columns)
    blocks = [
        f"{count(len(table.rows), 'row')}, {count(len(table.columns), 'question')}, {count(answered, 'answer')} "
        f"({table.seconds:.1f} s)"
    ]
    titles = {row.row_id: row.title for row in table.rows}
    for number, column in enumerate(table.columns):
        cells = [cell for cell in table.cells if cell.column == number and cell.answer.answered]
        lines = [terminal.style("bold", terminal.fill(visible(column.question)))]
        lines += [_line(cell, titles, terminal) for cell in sorted(cells, key=_by_account)]
        silent = len(table.rows) - column.answered
        if silent:
            lines.append(terminal.style("dim", f"  not in {count(silent, 'row')}"))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _by_account(cell: Cell) -> tuple[bool, int, float]:
    return cell.account is None, cell.account or 0, -cell.answer.confidence


def _line(cell: Cell, titles: dict[str, str], terminal: Terminal) -> str:
    answer = cut(visible(" ".join((cell.answer.answer or "").split())), _CELL_COLUMNS)
    sure = "" if cell.answer.shape == "evidence" else f" {percent(cell.answer.confidence)}"
    mark = terminal.style("yellow", " contradicted") if cell.contradicted else ""
    return terminal.fill(f"{answer}{sure} · {visible(titles[cell.row])}", indent="  ") + mark


COMMAND = Command(
    name="table",
    summary="ask the same questions of every article",
    description=(
        "Asks every question of every article and lists what each says, with its citation, or that it is not in this "
        "article. Answers that contradict each other are marked. What was answered is remembered until the article, "
        "the question or a model changes: Ctrl-C loses nothing, and the same command goes on."
    ),
    add_arguments=_add_arguments,
    run=_run,
)
