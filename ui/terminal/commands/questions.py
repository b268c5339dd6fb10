"""``citespan questions``: a starter set of test questions, made from the articles in the store."""

from __future__ import annotations

import argparse
from pathlib import Path

from rag.errors import InputError
from ui.terminal.command import Command, Context, Outcome, count
from ui.terminal.styling import visible_lines

DEFAULT_COUNT = 60
_TO_BE_READ = (
    "They were made by templates; of 50 checked by hand, 45 were well formed. "
    "Read them, mend or delete what is odd, and"
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the .jsonl file to write")
    parser.add_argument(
        "--count",
        type=_positive,
        default=DEFAULT_COUNT,
        metavar="N",
        help=f"at most this many questions (default: {DEFAULT_COUNT})",
    )
    parser.add_argument("--force", action="store_true", help="replace FILE when it exists")


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _run(context: Context) -> Outcome:
    from rag.evaluation.question_writing import write_questions
    from rag.evaluation.starter.starter import make_starter_set

    path, force = context.arguments.out, context.arguments.force
    if path.suffix != ".jsonl":
        raise InputError(f"{path}: questions are written as .jsonl. Name the file so: --out {path.stem}.jsonl")
    if path.exists() and not force:
        raise InputError(f"{path}: there is such a file already. Name another, or replace it with --force")
    with context.assistant() as assistant:
        articles = [assistant.article(summary.article_id) for summary in assistant.articles()]
    made = make_starter_set(articles, context.arguments.count)
    if not len(made):
        raise InputError(
            f"no plain sentence with a name, date, place or number was found in {count(len(articles), 'article')}. "
            "Add articles, or write questions by hand"
        )
    try:
        write_questions(made, path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error
    due = sum(question.answerable is True for question in made)
    text = (
        f"{path}: {count(len(made), 'question')} from {count(len(articles), 'article')}, {due} that they answer and "
        f"{len(made) - due} that they do not.\n{_TO_BE_READ} measure with: citespan evaluate {path}"
    )
    document = {"path": str(path), "questions": len(made), "answerable": due, "unanswerable": len(made) - due}
    return Outcome(document=document, text=visible_lines(text))


COMMAND = Command(
    name="questions",
    summary="make test questions from the articles",
    description=(
        "Makes a starter set of test questions from plain sentences of the articles, without any model: who, when, "
        "where, how many and how much, and near misses that the articles do not answer. It is a place to start from, "
        "to be read and mended; citespan evaluate measures with it."
    ),
    add_arguments=_add_arguments,
    run=_run,
)
