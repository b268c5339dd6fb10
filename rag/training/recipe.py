"""How a reader came about: the calls that made it, earlier runs first, and the steps of all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PEAK = 2e-4
"""The learning rate of ``rag.training.reader`` when none is given."""


def started_from(section: Mapping[str, Any], fingerprint: str) -> dict[str, Any]:
    """What a run's settings keep of the exported reader that it begins with.

    Args:
        section: ``citespan`` of that reader's ``config.json``.
        fingerprint: of its weights.
    """
    return {"reader": fingerprint, "steps": steps_of(section), "settings": section.get("settings")}


def steps_of(section: Mapping[str, Any]) -> int:
    """The steps that made a reader, those of the reader it began with included."""
    start = (section.get("settings") or {}).get("start")
    return int(section["step"]) + (int(start["steps"]) if start else 0)


def commands(settings: Mapping[str, Any], name: str = "RUN") -> list[str]:
    """The calls that made a run, those of the run it continues or of the reader it begins with first."""
    schedule, continued, start = settings["schedule"], settings.get("continued"), settings.get("start")
    before = f"EARLIER-{name}"
    reader = before.replace("RUN", "READER")
    parts = [
        f"python -m rag.training.reader --data DIR --out {name} --steps {schedule['total_steps']}",
        f"--seconds {schedule['seconds']:.0f}" if schedule["seconds"] else "",
        f"--rate {schedule['peak']:g}" if schedule.get("peak", PEAK) != PEAK else "",
        f"--seed {settings['seed']}",
        f"--continue-from {before}" if continued else "",
        f"--progress {continued['progress']}" if continued and continued["progress"] is not None else "",
        f"--start-from {reader}" if start else "",
    ]
    call = " ".join(part for part in parts if part)
    if continued:
        return [*commands(continued["settings"], before), call]
    if start and start["settings"]:
        export = f"python -m rag.training.export --run {before} --data DIR --to {reader}"
        return [*commands(start["settings"], before), export, call]
    return [call]


def read_section(reader: Path) -> dict[str, Any]:
    """``citespan`` of an exported reader's ``config.json``."""
    section: dict[str, Any] = json.loads((reader / "config.json").read_text(encoding="utf-8"))["citespan"]
    return section
