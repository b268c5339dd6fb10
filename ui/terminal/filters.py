"""The options that limit which articles are searched."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from ui.terminal.command import find_article

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.records import Filters


def add_filter_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--collection``, ``--article``, ``--source``, ``--outlet``, ``--from`` and ``--to``."""
    group = parser.add_argument_group("which articles (each may be given several times)")
    for option, metavar, meaning in (
        ("--collection", "NAME", "only articles in this collection"),
        ("--article", "ARTICLE", "only this article: its id, the beginning of its id, or its file's name"),
        ("--source", "FILE", "only articles from files of this name"),
        ("--outlet", "OUTLET", "only articles of this outlet"),
    ):
        group.add_argument(option, action="append", default=[], metavar=metavar, help=meaning)
    dates = parser.add_argument_group("when they were published (articles without a date are left out)")
    dates.add_argument("--from", dest="published_from", type=_iso_date, metavar="DATE", help="on this day or later")
    dates.add_argument("--to", dest="published_to", type=_iso_date, metavar="DATE", help="on this day or earlier")


def _iso_date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2025-08-16") from None


def filters_of(assistant: Assistant, arguments: argparse.Namespace) -> Filters | None:
    """The filters that were asked for, or None.

    Raises:
        InputError: an article is named that does not exist or that is ambiguous.
    """
    from rag.records import Filters

    filters = Filters(
        article_ids=tuple(find_article(assistant, name).article_id for name in arguments.article),
        sources=tuple(arguments.source),
        outlets=tuple(arguments.outlet),
        published_from=arguments.published_from,
        published_to=arguments.published_to,
        collections=tuple(arguments.collection),
    )
    return None if filters.is_empty else filters
