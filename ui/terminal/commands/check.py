"""``citespan check``: a draft's quotations, names, numbers and dates beside the articles."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import InputError
from ui.terminal.command import Command, Context, Outcome, count, reference
from ui.terminal.filters import add_filter_arguments, filters_of
from ui.terminal.progress import ProgressDisplay
from ui.terminal.styling import MARK_END, MARK_START, Terminal, visible

if TYPE_CHECKING:
    from rag.table.draft.records import DraftCheck, Place, QuotationCheck, SentenceCheck, ValueCheck

STANDARD_INPUT = "-"


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("draft", metavar="DRAFT", help="a text or Markdown file, or - for standard input")
    add_filter_arguments(parser)


def _run(context: Context) -> Outcome:
    arguments = context.arguments
    draft = _read(arguments.draft)
    with context.assistant() as assistant, ProgressDisplay(sys.stderr) as display:
        check = assistant.check(draft, filters_of(assistant, arguments), progress=display)
    return Outcome(check.to_dict(), "" if arguments.json else describe_check(check, draft, context.terminal))


def _read(name: str) -> str:
    """The draft's text.

    Raises:
        InputError: the file cannot be read, or is not UTF-8.
    """
    try:
        data = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: byte {error.start + 1} is not UTF-8. Save the draft as UTF-8 text") from None
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror}") from error


def describe_check(check: DraftCheck, draft: str, terminal: Terminal) -> str:
    """What needs a look first: altered and absent quotations, then values that differ; the rest counted."""
    by_status = {status: sum(one.status == status for one in check.quotations) for status in _STATUS_WORDS}
    values = [value for sentence in check.sentences for value in sentence.values]
    quoted = ", ".join(f"{number} {status}" for status, number in by_status.items() if number) or "none"
    compared = ", ".join(
        f"{number} {word}"
        for status, word in _VALUE_WORDS.items()
        if (number := sum(value.status == status for value in values))
    )
    blocks = [
        f"{count(len(check.quotations), 'quotation')}: {quoted}\n"
        f"{count(len(values), 'value')} (names, numbers, dates): {compared or 'none'}"
    ]
    blocks += [_quotation(one, draft, terminal) for one in check.quotations if one.status != "verbatim"]
    blocks += [_sentence(one, draft, terminal) for one in check.sentences if one.differs]
    blocks.append(terminal.style("dim", terminal.fill("What the articles say is compared, not whether it is true.")))
    return "\n\n".join(blocks)


_STATUS_WORDS = ("verbatim", "altered", "absent")
_VALUE_WORDS = {"same": "as in the articles", "differs": "different there", "not_there": "not in a near passage"}


def _quotation(one: QuotationCheck, draft: str, terminal: Terminal) -> str:
    line = terminal.fill(f"line {_line_of(draft, one.start)}, {one.status}: “{visible(one.text)}”")
    if one.status == "absent":
        return line
    words = " ".join(
        visible(part.article) if part.kind == "same" else f"{MARK_START}{visible(part.article) or '–'}{MARK_END}"
        for part in one.difference
    )
    return f"{line}\n{terminal.fill(f'the article: {words} ({_place(one.places[0])})', indent='    ')}"


def _sentence(one: SentenceCheck, draft: str, terminal: Terminal) -> str:
    lines = [terminal.fill(f"line {_line_of(draft, one.start)}: {visible(one.text)}")]
    lines += [_value(value, terminal) for value in one.values if value.status == "differs"]
    return "\n".join(lines)


def _value(value: ValueCheck, terminal: Terminal) -> str:
    assert value.article is not None
    told = f"{visible(value.text)}: the article says {visible(value.article.text)} ({_place(value.article)})"
    return terminal.fill(told, indent="    ")


def _place(place: Place) -> str:
    return visible(reference(place.source, place.start, place.end, place.page))


def _line_of(draft: str, offset: int) -> int:
    return draft.count("\n", 0, offset) + 1


COMMAND = Command(
    name="check",
    summary="compare a draft's quotations, names and numbers with the articles",
    description=(
        "Says of every quotation in a draft whether it stands so in an article, was altered (word by word), or is "
        "absent; and of every name, number and date what the nearest passage has. It compares words and never says "
        "that something is true. The exit status is 0 whatever it finds."
    ),
    add_arguments=_add_arguments,
    run=_run,
)
