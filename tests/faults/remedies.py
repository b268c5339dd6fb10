"""Runs the commands that CiteSpan names, in this process and with an encoder without weights."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

from rag import Assistant, Settings, StoreError
from rag.doctor import repair_folder
from rag.index.store import Store
from rag.records import Finding
from tests.integration.hashed_encoder import HashedEncoder

ROUNDS = 12
"""Commands after which a store must be well, however many articles of it were damaged."""


def settings() -> Settings:
    return Settings.load(answer={"reader": "sentences", "abstain_below": 0.0}, index={"lock_seconds": 1})


def open_assistant(store: Path) -> Assistant:
    return Assistant(store, settings(), encoder=HashedEncoder())


def run(command: str, store: Path) -> None:
    """Run one command of ``citespan`` on the store.

    Raises:
        AssertionError: it is none that a remedy may name.
    """
    program, name, *arguments = shlex.split(command)
    assert program == "citespan"
    if (name, arguments) == ("doctor", ["--repair"]):
        repair_folder(store, settings(), lambda line: None)
        return
    with open_assistant(store) as assistant:
        if name == "add":
            assert not assistant.add(arguments).failed
        elif name == "remove":
            assistant.remove(*arguments)
        else:
            raise AssertionError(command)


def findings(store: Path) -> list[Finding]:
    """What the doctor says of the store, with the remedies that he names."""
    from rag.doctor import REPAIR

    try:
        with Store(store, settings().index, create=False) as opened:
            return opened.check()
    except StoreError as error:
        return [Finding("error", "store", str(error), REPAIR)]


def mend(store: Path, during: Callable[[Finding], None] = lambda finding: None) -> int:
    """Run remedies until the doctor finds nothing wrong; returns how many it took.

    Raises:
        AssertionError: something has no remedy, or the remedies do not help.
    """
    for number in range(ROUNDS):
        wrong = [finding for finding in findings(store) if finding.severity != "ok"]
        if not wrong:
            return number
        during(wrong[0])
        command = wrong[0].command
        assert command, wrong[0]
        assert command in wrong[0].message or wrong[0].severity == "warning" or "citespan" not in wrong[0].message
        run(command, store)
    raise AssertionError(f"still wrong: {findings(store)}")
