"""Stored runs: one JSON file each in the store's ``runs`` folder, whole or not there at all."""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.errors import InputError
from rag.evaluation.records import Evaluation

logger = logging.getLogger(__name__)

FOLDER = "runs"


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A stored run without its questions, as lists show it."""

    run: str
    path: Path
    started: str
    question_set: str
    questions: int
    partial: bool
    reader: str
    figures: Mapping[str, Mapping[str, Any]]


def save_run(evaluation: Evaluation, store: Path) -> Path:
    """Write a run to ``store/runs/<run>.json`` and return that path.

    Written beside, flushed to the disk, then renamed: a crash leaves the whole file or none.

    Raises:
        OSError: it cannot be written.
    """
    folder = store / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{evaluation.run}.json"
    write_whole(path, json.dumps(evaluation.to_dict(), ensure_ascii=False, allow_nan=False))
    return path


def write_whole(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 so that ``path`` holds either what it held before or all of it.

    Raises:
        OSError: it cannot be written; ``path`` is as it was.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)  # less what the umask says
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def list_runs(store: Path, most: int | None = None) -> list[RunSummary]:
    """The stored runs, newest first; files that cannot be read are left out and logged.

    Args:
        most: look only at this many of the newest.
    """
    summaries: list[RunSummary] = []
    for path in sorted((store / FOLDER).glob("*.json"), reverse=True)[:most]:
        try:
            summaries.append(_summary(path, path.stat().st_mtime_ns))
        except (InputError, OSError) as error:
            logger.warning("%s", error)
    return sorted(summaries, key=lambda summary: (summary.started, summary.run), reverse=True)


@lru_cache(maxsize=512)
def _summary(path: Path, modified_ns: int) -> RunSummary:
    """A run's summary; remembered until its file changes, because the whole file must be read for it."""
    run = _read(path)
    return RunSummary(
        run.run,
        path,
        run.started,
        str(run.question_set.get("path", "")),
        len(run.rows),
        run.partial,
        str(run.models.get("reader", "")),
        run.figures,
    )


def load_run(reference: str, store: Path) -> Evaluation:
    """A run by the path of its file, or by its id or the beginning of it.

    Raises:
        InputError: there is none, several begin so, or the file is not a run.
    """
    named = Path(reference)
    if named.suffix == ".json" and named.is_file():
        return _read(named)
    stored = sorted(path for path in (store / FOLDER).glob("*.json")) if reference else []
    found = [path for path in stored if path.stem == reference] or [
        path for path in stored if path.stem.startswith(reference)
    ]
    if len(found) == 1:
        return _read(found[0])
    known = ", ".join(path.stem for path in (found or stored)[-5:])
    if found:
        raise InputError(f"{len(found)} runs begin with {reference!r}: {known}. Give more of the id")
    hint = f"The latest are {known}" if known else "There are none yet. Make one with: citespan evaluate QUESTIONS"
    raise InputError(f"no run is called {reference!r} in {store / FOLDER}, and there is no such .json file. {hint}")


def _read(path: Path) -> Evaluation:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(document, dict):
            raise InputError("it holds no JSON object")
        return Evaluation.from_dict(document)
    except (OSError, ValueError, RecursionError, InputError) as error:
        raise InputError(f"{path} is not a stored run: {error}") from None
