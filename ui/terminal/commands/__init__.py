"""The commands of ``citespan``, in the order of its help. A new one is a file here and a line in ``COMMANDS``."""

from __future__ import annotations

from ui.terminal.command import Command
from ui.terminal.commands import (
    add,
    articles,
    ask,
    backup,
    bench,
    chat,
    check,
    collections,
    doctor,
    evaluate,
    exchange,
    export_reader,
    password,
    questions,
    search,
    standing,
    sync,
    table,
    undo,
)

COMMANDS: tuple[Command, ...] = (
    add.COMMAND,
    ask.COMMAND,
    chat.COMMAND,
    articles.ARTICLES,
    articles.SHOW,
    articles.REMOVE,
    undo.COMMAND,
    sync.COMMAND,
    collections.COMMAND,
    search.COMMAND,
    table.COMMAND,
    standing.COMMAND,
    check.COMMAND,
    questions.COMMAND,
    evaluate.EVALUATE,
    evaluate.COMPARE,
    bench.COMMAND,
    doctor.COMMAND,
    backup.BACKUP,
    backup.RESTORE,
    exchange.EXPORT,
    exchange.IMPORT,
    export_reader.COMMAND,
    password.COMMAND,
)
