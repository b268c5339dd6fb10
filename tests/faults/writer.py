"""Processes that write to a store over the fault layer, and what may be stored after what they said."""

from __future__ import annotations

import ctypes
import json
import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import IO, Any

import numpy as np

from rag import CiteSpanError
from rag.index.store import Store
from tests.unit.rag.index.samples import Sample, located, make_sample, open_store

PATHS = 6
READS, WRITES, SYNCS = 1, 2, 4
State = dict[str, set[int | None]]
"""For each path the seeds of what it may hold; None is nothing."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a writer is to do.

    Attributes:
        kinds, call, error, forever: which call fails, and how; see ``fault_layer.c``.
        log: where to record what is written and synced.
        clock: seconds by which the wall clock jumps after every other step.
    """

    store: str
    seed: int
    steps: int
    kinds: int = 0
    call: int = 0
    error: int = 0
    forever: bool = False
    log: str = ""
    clock: int = 0


def sample_at(path: str, seed: int) -> Sample:
    """What a writer puts for ``put path seed``; no two paths share a seed."""
    return make_sample(seed, sentences=1 + seed % 12, path=path)


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def work(order: Order) -> None:
    """Open the store, do what the seed chooses, say what was begun and what was confirmed, and close it."""
    library = ctypes.CDLL(None)
    library.fault_root(order.store.encode())
    if order.log:
        library.fault_record(order.log.encode())
    chooser = random.Random(order.seed)
    library.fault_arm(order.kinds, ctypes.c_long(order.call), order.error, int(order.forever))
    try:
        with open_store(Path(order.store), lock_seconds=5) as store:
            for number in range(order.steps):
                if order.clock:
                    library.fault_clock(ctypes.c_long(order.clock * chooser.randint(-1, 1)))
                _step(store, chooser)
                library.fault_mark(ctypes.c_long(number + 1))
    except CiteSpanError as error:
        say("error", "open", type(error).__name__)
    except Exception as error:  # what no user may ever see
        say("unexpected", repr(error).replace("\n", " "))
    say("fired" if library.fault_fired() else "calm")


def _step(store: Store, chooser: random.Random) -> None:
    action = chooser.choice(["put", "put", "put", "remove", "save", "search"])
    path = f"/articles/{chooser.randrange(PATHS)}.txt"
    seed = chooser.randrange(1_000) * PATHS + int(path[10])
    try:
        if action == "put":
            say("put", path, seed)
            store.put(*sample_at(path, seed))
        elif action == "remove":
            say("remove", path)
            summary = store.find_by_path(path)
            if summary is not None:
                store.remove(summary.article_id)
        elif action == "save":
            say("save")
            store.save_caches()
        else:
            say("search")
            located(store, store.search_vectors(sample_at(path, seed).embeddings[0], 3))
        say("done")
    except CiteSpanError as error:
        say("error", type(error).__name__)


def after(state: State, lines: list[list[str]], confirmed: int | None = None) -> State:
    """What may be stored after a writer said ``lines``; of a step that was not confirmed, all or nothing.

    Args:
        confirmed: only so many steps count as confirmed, and one more as begun.
    """
    possible = {path: set(seeds) for path, seeds in state.items()}
    begun: list[str] = []
    steps = 0
    for event, *words in lines:
        if event in ("put", "remove", "save", "search"):
            if confirmed is not None and steps > confirmed:
                break
            begun = [event, *words]
            seed = int(words[1]) if event == "put" else None
            if event in ("put", "remove"):
                possible[words[0]] = possible[words[0]] | {seed}
        elif event in ("done", "error"):
            steps += 1
            if event == "done" and begun[0] in ("put", "remove") and (confirmed is None or steps <= confirmed):
                possible[begun[1]] = {int(begun[2]) if begun[0] == "put" else None}
    return possible


def nothing() -> State:
    """The state of a new store."""
    return {f"/articles/{number}.txt": {None} for number in range(PATHS)}


def check(folder: Path, possible: State) -> State:
    """Open the store and compare it with what may be stored, down to every embedding; returns what is.

    Raises:
        AssertionError: something confirmed is missing, something else is there, or the doctor finds an error.
    """
    with open_store(folder, lock_seconds=5) as store:
        stored: dict[str, int | None] = dict.fromkeys(possible)
        for summary in store.articles():
            article = store.article(summary.article_id)
            stored[summary.path] = int(article.text.split(" ", 1)[0])
        for path, seed in stored.items():
            assert seed in possible[path], (path, seed, possible[path])
        total = 0
        for path, seed in stored.items():
            if seed is None:
                continue
            sample = sample_at(path, seed)
            total += len(sample.passages)
            article_id = sample.article.article_id
            assert store.article(article_id) == sample.article
            assert store.original(article_id) == sample.original
            ids = [passage.passage_id for passage in store.passages_of(article_id)]
            assert np.array_equal(store.vectors(ids), sample.embeddings)
            assert located(store, store.search_vectors(sample.embeddings[0], 1))[0][0] == article_id
            assert article_id in {hit for hit, _, _ in located(store, store.search_words(sample.article.title, 300))}
        if total:
            probe = sample.embeddings[0] if seed is not None else next(_embeddings(stored))
            assert len(store.search_vectors(probe, 1_000)) == total
        assert [finding for finding in store.check() if finding.severity == "error"] == []
    return {path: {seed} for path, seed in stored.items()}


def _embeddings(stored: dict[str, int | None]) -> Any:
    return (sample_at(path, seed).embeddings[0] for path, seed in stored.items() if seed is not None)


@dataclass(slots=True)
class Writers:
    """Imports once and forks a writer for each order, so that none costs a start-up. A context manager."""

    layer: Path
    project: Path
    _process: subprocess.Popen[str] = field(init=False)

    def __enter__(self) -> Writers:
        environment = {
            **os.environ, "PYTHONPATH": str(self.project), "OMP_NUM_THREADS": "1", "LD_PRELOAD": str(self.layer),
        }  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.writer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=self.project,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._input.close()
        self._output.close()
        self._process.wait()

    def run(self, order: Order, kill_after: float | None = None) -> list[list[str]]:
        """Let a writer work, and kill it so many seconds after it began; what it said, line by line."""
        self._input.write(json.dumps([getattr(order, name) for name in Order.__slots__]) + "\n")
        self._input.flush()
        _, pid = self._output.readline().split()
        timer = None
        if kill_after is not None:
            timer = Timer(kill_after, _kill, [int(pid)])
            timer.start()
        lines = []
        while (line := self._output.readline().split()) != ["dead"]:
            assert line, "the writers' process is gone"
            lines.append(line)
        if timer is not None:
            timer.cancel()
            timer.join()
        assert not [line for line in lines if line[0] == "unexpected"], lines
        return lines

    @property
    def _input(self) -> IO[str]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _output(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _serve() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            say("ready", os.getpid())
            work(Order(*json.loads(line)))
            os._exit(0)
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    _serve()
