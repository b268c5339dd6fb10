"""A process that puts, removes and saves is killed at random moments: what it confirmed stays, whole."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Timer
from typing import IO

import numpy as np

from rag.index.store import CATALOG_FILE
from tests.unit.rag.index.samples import Sample, located, make_sample, open_store

KILLS = 45
PATHS = 6

LAUNCHER = """
import os, random, sys
from pathlib import Path
from tests.unit.rag.index.samples import make_sample, open_store

def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

def work(store, chooser):
    stored = {{summary.path: summary.article_id for summary in store.articles()}}
    say("ready", os.getpid())
    while True:
        action = chooser.choice(["put", "put", "put", "remove", "save"])
        path = f"/articles/{{chooser.randrange({paths})}}.txt"
        if action == "put":
            seed = chooser.randrange(10_000) * {paths} + int(path[10])
            say("put", path, seed)
            sample = make_sample(seed, sentences=1 + seed % 40, path=path)
            store.put(*sample)
            stored[path] = sample.article.article_id
        elif action == "remove" and path in stored:
            say("remove", path)
            store.remove(stored.pop(path))
        else:
            say("save")
            store.save_caches()
        say("done")

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        work(open_store(Path(sys.argv[1])), random.Random(int(line)))
    os.waitpid(child, 0)
    say("dead")
"""
"""Imports once and forks a writer for each line that it reads, so that a kill costs no start-up."""


def sample_at(path: str, seed: int) -> Sample:
    """What the writer puts for ``put path seed``."""
    return make_sample(seed, sentences=1 + seed % 40, path=path)


@contextmanager
def launcher(store: Path, project: Path) -> Iterator[tuple[IO[str], IO[str]]]:
    """The launcher's standard input and output."""
    environment = {**os.environ, "PYTHONPATH": str(project), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", LAUNCHER.format(paths=PATHS), str(store)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=project
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdin, process.stdout


def run_and_kill(orders: IO[str], reports: IO[str], seed: int, seconds: float) -> list[list[str]]:
    """Let a writer work and kill it ``seconds`` after it is ready; what it said, line by line."""
    orders.write(f"{seed}\n")
    orders.flush()
    event, pid = reports.readline().split()
    assert event == "ready"
    timer = Timer(seconds, os.kill, [int(pid), signal.SIGKILL])
    timer.start()
    lines = []
    while (line := reports.readline().split()) != ["dead"]:
        lines.append(line)
    timer.join()
    return lines


def kept_files(store: Path) -> int:
    """How many articles' files the catalog holds."""
    with closing(sqlite3.connect(store / CATALOG_FILE)) as connection:
        return int(connection.execute("SELECT count(*) FROM originals").fetchone()[0])


def possible_states(before: dict[str, int], lines: list[list[str]]) -> list[dict[str, int]]:
    """What may be stored, as seeds by path: all that was confirmed, with or without the step that was not."""
    confirmed, after = before, before
    for event, *words in lines:
        if event == "put":
            after = {**confirmed, words[0]: int(words[1])}
        elif event == "remove":
            after = {path: seed for path, seed in confirmed.items() if path != words[0]}
        elif event == "done":
            confirmed = after
    return [confirmed, after]


def test_what_was_confirmed_survives_and_nothing_is_half_there(tmp_path: Path, project: Path) -> None:
    chooser = random.Random(7)
    stored: dict[str, int] = {}
    interrupted: list[str] = []
    with launcher(tmp_path, project) as (orders, reports):
        for number in range(KILLS):
            lines = run_and_kill(orders, reports, number, chooser.uniform(0.0, 0.25))
            if lines and lines[-1] != ["done"]:
                interrupted.append(lines[-1][0])
            with open_store(tmp_path) as store:
                found = {summary.path: summary.article_id for summary in store.articles()}
                expected = [
                    {path: sample_at(path, seed).article.article_id for path, seed in state.items()}
                    for state in possible_states(stored, lines)
                ]
                assert found in expected
                stored = possible_states(stored, lines)[expected.index(found)]
                total = 0
                for path, seed in stored.items():
                    sample = sample_at(path, seed)
                    total += len(sample.passages)
                    assert store.article(sample.article.article_id) == sample.article
                    assert store.original(sample.article.article_id) == sample.original
                    ids = [passage.passage_id for passage in store.passages_of(sample.article.article_id)]
                    assert np.array_equal(store.vectors(ids), sample.embeddings)
                    best = located(store, store.search_vectors(sample.embeddings[0], 1))
                    assert best[0][:2] == (sample.article.article_id, sample.passages[0].start)
                    assert sample.article.article_id in str(
                        located(store, store.search_words(sample.article.title, 300))
                    )
                assert store.count_passages() == total
                assert kept_files(tmp_path) == sum(sample_at(*one).original is not None for one in stored.items())
                if stored:
                    assert len(store.search_vectors(sample_at(path, seed).embeddings[0], 1000)) == total
                assert all(finding.severity != "error" for finding in store.check())
    assert len(interrupted) > KILLS // 2
    with open_store(tmp_path) as store:
        store.rebuild()
        assert {finding.severity for finding in store.check()} == {"ok"}
