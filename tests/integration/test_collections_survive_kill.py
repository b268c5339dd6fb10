"""A process that groups articles is killed at any moment: what it confirmed is there, and each step is whole or not."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer

from tests.unit.rag.index.samples import make_sample, open_store

KILLS = 12
ARTICLES = 6
State = dict[str, frozenset[int]]
"""The articles of each collection, as seeds."""

WORKER = """
import os, random, sys
from pathlib import Path
from tests.unit.rag.index.samples import make_sample, open_store

chooser = random.Random(int(sys.argv[2]))
store = open_store(Path(sys.argv[1]))
groups = {one.name: None for one in store.collections()}
print("ready", flush=True)
while True:
    name = chooser.choice("ABC")
    seeds = sorted(chooser.sample(range(%d), 4))
    ids = [make_sample(seed).article.article_id for seed in seeds]
    if name not in groups:
        action = "create"
    else:
        action = chooser.choice(["put", "put", "take", "delete", "rename", "update"])
    other = chooser.choice([one for one in "ABCD" if one not in groups])  if len(groups) < 4 else None
    if action == "rename" and other is None:
        continue
    print(action, name, other, *seeds, flush=True)
    if action == "create":
        store.create_collection(name)
        groups[name] = None
    elif action == "put":
        store.put_in_collection(ids, name)
    elif action == "take":
        store.take_out(ids, name)
    elif action == "delete":
        store.delete_collection(name)
        del groups[name]
    elif action == "rename":
        store.rename_collection(name, other)
        groups[other] = groups.pop(name)
    else:
        store.put(*make_sample(seeds[0]))
    print("done", flush=True)
"""


def after(state: State, line: str) -> State:
    """What is stored after the step that the worker said it begins."""
    action, name, other, *numbers = line.split()
    seeds = frozenset(map(int, numbers))
    rest = {group: inside for group, inside in state.items() if group != name}
    if action == "create":
        return {**rest, name: frozenset()}
    if action == "put":
        return {**rest, name: state[name] | seeds}
    if action == "take":
        return {**rest, name: state[name] - seeds}
    if action == "rename":
        return {**rest, other: state[name]}
    return rest if action == "delete" else state


def stored(folder: Path) -> State:
    with open_store(folder) as store:
        found = {make_sample(seed).article.article_id: seed for seed in range(ARTICLES)}
        assert {one.article_id for one in store.articles()} == set(found)
        groups: dict[str, set[int]] = {one.name: set() for one in store.collections()}
        for article in store.articles():
            for name in article.collections:
                groups[name].add(found[article.article_id])
        assert {one.name: one.articles for one in store.collections()} == {n: len(i) for n, i in groups.items()}
        assert all(finding.severity != "error" for finding in store.check())
    return {name: frozenset(inside) for name, inside in groups.items()}


def test_groups_survive_a_kill_at_any_moment(tmp_path: Path, project: Path) -> None:
    with open_store(tmp_path) as store:
        for seed in range(ARTICLES):
            store.put(*make_sample(seed))
    chooser = random.Random(3)
    state: State = {}
    steps = interrupted = 0
    environment = {**os.environ, "PYTHONPATH": str(project), "OMP_NUM_THREADS": "1"}
    for number in range(KILLS):
        command = [sys.executable, "-c", WORKER % ARTICLES, str(tmp_path), str(number)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=project) as worker:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
            timer = Timer(chooser.uniform(0.02, 0.3), os.kill, [worker.pid, signal.SIGKILL])
            timer.start()
            lines = worker.stdout.read().splitlines()
            timer.join()
        possible = [state]
        for line in lines:
            if line == "done":
                possible = possible[-1:]
            elif len(line.split()) >= 7:
                possible.append(after(possible[-1], line))
        steps += lines.count("done")
        interrupted += lines[-1:] != ["done"]
        found = stored(tmp_path)
        assert found in possible
        state = found
    assert steps > KILLS
    assert interrupted > KILLS // 4
