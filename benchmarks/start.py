"""From the shell to the answer: what each command costs in a new process, and the page's memory.

Times are medians of rounds in which the commands take turns, and stand beside importing numpy and FAISS alone, which
every search needs: on a busy or a slow machine the ratios stay.
"""

from __future__ import annotations

import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from benchmarks.markdown import number, table
from benchmarks.protocol import PROJECT, Measured, Setup
from rag.errors import CiteSpanError

ROUNDS = 5
QUESTION = "When did the war begin?"
BASE = "numpy and FAISS alone"
ASKED_OF_THE_PAGE = 100
ASKED_WARM = 30
SECONDS_TO_LOAD = 120.0
_PROGRAM = (sys.executable, "-m", "ui.terminal.cli")
_WATCH = """
import json, os, sys, time
silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
began = time.perf_counter()
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
_, status, usage = os.wait4(process, 0)
wall = time.perf_counter() - began
peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
print(json.dumps({"processor": usage.ru_utime + usage.ru_stime, "wall": wall, "peak_mb": peak}))
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Starts a command from a small process: systems count the memory of what starts a process as the process's own."""
_WARM = """
import json, statistics, sys, time
from rag import Assistant, Settings
with Assistant(sys.argv[1], Settings()) as assistant:
    assistant.ask(sys.argv[2])
    spent = []
    for _ in range(int(sys.argv[3])):
        before = time.process_time()
        assistant.ask(sys.argv[2])
        spent.append(time.process_time() - before)
print(json.dumps(statistics.median(spent)))
"""


class StartError(CiteSpanError):
    """A command that is measured failed."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took: seconds of processor time and of wall time, and its largest resident size."""

    processor: float
    wall: float
    peak_mb: float


def measure(setup: Setup) -> Measured:
    """A store of ``seeds/``; every command in turn, ``ROUNDS`` times; a warm question; the page.

    Raises:
        StartError: a command failed.
    """
    with tempfile.TemporaryDirectory(dir=setup.folder("stores")) as name:
        store = Path(name) / "store"
        place = ("--store", str(store))
        in_new_process([*_PROGRAM, "add", str(PROJECT / "seeds"), *place])
        commands: dict[str, Sequence[str]] = {
            BASE: (sys.executable, "-c", "import numpy, faiss"),
            "--help": (*_PROGRAM, "--help"),
            "articles": (*_PROGRAM, "articles", *place),
            "search": (*_PROGRAM, "search", QUESTION, *place),
            "ask": (*_PROGRAM, "ask", QUESTION, *place),
        }
        spent: dict[str, list[Spent]] = {name: [] for name in commands}
        for done in range(ROUNDS):
            setup.progress("starting", done, ROUNDS)
            for name, command in commands.items():
                spent[name].append(in_new_process(command))
        figures: dict[str, Any] = {"commands": {name: asdict(median_of(rounds)) for name, rounds in spent.items()}}
        figures["warm_ask_seconds"] = warm_question(store)
        figures["page"] = page_memory(store)
    return Measured(figures, {"rounds": ROUNDS})


def in_new_process(command: Sequence[str]) -> Spent:
    """Runs a command, whose first word is a path, to its end.

    Raises:
        StartError: it failed.
    """
    watch = [sys.executable, "-c", _WATCH, *command]
    done = subprocess.run(watch, cwd=PROJECT, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode:
        raise StartError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-500:]}")
    return Spent(**json.loads(done.stdout))


def median_of(rounds: Sequence[Spent]) -> Spent:
    """The median of each figure."""
    processor, wall, peak = zip(*((one.processor, one.wall, one.peak_mb) for one in rounds), strict=True)
    return Spent(
        round(statistics.median(processor), 3), round(statistics.median(wall), 3), round(statistics.median(peak), 1)
    )


def warm_question(store: Path) -> float:
    """Processor seconds of a question in a process that has answered one: the median."""
    command = [sys.executable, "-c", _WARM, str(store), QUESTION, str(ASKED_WARM)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise StartError(f"asking again and again failed: {done.stderr[-500:]}")
    return round(float(json.loads(done.stdout)), 4)


def page_memory(store: Path) -> dict[str, float] | None:
    """Megabytes of the page at rest with its models loaded, and after questions; None where no system tells."""
    if not Path("/proc/self/status").is_file():
        return None
    command = [*_PROGRAM, "chat", "--store", str(store), "--port", "0", "--no-browser", "--json"]
    server = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        address = str(json.loads("".join(iter(server.stdout.readline, "}\n")) + "}")["url"])
        ask(address)
        time.sleep(1)
        rest = resident_mb(server.pid)
        for _ in range(ASKED_OF_THE_PAGE):
            ask(address)
        return {"rest_mb": rest, "asked_mb": resident_mb(server.pid), "asked": ASKED_OF_THE_PAGE}
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=SECONDS_TO_LOAD)


def ask(address: str) -> None:
    """One question over the programs' interface of the page."""
    body = json.dumps({"question": QUESTION}).encode()
    request = Request(f"{address}api/ask", data=body, headers={"Content-Type": "application/json"})
    with build_opener(ProxyHandler({})).open(request, timeout=SECONDS_TO_LOAD) as response:
        response.read()


def resident_mb(process: int) -> float:
    """What of a process is in memory now."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    (size,) = [line.split()[1] for line in lines if line.startswith("VmRSS:")]
    return round(int(size) / 1024, 1)


def section(figures: Mapping[str, Any]) -> str:
    """The figures as Markdown."""
    commands = figures["commands"]
    base = commands[BASE]["processor"]
    rows = [
        [
            name,
            number(one["processor"], 2),
            f"{one['processor'] / base:.1f} ×",
            number(one["wall"], 2),
            number(one["peak_mb"]),
        ]
        for name, one in commands.items()
    ]
    warm = figures["warm_ask_seconds"]
    text = table(["in a new process", "processor, s", "beside numpy and FAISS", "wall, s", "memory, MB"], rows)
    text += f"\n\nThe same question again in one process takes {1000 * warm:.0f} ms of processor time"
    page = figures["page"]
    if page:
        text += (
            f". The page takes {number(page['rest_mb'])} MB with its models loaded and {number(page['asked_mb'])} MB "
            f"after {page['asked']} more questions"
        )
    return text + f". Medians of {ROUNDS} rounds in which the commands take turns, over the sample articles."
