"""The results file: one entry for each part, with what made it and the range its figures are expected in."""

from __future__ import annotations

import json
import math
import platform
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.protocol import PROJECT, Measured
from rag.errors import InputError

RESULTS = PROJECT / "benchmarks" / "results.json"
LIBRARIES = ("torch", "transformers", "sentence-transformers", "tokenizers", "faiss-cpu", "tantivy", "numpy")
TOLERANCE = 0.01
"""Least distance that a figure may move: what other processors' arithmetic changes was below this."""
SAMPLING_SHARE = 0.5
"""A figure over few questions moves more when one of them turns: so much of its interval's half-width is allowed."""

Document = dict[str, Any]


def read_results(path: Path = RESULTS) -> Document:
    """The results file; empty when there is none.

    Raises:
        InputError: the file is not what this module writes.
    """
    if not path.is_file():
        return {"parts": {}}
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path}: is not JSON: {error}. Restore it, or remove it and measure again") from None
    if not isinstance(document, dict) or not isinstance(document.get("parts"), dict):
        raise InputError(f'{path}: has no table "parts". Restore it, or remove it and measure again')
    return document


def merge(path: Path, name: str, entry: Mapping[str, Any]) -> None:
    """Put one part into the results file; a crash leaves the old file or the new one."""
    document = read_results(path)
    document["parts"][name] = entry
    draft = path.with_name(f"{path.name}.part")
    draft.write_text(json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(path)


def entry_of(measured: Measured, command: str, seconds: float, threads: int) -> Document:
    """A part's entry: its figures, the ranges expected from now on, and what made them, in the same way for each."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
        "seconds": round(seconds, 1),
        "threads": threads,
        "machine": machine(),
        "versions": versions(),
        "sizes": dict(measured.sizes),
        "figures": measured.figures,
        "expected": expected_ranges(measured.figures),
    }


def versions() -> dict[str, str]:
    """Of the program, its models and the libraries that matter; a commit ends in + when files were changed after it."""
    from rag import __version__
    from rag.models.folders import PACKAGED_SHA256
    from rag.models.shipped_reader import SHIPPED_FOLDER, WEIGHTS_FILE, is_shipped

    found = {"citespan": __version__, "python": platform.python_version(), "encoder": PACKAGED_SHA256[:12]}
    if is_shipped():
        from hashlib import sha256

        found["reader"] = sha256((SHIPPED_FOLDER / WEIGHTS_FILE).read_bytes()).hexdigest()[:12]
    commit = _commit()
    if commit:
        found["commit"] = commit
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def quality_figures(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every ``{"value", …}`` table that holds a number, with its dotted name."""
    for key, value in figures.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            if isinstance(value.get("value"), int | float):
                yield name, value
            else:
                yield from quality_figures(value, f"{name}.")


def expected_ranges(figures: Mapping[str, Any]) -> dict[str, list[float]]:
    """Where each quality figure should be found again: around its value, wider when it rests on few questions."""
    ranges: dict[str, list[float]] = {}
    for name, figure in quality_figures(figures):
        low, high = _interval(figure)
        reach = max(TOLERANCE, SAMPLING_SHARE * (high - low) / 2)
        ranges[name] = [round(figure["value"] - reach, 4), round(figure["value"] + reach, 4)]
    return ranges


def deviations(expected: Mapping[str, Any], measured: Mapping[str, Any]) -> list[str]:
    """One sentence for each quality figure of ``measured`` that has left the range in ``expected`` (both entries).

    Where other sizes were measured the 95 % interval is compared instead of the value. A figure that is gone counts.
    """
    same = expected["sizes"] == measured["sizes"]
    found = dict(quality_figures(measured["figures"]))
    problems: list[str] = []
    for name, (low, high) in expected["expected"].items():
        if name not in found:
            if same:
                problems.append(f"{name}: was not measured any more")
            continue
        figure = found[name]
        at_least, at_most = (figure["value"], figure["value"]) if same else _interval(figure)
        if at_most < low or at_least > high:
            side = "below" if at_most < low else "above"
            problems.append(f"{name}: {figure['value']:.4g} is {side} the expected {low:.4g} to {high:.4g}")
    return problems


def _interval(figure: Mapping[str, Any]) -> tuple[float, float]:
    value = float(figure["value"])
    low, high = figure.get("low"), figure.get("high")
    return (value if low is None else float(low)), (value if high is None else float(high))


def rounded(value: float | None, digits: int = 4) -> float | None:
    """For the results file: finite and short, or None."""
    return None if value is None or not math.isfinite(value) else round(float(value), digits)


def _commit() -> str | None:
    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, check=True, encoding="utf-8")
        except (OSError, subprocess.CalledProcessError):
            return None
        return done.stdout.strip()

    commit = git("rev-parse", "--short=10", "HEAD")
    changed = git("status", "--porcelain", "--", "rag", "benchmarks/*.py")
    return f"{commit}{'+' if changed else ''}" if commit else None
