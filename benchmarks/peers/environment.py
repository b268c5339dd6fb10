"""The peers' own virtual environment: made on first use, with every release pinned."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import venv
from collections.abc import Callable
from pathlib import Path

from benchmarks.peers.job import Job, Report
from benchmarks.protocol import PROJECT
from rag.errors import CiteSpanError

logger = logging.getLogger(__name__)

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_STAMP = "requirements.sha256"
_LAST_LINES = 15


class PeerError(CiteSpanError):
    """A peer cannot be installed or did not finish."""


def peers_python(folder: Path) -> Path:
    """The Python of the environment in ``folder``; the environment is made first (some minutes, some 2 GB).

    One that was made from other requirements, or not to its end, is made anew. Once made it needs no network.

    Raises:
        PeerError: pip cannot install the packages.
    """
    python = folder / "bin" / "python"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    stamp = folder / _STAMP
    if python.exists() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    logger.warning("installing the peers into %s (some minutes)", folder)
    venv.create(folder, with_pip=True, clear=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(REQUIREMENTS)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode:
        raise PeerError(f"{folder}: the peers cannot be installed:\n{_tail(done.stderr)}")
    stamp.write_text(wanted, encoding="utf-8")
    return python


def run_worker(
    python: Path | str, name: str, job: Job, folder: Path, progress: Callable[[str, int, int], None]
) -> Report:
    """Run ``benchmarks.peers.<name>_worker`` to its end and read what it measured.

    It may use as many threads as ``OMP_NUM_THREADS`` says, which a benchmark sets for every part.

    Raises:
        PeerError: it failed; the message ends with what it said last.
    """
    task, answer = folder / f"{name}-job.json", folder / f"{name}-report.json"
    job.write(task)
    answer.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "HAYSTACK_TELEMETRY_ENABLED": "False",
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "PYTHONPATH": str(PROJECT),
    }
    command = [str(python), "-m", f"benchmarks.peers.{name}_worker", str(task), str(answer)]
    lines: list[str] = []
    with subprocess.Popen(
        command, cwd=folder, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, encoding="utf-8"
    ) as worker:
        assert worker.stderr is not None
        for line in worker.stderr:
            match line.split():
                case [stage, done, total] if done.isdigit() and total.isdigit():
                    progress(f"{name}: {stage}", int(done), int(total))
                case _:
                    lines.append(line)
    if worker.returncode or not answer.is_file():
        raise PeerError(f"{name} ended with status {worker.returncode}:\n{_tail(''.join(lines))}")
    return Report(**json.loads(answer.read_text(encoding="utf-8")))


def _tail(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-_LAST_LINES:])
