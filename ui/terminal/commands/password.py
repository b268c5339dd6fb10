"""``citespan password``: who may log in when the page is served to others."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from rag.errors import InputError
from ui.terminal.command import Command, Context, Outcome
from ui.terminal.styling import visible


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the user's name")
    parser.add_argument("--file", type=Path, required=True, metavar="FILE", help="the password file; made when missing")
    parser.add_argument("--remove", action="store_true", help="remove the user's entry instead")


def _run(context: Context) -> Outcome:
    from ui.web.server.passwords import Entry, checked_name, checked_password, read_entries, write_entries

    arguments = context.arguments
    name, path = checked_name(arguments.name), arguments.file
    entries = read_entries(path) if path.exists() else {}
    if arguments.remove:
        if name not in entries:
            raise InputError(f"{path}: {name!r} has no entry. The names are: {', '.join(entries) or 'none'}")
        del entries[name]
        done = "removed"
    else:
        done = "changed" if name in entries else "added"
        entries[name] = Entry.of(checked_password(_ask_password(name)))
    write_entries(path, entries)
    return Outcome(
        document={"name": name, "file": str(path), "done": done, "users": list(entries)},
        text=f"{done}  {visible(name)} in {visible(str(path))}",
    )


def _ask_password(name: str) -> str:
    """The password, typed twice without showing it, or one line of standard input when that is no terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(f"Password for {visible(name)}: ")
    if getpass.getpass("The same again: ") != password:
        raise InputError("the two passwords differ. Run the command again")
    return password


COMMAND = Command(
    name="password",
    summary="let a user log in when the page is served to others",
    description=(
        "Writes a user's name and the hash of a password to a file that chat --auth reads. Asks for the password on "
        "the terminal, or reads a line from standard input. A running page notices the change."
    ),
    add_arguments=_add_arguments,
    run=_run,
)
