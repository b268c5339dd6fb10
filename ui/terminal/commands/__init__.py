"""The commands of ``citespan``, in the order of its help. A new one is a file here and a line in ``COMMANDS``."""

from __future__ import annotations

from ui.terminal.command import Command
from ui.terminal.commands import (
    add,
    articles,
    ask,
    bench,
    chat,
    collections,
    doctor,
    evaluate,
    export_reader,
    password,
    questions,
    search,
)

COMMANDS: tuple[Command, ...] = (
    add.COMMAND,
    ask.COMMAND,
    chat.COMMAND,
    articles.ARTICLES,
    articles.SHOW,
    articles.REMOVE,
    collections.COMMAND,
    search.COMMAND,
    questions.COMMAND,
    evaluate.EVALUATE,
    evaluate.COMPARE,
    bench.COMMAND,
    doctor.COMMAND,
    export_reader.COMMAND,
    password.COMMAND,
)
