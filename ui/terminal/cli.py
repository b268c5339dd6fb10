"""The command line: parses, runs one command, prints its outcome.

Exit status: 0 done (an abstention is a result), 1 the operation failed, 2 the call was wrong, 130 interrupted,
141 whoever read the output has gone. What a command hands back goes to standard output; everything else, errors,
progress and logs, goes to standard error.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from rag.errors import CiteSpanError, QuestionError, SettingsError
from ui.terminal.command import Command, Context, Outcome, common_options
from ui.terminal.commands import COMMANDS
from ui.terminal.styling import Terminal, visible, visible_lines

FAILED, WRONG_CALL, INTERRUPTED, READER_GONE = 1, 2, 130, 141
DEBUG = "CITESPAN_DEBUG"
"""Environment variable: "1" shows tracebacks and the engine's own log."""

# JSON may hold these as they are, but a terminal must not be steered by an article that is printed as JSON.
_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status and lets no exception out."""
    try:
        return _parse_and_run(argv)
    except KeyboardInterrupt as stop:
        _complain(f"interrupted. {stop}" if str(stop) else "interrupted")
        return INTERRUPTED
    except OSError as error:
        return _output_lost(error)


def _parse_and_run(argv: Sequence[str] | None) -> int:
    try:
        arguments = build_parser().parse_args(argv)
    except SystemExit as stop:  # argparse has printed its help, or what is wrong with the call
        sys.stdout.flush()
        return stop.code if isinstance(stop.code, int) else WRONG_CALL
    _prepare_streams()
    _prepare_logging()
    arguments.json = getattr(arguments, "json", False)
    command: Command = arguments.run

    def printed(outcome: Outcome) -> str:
        return _as_json(outcome.document) if arguments.json else outcome.text

    def publish(outcome: Outcome) -> None:
        _print(printed(outcome), outcome.notes)

    context = Context(arguments=arguments, terminal=Terminal.of(sys.stdout), publish=publish, tell=_tell)
    try:
        outcome = command.run(context)
        text = printed(outcome) if outcome is not None else ""
    except Exception as error:  # the last line of defence: a person never sees a traceback unasked
        outcome = _failure(error)
        text = printed(outcome)
    if outcome is None:
        return 0
    _print(text, outcome.notes)
    return outcome.status


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    common = common_options()
    parser = argparse.ArgumentParser(
        prog="citespan",
        description="Ask your own articles a question and get the answer as a verbatim quote with an exact citation.",
        epilog="citespan COMMAND --help explains a command.",
        parents=[common],
        allow_abbrev=False,
        formatter_class=_HelpFormatter,
    )
    parser.add_argument("--version", action=_PrintVersion)
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, title="commands")
    for command in COMMANDS:
        own = subparsers.add_parser(
            command.name,
            help=command.summary,
            description=command.description,
            parents=[common],
            allow_abbrev=False,
            formatter_class=_HelpFormatter,
        )
        command.add_arguments(own)
        own.set_defaults(run=command)
    return parser


class _HelpFormatter(argparse.HelpFormatter):
    """Help of one width everywhere, so that the page made of it is the same on every machine."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=96)


class _PrintVersion(argparse.Action):
    """Prints the version; looked up only when asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest=argparse.SUPPRESS, nargs=0, help="print the version and stop")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"citespan {version('citespan')}")
        parser.exit()


def _print(text: str, notes: Sequence[str]) -> None:
    if text:
        print(text)
    sys.stdout.flush()
    for note in notes:
        _tell(note)


def _as_json(document: Mapping[str, Any]) -> str:
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _failure(error: Exception) -> Outcome:
    """What went wrong: said on standard error here, and the JSON object for programs."""
    if os.environ.get(DEBUG) == "1":
        traceback.print_exception(error)
    if isinstance(error, CiteSpanError):
        message = str(error)
    else:
        message = f"unexpected {type(error).__name__}: {error}. To see where it happened, run it again with {DEBUG}=1"
    _complain(message)
    return Outcome(
        document={"error": {"type": type(error).__name__, "message": message}},
        text="",
        status=WRONG_CALL if isinstance(error, SettingsError | QuestionError) else FAILED,
    )


def _complain(message: str) -> None:
    terminal = Terminal.of(sys.stderr)
    _tell(f"{terminal.style('red', 'error:')} {visible_lines(message)}")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _prepare_streams() -> None:
    """Never fail on a character that the terminal's encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):  # replaced by something that is no text file
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _prepare_logging() -> None:
    """The engine's warnings on standard error; those of libraries only when debugging."""
    debugging = os.environ.get(DEBUG) == "1"
    handler = logging.StreamHandler()
    handler.setFormatter(_LogFormatter("%(levelname)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.DEBUG if debugging else logging.ERROR)
    for package in ("rag", "ui"):
        logging.getLogger(package).setLevel(logging.DEBUG if debugging else logging.WARNING)


class _LogFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        record.levelname = record.levelname.lower()
        return visible(super().format(record))


def _output_lost(error: OSError) -> int:
    """Standard output cannot be written: quietly when its reader has gone, as after ``| head``."""
    # What is still buffered can go nowhere; without this the interpreter would try again on its way out and complain.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return READER_GONE
    with contextlib.suppress(OSError):
        _complain(f"the output cannot be written: {error}")
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
