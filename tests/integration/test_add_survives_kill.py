"""``kill -9`` at any moment of add or remove leaves the old state or the new one, and the next start answers."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from rag import Assistant, Settings
from tests.integration.hashed_encoder import HashedEncoder

KILLS = 30
ARTICLES = 40

CHILD = """
import sys
from pathlib import Path
from rag import Assistant, Settings
from tests.integration.hashed_encoder import HashedEncoder

store, articles = Path(sys.argv[1]), sorted(Path(sys.argv[2]).iterdir())
settings = Settings.load(answer={"reader": "sentences"})
with Assistant(store, settings, encoder=HashedEncoder()) as assistant:
    print("ready", flush=True)
    while True:
        for path in articles:
            print("adding", path.name, flush=True)
            outcome = assistant.add(path).files[0]
            print("added", path.name, outcome.article_id, flush=True)
        for summary in assistant.articles()[::2]:
            print("removing", summary.source, flush=True)
            assistant.remove(summary.article_id)
            print("removed", summary.source, flush=True)
"""


def write_articles(folder: Path) -> None:
    folder.mkdir()
    for number in range(ARTICLES):
        sentences = [f"Village {number}x{line} keeps {100 * number + line} sheep on its hill." for line in range(12)]
        (folder / f"{number:02}.txt").write_text("\n\n".join(sentences), encoding="utf-8")


def run_and_kill(store: Path, articles: Path, seconds: float, project: Path) -> list[list[str]]:
    """Start adding and removing, kill it ``seconds`` after it is ready; what it had said, line by line."""
    command = [sys.executable, "-c", CHILD, str(store), str(articles)]
    environment = {**os.environ, "PYTHONPATH": str(project), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=project) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        lines = [
            line.split() for line in child.stdout.read().splitlines() if line.endswith(tuple("txt0123456789abcdef"))
        ]
    assert child.returncode == -signal.SIGKILL
    return lines


def test_a_kill_at_any_moment_loses_nothing_confirmed(tmp_path: Path, project: Path) -> None:
    chooser = random.Random(20)
    articles, store = tmp_path / "articles", tmp_path / "store"
    write_articles(articles)
    settings = Settings.load(answer={"reader": "sentences"}, retrieve={"word_weight": 1.0})
    stored: set[str] = set()
    for _ in range(KILLS):
        lines = run_and_kill(store, articles, chooser.uniform(0.0, 0.6), project)
        undecided: str | None = None
        for event, source, *_ in lines:
            undecided = source if event in ("adding", "removing") else None
            if event == "added":
                stored.add(source)
            elif event == "removed":
                stored.discard(source)
        with Assistant(store, settings, encoder=HashedEncoder()) as assistant:
            found = {summary.source for summary in assistant.articles()}
            assert found - {undecided} == stored - {undecided}
            stored = found
            for source in sorted(found)[:2]:
                number = int(source[:2])
                answer = assistant.ask(f"How many sheep does Village {number}x3 keep?")
                best = assistant.retrieve(f"How many sheep does Village {number}x3 keep?", k=1)[0]
                assert best.article.source == source
                for citation in answer.citations:
                    text = assistant.article(citation.article_id).text
                    assert text[citation.start : citation.end] == citation.text
            cited = {one.article.source for one in assistant.retrieve("How many sheep are kept?", k=100)}
            assert cited <= found
            assert all(finding.severity != "error" for finding in assistant.store.check())
