"""Renders ``results.json`` as ``README.md``. Run: ``python -m benchmarks.render``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.parts import PARTS
from benchmarks.results import RESULTS, read_results

NOTICE = "<!-- Made by benchmarks/render.py from results.json; measure again with: make bench -->"
INTRODUCTION = """# Benchmarks

What CiteSpan is worth, measured on public collections, beside its parts and beside other programs. `make bench`
measures everything (about an hour on two cores); one part at a time and smaller samples with

```sh
citespan bench --parts retrieval
citespan bench --parts open_domain --questions 200
citespan bench --check
```

`--check` measures without writing and fails when a quality figure has left the range that [results.json](results.json)
expects it in; where another number of questions was asked, when its 95 % interval lies outside. A part is a module here
with `measure` and `section` and a line in [parts.py](parts.py). The collections are not part of the project; `--data`
names the folder that holds them.

Settings were chosen on what is called *dev*; *test* is for reporting. Values in brackets are 95 % bootstrap
intervals."""


def page(document: Mapping[str, Any]) -> str:
    """The whole page."""
    parts = document["parts"]
    sections = [NOTICE, INTRODUCTION]
    for part in PARTS:
        if part.name in parts:
            entry = parts[part.name]
            sections += [f"## {part.title}", part.load().section(entry["figures"]), made_by(entry)]
    known = {part.name for part in PARTS}
    machines = {json.dumps(parts[name]["machine"], sort_keys=True) for name in parts if name in known}
    if machines:
        sections += ["## Machine", "\n".join(f"- {machine_line(json.loads(one))}" for one in sorted(machines))]
    return "\n\n".join(sections) + "\n"


def made_by(entry: Mapping[str, Any]) -> str:
    """What measured a part, when, and with what."""
    releases = ", ".join(f"{name} {release}" for name, release in sorted(entry["versions"].items()))
    return f"`{entry['command']}` · {entry['date'][:10]} · {entry['seconds']:,.0f} s · {releases}"


def machine_line(machine: Mapping[str, Any]) -> str:
    """A machine in one line."""
    arithmetic = "bfloat16" if machine["bfloat16"] else "float32"
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}; "
        f"models compute in {arithmetic}"
    )


def write_page(results: Path = RESULTS) -> None:
    """Render the page beside the results file."""
    results.with_name("README.md").write_text(page(read_results(results)), encoding="utf-8")


if __name__ == "__main__":
    write_page()
