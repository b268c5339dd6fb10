"""What every command is made of, and the parts that several of them share."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ArticleNotFoundError, InputError
from ui.terminal.styling import Terminal

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.records import ArticleSummary
    from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """What a command gets.

    Attributes:
        arguments: as parsed.
        terminal: where its text will be shown.
        publish: prints an outcome at once, for a command that goes on after it.
        tell: writes a line to standard error at once.
    """

    arguments: argparse.Namespace
    terminal: Terminal
    publish: Callable[[Outcome], None]
    tell: Callable[[str], None]

    def settings(self) -> Settings:
        """The settings in force, with ``--store`` over them.

        Raises:
            SettingsError: a setting is wrong.
        """
        from rag.settings import Settings

        store: Path | None = getattr(self.arguments, "store", None)
        return Settings.load() if store is None else Settings.load(store=store)

    def assistant(self, *, create: bool = False) -> Assistant:
        """An assistant on the store in force; the caller closes it.

        Args:
            create: make the store when there is none. A mistyped ``--store`` must not make one by being read.

        Raises:
            SettingsError, StoreError: the settings are wrong, or the store is missing or cannot be opened.
        """
        settings = self.settings()
        from rag.assistant import Assistant

        return Assistant(settings.store, settings, create=create)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command hands back to be printed.

    Attributes:
        document: the JSON object of ``--json``.
        text: what a person reads on standard output.
        notes: lines for standard error, with and without ``--json``.
        status: the exit status, 0 or 1.
    """

    document: Mapping[str, Any]
    text: str
    notes: tuple[str, ...] = ()
    status: int = 0


@dataclass(frozen=True, slots=True)
class Command:
    """One command of ``citespan``.

    Attributes:
        summary: one line for the list of commands.
        description: what it does, for its own help.
        add_arguments: declares its own options; ``--store`` and ``--json`` are every command's.
        run: does the work and returns what to print, or None when it has published that already.
    """

    name: str
    summary: str
    description: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Context], Outcome | None]


def common_options() -> argparse.ArgumentParser:
    """The options of every command, as a parent of its parser."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = common.add_argument_group("every command")
    group.add_argument("--store", type=Path, metavar="DIR", help="where the articles are kept (default: vectorstore/)")
    group.add_argument("--json", action="store_true", help="print one JSON object; logs and progress go to stderr")
    return common


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, with a sentence that says what was kept."""


def find_article(assistant: Assistant, name: str) -> ArticleSummary:
    """The one article meant by an id, the beginning of an id, or a file's name.

    Raises:
        ArticleNotFoundError: there is none.
        InputError: there are several; the message lists them.
    """
    articles = assistant.articles()
    for matches in (
        [article for article in articles if article.article_id == name],
        [article for article in articles if article.source == name],
        [article for article in articles if name and article.article_id.startswith(name.lower())],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            listed = ", ".join(f"{article.article_id} ({article.title})" for article in matches[:5])
            more = f" and {len(matches) - 5} more" if len(matches) > 5 else ""
            raise InputError(
                f"{name!r} could be any of {len(matches)} articles: {listed}{more}. Name one by its full id"
            )
    raise ArticleNotFoundError(name)


def reference(source: str, start: int, end: int, page: int | None = None) -> str:
    """Where a span stands, as it is shown: ``report.pdf:5120-5135, page 3``."""
    return f"{source}:{start}-{end}" + ("" if page is None else f", page {page}")


def count(number: int, noun: str) -> str:
    """``1 article``, ``2 articles``, ``1,200 articles``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def percent(share: float) -> str:
    """A probability as a whole percentage; what is not certain is not called certain."""
    if share > 0.99:
        return ">99%"
    return "<1%" if share < 0.01 else f"{share:.0%}"
