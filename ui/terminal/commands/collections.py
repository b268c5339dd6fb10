"""``citespan collections``: named groups of articles, to search in one of them at a time."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from ui.terminal.command import Command, Context, Outcome, common_options, count, find_article
from ui.terminal.styling import Terminal, visible

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.records import Collection

Action = Callable[["Assistant", argparse.Namespace, Terminal], Outcome]


def _list(assistant: Assistant, arguments: argparse.Namespace, terminal: Terminal) -> Outcome:
    found = assistant.collections()
    return Outcome(document={"collections": [asdict(one) for one in found]}, text=describe_collections(found, terminal))


def describe_collections(collections: list[Collection], terminal: Terminal) -> str:
    """A table of the collections, or how to make the first one."""
    if not collections:
        return "No collections yet. Make one with: citespan collections create NAME"
    rows = [(visible(one.name), f"{one.articles:,}", one.created[:10]) for one in collections]
    return terminal.table(("name", "articles", "created"), rows, shrink=0)


def _create(assistant: Assistant, arguments: argparse.Namespace, terminal: Terminal) -> Outcome:
    return _worked_on("created", assistant.create_collection(arguments.name))


def _rename(assistant: Assistant, arguments: argparse.Namespace, terminal: Terminal) -> Outcome:
    return _worked_on("renamed", assistant.rename_collection(arguments.name, arguments.new_name))


def _delete(assistant: Assistant, arguments: argparse.Namespace, terminal: Terminal) -> Outcome:
    return _worked_on("deleted", assistant.delete_collection(arguments.name))


def _worked_on(done: str, collection: Collection) -> Outcome:
    text = f"{done}  {visible(collection.name)} ({count(collection.articles, 'article')})"
    return Outcome(document={"collection": asdict(collection)}, text=text)


def _put(assistant: Assistant, arguments: argparse.Namespace, terminal: Terminal) -> Outcome:
    ids = _article_ids(assistant, arguments)
    return _changed("put into", arguments.name, assistant.put_in_collection(ids, arguments.name))


def _take_out(assistant: Assistant, arguments: argparse.Namespace, terminal: Terminal) -> Outcome:
    ids = _article_ids(assistant, arguments)
    return _changed("taken out of", arguments.name, assistant.take_out(ids, arguments.name))


def _article_ids(assistant: Assistant, arguments: argparse.Namespace) -> list[str]:
    """The ids of the articles that are named; all are looked up before any is moved."""
    return [find_article(assistant, name).article_id for name in arguments.articles]


def _changed(done: str, name: str, changed: int) -> Outcome:
    text = f"{count(changed, 'article')} {done} {visible(name)}"
    return Outcome(document={"collection": name, "changed": changed}, text=text)


_NAME = ("name", {"metavar": "NAME", "help": "the collection; case does not count"})
_ARTICLES = (
    "articles",
    {"metavar": "ARTICLE", "nargs": "+", "help": "an id, the beginning of an id, or a file's name"},
)
_ACTIONS: tuple[tuple[str, str, Action, tuple[tuple[str, dict[str, str]], ...]], ...] = (
    ("list", "list the collections (also without an action)", _list, ()),
    ("create", "make an empty collection", _create, (_NAME,)),
    ("rename", "give a collection another name", _rename, (_NAME, ("new_name", {"metavar": "NEW_NAME"}))),
    ("delete", "delete a collection; its articles stay in the store", _delete, (_NAME,)),
    ("put", "put articles into a collection", _put, (_NAME, _ARTICLES)),
    ("take-out", "take articles out of a collection; they stay in the store", _take_out, (_NAME, _ARTICLES)),
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(action=_list)
    actions = parser.add_subparsers(metavar="ACTION", title="actions")
    for name, summary, action, arguments in _ACTIONS:
        own = actions.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            parents=[common_options()],
            allow_abbrev=False,
            formatter_class=parser.formatter_class,
        )
        for argument, options in arguments:
            own.add_argument(argument, **options)  # type: ignore[arg-type]
        own.set_defaults(action=action)


def _run(context: Context) -> Outcome:
    action: Action = context.arguments.action
    with context.assistant() as assistant:
        return action(assistant, context.arguments, context.terminal)


COMMAND = Command(
    name="collections",
    summary="group articles, to search in one group at a time",
    description=(
        "Lists, makes and changes collections: named groups of articles. An article may be in several. Search in one "
        "with --collection NAME, which ask, search and articles take; add puts new articles into one."
    ),
    add_arguments=_add_arguments,
    run=_run,
)
