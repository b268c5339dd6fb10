"""Renders ``results.json`` as ``README.md``. Run: ``python -m benchmarks.render``."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.parts import PARTS
from benchmarks.results import RESULTS, read_results

NOTICE = "<!-- Made by benchmarks/render.py from results.json; measure again with: make bench -->"
INTRODUCTION = """# Benchmarks

What CiteSpan is worth, measured on public collections, beside its parts and beside other programs. `make bench`
measures everything, one part after the other{minutes}. One part at a time and smaller samples:

```sh
citespan bench --parts retrieval
citespan bench --parts open_domain --questions 200
citespan bench --check
```

`--check` measures without writing and fails when a quality figure has left the range that [results.json](results.json)
expects it in; where another number of questions was asked, when its 95 % interval lies outside. A part is a module here
with `measure` and `section` and a line in [parts.py](parts.py). The collections are not part of the project; `--data`
names the folder that holds them. A part that was measured on another machine is taken over from the file that
`citespan bench --results FILE` wrote there: `citespan bench --import PART FILE`.

The other programs are installed on first use, every release pinned, into an environment of their own in
`build/benchmarks` (some minutes, 2 GB). That needs a package index; measuring needs no network.

Settings were chosen on what is called *dev*; *test* is for reporting. Values in brackets are 95 % bootstrap
intervals."""


def page(document: Mapping[str, Any]) -> str:
    """The whole page."""
    shown = {part: document["parts"][part.name] for part in PARTS if part.name in document["parts"]}
    names = machine_names(list(shown.values()))
    sections = [NOTICE, introduction(list(shown.values()))]
    if len(names) > 1:
        sections.append(
            "The parts were not all measured on one machine: each says on which, and the machines are at the end. "
            "Times of different machines cannot be compared."
        )
    for part, entry in shown.items():
        sections += [f"## {part.title}", part.load().section(entry["figures"]), made_by(entry, names)]
    if names:
        lines = [f"- {f'{name}: ' if name else ''}{machine_line(json.loads(key))}" for key, name in names.items()]
        sections += [f"## Machine{'s' if len(names) > 1 else ''}", "\n".join(lines)]
    return "\n\n".join(sections) + "\n"


def introduction(entries: Sequence[Mapping[str, Any]]) -> str:
    """What this is, and how long measuring everything took where that is known of every part."""
    seconds = [entry["seconds"] for entry in entries]
    is_known = bool(seconds) and None not in seconds
    minutes = f" (here in {math.ceil(sum(seconds) / 60):,} minutes)" if is_known else ""
    return INTRODUCTION.replace("{minutes}", minutes)


def machine_names(entries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Each machine, as JSON, with its name on the page: A, B … in order of appearance; no name for the only one."""
    machines = list(dict.fromkeys(json.dumps(entry["machine"], sort_keys=True) for entry in entries))
    return {key: f"machine {chr(ord('A') + place)}" if len(machines) > 1 else "" for place, key in enumerate(machines)}


def made_by(entry: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What measured a part, when, where, and with what."""
    threads, seconds = entry.get("threads"), entry["seconds"]
    releases = ", ".join(f"{name} {release}" for name, release in sorted(entry["versions"].items()))
    parts = [
        f"`{entry['command']}`",
        entry["date"][:10],
        "" if seconds is None else f"{seconds:,.0f} s",
        "" if threads is None else f"{threads} thread{'' if threads == 1 else 's'}",
        names[json.dumps(entry["machine"], sort_keys=True)],
        releases,
    ]
    return " · ".join(part for part in parts if part)


def machine_line(machine: Mapping[str, Any]) -> str:
    """A machine in one line."""
    arithmetic = "bfloat16" if machine["bfloat16"] else "float32"
    instructions = f" with {machine['instructions']}" if machine["instructions"] else ""
    return (
        f"{machine['processor']}{instructions}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{machine['system']}; models compute in {arithmetic}"
    )


def write_page(results: Path = RESULTS) -> None:
    """Render the page beside the results file."""
    results.with_name("README.md").write_text(page(read_results(results)), encoding="utf-8")


if __name__ == "__main__":
    write_page()
