"""``citespan standing``: saved questions that are asked again when articles come, change or go."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import InputError
from ui.terminal.command import Command, Context, Outcome, common_options, count, reference
from ui.terminal.filters import add_filter_arguments, filters_of
from ui.terminal.progress import ProgressDisplay
from ui.terminal.styling import Terminal, visible

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.records import Answer, Citation
    from rag.table.standing_records import Change

Action = Callable[["Assistant", argparse.Namespace, Terminal], Outcome]
_WORDS = {"new": "new", "changed": "changed", "gone": "gone", "disagrees": "disagrees"}


def _list(assistant: Assistant, arguments: argparse.Namespace, terminal: Terminal) -> Outcome:
    sets = assistant.standing.sets()
    unread = assistant.standing.changes()
    document = {"standing": [asdict(one) for one in sets], "changes": [asdict(one) for one in unread]}
    if not sets:
        return Outcome(document, "No standing questions yet. Save some with: citespan standing add NAME QUESTIONS")
    rows = [
        (visible(one.name), str(len(one.questions)), (one.last_run or "never")[:16], f"{one.unread:,}") for one in sets
    ]
    text = terminal.table(("name", "questions", "last run", "unread"), rows, shrink=0)
    return Outcome(document, "\n\n".join([text, *_described(unread, terminal)]))


def _add(assistant: Assistant, arguments: argparse.Namespace, terminal: Terminal) -> Outcome:
    from rag.table.questions import read_question_list

    questions = [] if arguments.questions is None else read_question_list(arguments.questions)
    questions += arguments.question
    if not questions:
        raise InputError("standing questions need questions: name a file with one a line, or give -q QUESTION")
    added = assistant.standing.add(arguments.name, questions, filters_of(assistant, arguments))
    text = f"saved  {visible(added.name)} ({count(len(added.questions), 'question')}). Ask them: citespan standing run"
    return Outcome({"standing": asdict(added)}, text)


def _run_sets(assistant: Assistant, arguments: argparse.Namespace, terminal: Terminal) -> Outcome:
    names: Sequence[str] = arguments.names or [one.name for one in assistant.standing.sets()]
    runs = []
    with ProgressDisplay(sys.stderr) as display:
        for name in names:
            runs.append(assistant.standing.run(name, progress=display))
    blocks = []
    for run in runs:
        found = (
            "asked for the first time, later runs compare with this"
            if run.first
            else (count(len(run.changes), "change") if run.changes else "nothing new")
        )
        heading = f"{visible(run.name)}: {count(run.articles, 'article')}, {found}, {run.unread:,} unread"
        blocks += [terminal.style("bold", heading), *_described(run.changes, terminal)]
    text = "\n\n".join(blocks) or "No standing questions yet. Save some with: citespan standing add NAME QUESTIONS"
    return Outcome({"runs": [run.to_dict() for run in runs]}, text)


def _seen(assistant: Assistant, arguments: argparse.Namespace, terminal: Terminal) -> Outcome:
    changed = assistant.standing.seen(arguments.name, arguments.ids or None)
    return Outcome({"name": arguments.name, "seen": changed}, f"{count(changed, 'change')} seen")


def _remove(assistant: Assistant, arguments: argparse.Namespace, terminal: Terminal) -> Outcome:
    removed = assistant.standing.remove(arguments.name)
    return Outcome({"standing": asdict(removed)}, f"removed  {visible(removed.name)}")


def _described(changes: Sequence[Change], terminal: Terminal) -> list[str]:
    return [_change(change, terminal) for change in changes]


def _change(change: Change, terminal: Terminal) -> str:
    """What changed, in which article, with the citation of each side."""
    head = f"[{change.change_id}] {_WORDS[change.kind]}: {visible(change.title)} · {visible(change.question)}"
    lines = [terminal.fill(head)]
    if change.answer is not None:
        lines.append(_said("now", change.answer, terminal))
    if change.before is not None:
        lines.append(_said("before", change.before, terminal))
    lines += [_cited("against", citation, terminal) for citation in change.against]
    return "\n".join(lines)


def _said(when: str, answer: Answer, terminal: Terminal) -> str:
    if not answer.answered or not answer.citations:
        return terminal.fill(f"{when}: not in this article", indent="    ")
    return _cited(when, answer.citations[0], terminal, answer.answer)


def _cited(when: str, citation: Citation, terminal: Terminal, text: str | None = None) -> str:
    place = reference(citation.source, citation.start, citation.end, citation.page)
    return terminal.fill(f"{when}: {visible(text or citation.text)} ({visible(place)})", indent="    ")


_NAME: tuple[str, dict[str, Any]] = ("name", {"metavar": "NAME", "help": "of the standing questions"})
_ACTIONS: tuple[tuple[str, str, Action, tuple[tuple[str, dict[str, Any]], ...]], ...] = (
    ("list", "list the standing questions and what is unread (also without an action)", _list, ()),
    (
        "add",
        "save questions under a name",
        _add,
        (
            _NAME,
            (
                "questions",
                {
                    "nargs": "?",
                    "type": Path,
                    "metavar": "QUESTIONS",
                    "help": "a text file with one question a line, or a question set (.jsonl, .csv)",
                },
            ),
        ),
    ),
    (
        "run",
        "ask them again and list what is new",
        _run_sets,
        (("names", {"nargs": "*", "metavar": "NAME", "help": "only these; all of them without"}),),
    ),
    (
        "seen",
        "take changes for seen",
        _seen,
        (_NAME, ("ids", {"nargs": "*", "type": int, "metavar": "ID", "help": "only these; all of them without"})),
    ),
    ("remove", "forget standing questions and their changes", _remove, (_NAME,)),
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
            own.add_argument(argument, **options)
        if action is _add:
            own.add_argument(
                "-q", "--question", action="append", default=[], metavar="QUESTION", help="a question; again for each"
            )
            add_filter_arguments(own)
        own.set_defaults(action=action)


def _run(context: Context) -> Outcome:
    action: Action = context.arguments.action
    with context.assistant() as assistant:
        return action(assistant, context.arguments, context.terminal)


COMMAND = Command(
    name="standing",
    summary="saved questions that tell what is new when articles change",
    description=(
        "Saves questions that are asked again when articles come, change or go. A run lists what is new, what changed, "
        "what is gone and what now disagrees, each with its citation; it is unread until it is taken for seen. "
        "citespan standing run --json suits cron."
    ),
    add_arguments=_add_arguments,
    run=_run,
)
