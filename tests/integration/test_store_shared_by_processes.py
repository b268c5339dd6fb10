"""Two processes on one store: one writes while the other searches, and a writer that must wait too long says so."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag.errors import StoreLockedError
from tests.unit.rag.index.samples import located, make_sample, open_store

ROUNDS = 20

WRITER = """
import sys
from pathlib import Path
from tests.unit.rag.index.samples import make_sample, open_store

with open_store(Path(sys.argv[1])) as store:
    for number in range({rounds}):
        store.put(*make_sample(number))
        if number >= 3:
            store.remove(make_sample(number - 3).article.article_id)
        if number % 5 == 0:
            store.save_caches()
        print(number, flush=True)
"""

HOLDER = """
import sys
from pathlib import Path
from tests.unit.rag.index.samples import open_store

with open_store(Path(sys.argv[1])) as store, store._catalog.database.writing():
    print("holding", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def python(program: str, store: Path, project: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": str(project), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", program, str(store)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=project
    ) as process:
        yield process


def test_one_process_searches_while_another_writes(tmp_path: Path, project: Path) -> None:
    said: list[str] = []
    seen: set[str] = set()
    with open_store(tmp_path, said) as reader, python(WRITER.format(rounds=ROUNDS), tmp_path, project) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            sample = make_sample(int(line))
            title, vector = sample.article.title, sample.embeddings[2]
            # The writer is ahead by now; whatever is found is whole and was stored a moment ago.
            for hits in (reader.search_words(title, 50), reader.search_vectors(vector, 50)):
                for passage, article in reader.fetch([number for number, _ in hits]).values():
                    assert passage.article_id == article.article_id
                    assert passage.end <= len(article.text)
                    seen.add(article.article_id)
        writer.wait()
        assert writer.returncode == 0
        left = {make_sample(number).article.article_id for number in range(ROUNDS - 3, ROUNDS)}
        assert {summary.article_id for summary in reader.articles()} == left
        for number in range(ROUNDS):
            sample = make_sample(number)
            best = located(reader, reader.search_vectors(sample.embeddings[1], 1))[0]
            assert (best[:2] == (sample.article.article_id, sample.passages[1].start)) == (number >= ROUNDS - 3)
            found = {article for article, _, _ in located(reader, reader.search_words(sample.article.title, 50))}
            assert (sample.article.article_id in found) == (number >= ROUNDS - 3)
    assert len(seen) > 3
    assert said == []


def test_a_writer_that_another_process_keeps_waiting_says_so(tmp_path: Path, project: Path) -> None:
    with open_store(tmp_path) as store:
        store.put(*make_sample(1))
    with (
        open_store(tmp_path, lock_seconds=0.1) as impatient,
        open_store(tmp_path, lock_seconds=60) as patient,
        python(HOLDER, tmp_path, project) as holder,
    ):
        assert holder.stdout is not None
        assert holder.stdout.readline() == "holding\n"
        for write in (
            lambda: impatient.put(*make_sample(2)),
            lambda: impatient.remove(make_sample(1).article.article_id),
        ):
            with pytest.raises(StoreLockedError, match=f"{tmp_path}: another process is writing"):
                write()
        assert len(impatient.search_vectors(make_sample(1).embeddings[0], 9)) == 4
        assert holder.stdin is not None
        holder.stdin.write("\n")
        holder.stdin.flush()
        patient.put(*make_sample(2))
        assert patient.count_passages() == 8
