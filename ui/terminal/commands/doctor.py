"""``citespan doctor``: what is wrong, and the command that mends it."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from ui.terminal.command import Command, Context, Outcome
from ui.terminal.styling import Terminal, visible

if TYPE_CHECKING:
    from rag.records import Finding

_STYLES = {"ok": "bold", "warning": "yellow", "error": "red"}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repair", action="store_true", help="rebuild the word and the vector index, then look again")


def _run(context: Context) -> Outcome:
    from rag import doctor

    settings = context.settings()
    if context.arguments.repair:
        doctor.repair_folder(settings.store, settings, context.tell)
    findings = doctor.examine_folder(settings.store, settings)
    document = {
        "store": str(settings.store),
        "findings": [asdict(finding) for finding in findings],
        "settings": settings.model_dump(mode="json"),
    }
    failed = any(finding.severity == "error" for finding in findings)
    return Outcome(document=document, text=describe_findings(findings, context.terminal), status=1 if failed else 0)


def describe_findings(findings: list[Finding], terminal: Terminal) -> str:
    """One line for each finding, under it the command that mends it."""
    lines = []
    for finding in findings:
        label = terminal.style(_STYLES[finding.severity], f"{finding.severity:<8}")
        lines.append(f"{label} {visible(finding.subject)}: {visible(finding.message)}")
        if finding.command:
            lines.append(f"{'':<8} run: {visible(finding.command)}")
    return "\n".join(lines)


COMMAND = Command(
    name="doctor",
    summary="check the installation and the store",
    description=(
        "Checks Python, the models, the disk and the store, shows the settings that differ from the defaults, and "
        "names the command that mends what is wrong. The exit status is 1 when something is broken."
    ),
    add_arguments=_add_arguments,
    run=_run,
)
