"""How a reader came about: the calls that made it, earlier ones first, and the steps of all of them.

A reader comes from one training run, which may itself begin with a reader, or it is the mean of several readers.
Earlier readers and their runs are named by the first digits of their weights' fingerprint.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PEAK = 2e-4
"""The learning rate of ``training.reader`` when none is given."""
BATCH_SIZE = 32
"""The inputs of a batch when none are given (hard negatives that are read beside an answer not counted)."""
_DIGITS = 6


def started_from(section: Mapping[str, Any], fingerprint: str) -> dict[str, Any]:
    """What settings keep of an exported reader that a run begins with or that goes into a mean.

    Args:
        section: ``citespan`` of that reader's ``config.json``.
        fingerprint: of its weights.
    """
    return {"reader": fingerprint, "steps": steps_of(section), "settings": section.get("settings")}


def steps_of(section: Mapping[str, Any]) -> int:
    """The steps that made a reader, those of the reader it began with included; of a mean, the most of its members'."""
    settings = section.get("settings") or {}
    if "averaged" in settings:
        return max(int(member["steps"]) for member in settings["averaged"])
    start = settings.get("start")
    return int(section["step"]) + (int(start["steps"]) if start else 0)


def last_run(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """The settings of the longest-trained run among those that went into a reader, or of its only one."""
    if "averaged" not in settings:
        return settings
    return last_run(max(settings["averaged"], key=lambda member: int(member["steps"]))["settings"])


def reader_commands(settings: Mapping[str, Any], reader: str, run: str = "RUN") -> list[str]:
    """The calls that made an exported reader, those of the readers it comes from first, none twice.

    Args:
        settings: of its ``config.json``.
        reader, run: what to call its folder and its run's.
    """
    if "averaged" in settings:
        members: Sequence[Mapping[str, Any]] = settings["averaged"]
        names = " ".join(_reader(member) for member in members)
        alike = len({member["share"] for member in members}) == 1
        shares = "" if alike else "--shares " + " ".join(f"{member['share']:g}" for member in members) + " "
        calls = [call for member in members for call in _origin(member)]
        calls.append(f"python -m training.averaging {names} {shares}--data DIR --to {reader}")
    else:
        calls = [*run_commands(settings, run), f"python -m training.export --run {run} --data DIR --to {reader}"]
    return list(dict.fromkeys(calls))


def run_commands(settings: Mapping[str, Any], name: str = "RUN") -> list[str]:
    """The calls that made a run, those of the run it continues or of the reader it begins with first."""
    schedule, continued, start = settings["schedule"], settings.get("continued"), settings.get("start")
    before = f"EARLIER-{name}"
    parts = [
        f"python -m training.reader --data DIR --out {name} --steps {schedule['total_steps']}",
        f"--seconds {schedule['seconds']:.0f}" if schedule["seconds"] else "",
        f"--rate {schedule['peak']:g}" if schedule.get("peak", PEAK) != PEAK else "",
        f"--batch-size {settings['batch_size']}" if settings.get("batch_size", BATCH_SIZE) != BATCH_SIZE else "",
        f"--shared-norm {settings['shared_norm']:g}" if settings.get("shared_norm") else "",
        f"--inputs {settings['inputs']}" if settings.get("inputs") else "",
        f"--frozen-layers {settings['frozen_layers']}" if settings.get("frozen_layers") else "",
        f"--seed {settings['seed']}",
        f"--continue-from {before}" if continued else "",
        f"--progress {continued['progress']}" if continued and continued["progress"] is not None else "",
        f"--start-from {_reader(start)}" if start else "",
    ]
    call = " ".join(part for part in parts if part)
    if continued:
        return [*run_commands(continued["settings"], before), call]
    return [*(_origin(start) if start else []), call]


def read_section(reader: Path) -> dict[str, Any]:
    """``citespan`` of an exported reader's ``config.json``."""
    section: dict[str, Any] = json.loads((reader / "config.json").read_text(encoding="utf-8"))["citespan"]
    return section


def _origin(start: Mapping[str, Any]) -> list[str]:
    """The calls that made an earlier reader; none when nothing is known of it."""
    if not start["settings"]:
        return []
    return reader_commands(start["settings"], _reader(start), f"RUN-{start['reader'][:_DIGITS]}")


def _reader(start: Mapping[str, Any]) -> str:
    return f"READER-{start['reader'][:_DIGITS]}"
