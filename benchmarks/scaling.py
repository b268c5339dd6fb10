"""Speed and memory as the store grows; every size in a process of its own.

The passages are made of sentences drawn from SQuAD's training articles, about five to a passage, and their embeddings
are random unit vectors: neither is meant to be found, only searched. The words are as frequent as in real text.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.intervals import percentiles
from benchmarks.markdown import number, table
from benchmarks.peers.job import peak_mb
from benchmarks.protocol import PROJECT, Measured, Setup
from benchmarks.squad_articles import read_test, shuffled
from rag.assistant import Assistant
from rag.errors import CiteSpanError
from rag.index.store import Store
from rag.language.sentences import split_sentences
from rag.records import Article, Passage, Span
from rag.retrieve.retriever import Retriever
from rag.settings import Settings
from training.examples import SQUAD_TRAIN, read_squad

ASKED = 100
PASSAGES_PER_ARTICLE = 50
SENTENCES_PER_PASSAGE = 5
_SOURCE_PARAGRAPHS = 4000


class ScalingError(CiteSpanError):
    """A process that measures one size did not finish."""


def measure(setup: Setup) -> Measured:
    """Build a store of each size, then open and question it in a fresh process."""
    sentences = source_sentences(setup.data)
    questions = [one.question for one in shuffled([one for one in read_test(setup.data) if one.answers], setup.seed)]
    figures: dict[str, Any] = {"asked": ASKED, "sizes": {}}
    for size in setup.sizes:
        with tempfile.TemporaryDirectory(dir=setup.folder("stores")) as temporary:
            folder = Path(temporary)
            began = time.perf_counter()
            build(folder / "store", sentences, size, setup)
            built = time.perf_counter() - began
            (folder / "questions.json").write_text(json.dumps(questions[:ASKED]), encoding="utf-8")
            setup.progress(f"asking {size}", 0, ASKED)
            measured = in_own_process(folder)
            disk = sum(path.stat().st_size for path in (folder / "store").rglob("*") if path.is_file())
        figures["sizes"][str(size)] = {
            "build_seconds": round(built, 1),
            "disk_mb": round(disk / 2**20, 1),
            **measured,
        }
    return Measured(figures, {"sizes": list(setup.sizes)})


def source_sentences(data: Path) -> list[str]:
    """Sentences of distinct paragraphs of the training articles."""
    paragraphs = list(dict.fromkeys(one.context for one in read_squad(data / "train" / SQUAD_TRAIN)))
    chosen = random.Random(0).sample(paragraphs, min(len(paragraphs), _SOURCE_PARAGRAPHS))
    return [span.of(text) for text in chosen for span in split_sentences(text)]


def made_articles(sentences: Sequence[str], size: int, seed: int) -> Iterator[tuple[Article, list[Passage]]]:
    """Articles of ``PASSAGES_PER_ARTICLE`` passages each, ``size`` passages in all."""
    chooser = random.Random(seed)
    left = size
    while left:
        count = min(left, PASSAGES_PER_ARTICLE)
        drawn = [chooser.choices(sentences, k=SENTENCES_PER_PASSAGE) for _ in range(count)]
        text = "\n\n".join(" ".join(passage) for passage in drawn)
        article_id = hashlib.sha256(text.encode()).hexdigest()[:16]
        passages: list[Passage] = []
        place = 0
        for passage in drawn:
            spans: list[Span] = []
            for sentence in passage:
                spans.append(Span(place, place + len(sentence)))
                place += len(sentence) + 1
            place += 1
            passages.append(Passage(article_id, spans[0].start, spans[-1].end, tuple(spans)))
        yield Article(article_id, f"Article {left}", f"{left}.txt", f"/made/{left}.txt", text), passages
        left -= count


def build(folder: Path, sentences: Sequence[str], size: int, setup: Setup) -> None:
    """A store of ``size`` passages with its caches, as ``citespan add`` leaves it but for the embedding."""
    vectors = np.random.default_rng(setup.seed)
    with Assistant(folder, Settings()) as assistant:
        dimension = assistant.encoder.dimension
        done = 0
        for article, passages in made_articles(sentences, size, setup.seed):
            drawn = vectors.standard_normal((len(passages), dimension)).astype(np.float32)
            assistant.store.put(article, passages, drawn / np.linalg.norm(drawn, axis=1, keepdims=True))
            done += len(passages)
            setup.progress(f"building {size}", done, size)
        assistant.store.save_caches()


def in_own_process(folder: Path) -> dict[str, Any]:
    """What ``work`` measures, in a process that holds nothing else.

    Raises:
        ScalingError: it failed.
    """
    command = [sys.executable, "-m", "benchmarks.scaling", str(folder)]
    environment_path = str(PROJECT)
    done = subprocess.run(command, cwd=environment_path, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise ScalingError(f"measuring a store ended with status {done.returncode}:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def work(folder: Path) -> dict[str, Any]:
    """Open the store, ask, and time each step."""
    questions: list[str] = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    settings = Settings()
    with Assistant(folder / "store", settings) as assistant:
        assistant.load()
        assistant.encoder.encode(["warm up"])
        models_mb = peak_mb()
        began = time.perf_counter()
        assistant.retrieve(questions[0])
        first = time.perf_counter() - began
        spent: dict[str, list[float]] = {"encode": [], "words": [], "vectors": [], "retrieve": [], "ask": []}
        for question in questions:
            time_steps(assistant.store, assistant, settings, question, spent)
        return {
            "passages": assistant.store.count_passages(),
            "first_search_ms": round(1000 * first, 1),
            **{step: percentiles(values) for step, values in spent.items()},
            "models_mb": round(models_mb, 1),
            "peak_mb": round(peak_mb(), 1),
        }


def time_steps(
    store: Store, assistant: Assistant, settings: Settings, question: str, spent: Mapping[str, list[float]]
) -> None:
    """One question, step by step, then whole."""
    retrieve = settings.retrieve
    marks = [time.perf_counter()]
    vector = assistant.encoder.encode([question])[0]
    marks.append(time.perf_counter())
    store.search_words(question, retrieve.candidates, None, retrieve.title_weight)
    marks.append(time.perf_counter())
    store.search_vectors(vector, retrieve.candidates)
    marks.append(time.perf_counter())
    Retriever(store, assistant.encoder, retrieve).retrieve(question, settings.answer.passages_read)
    marks.append(time.perf_counter())
    assistant.ask(question)
    marks.append(time.perf_counter())
    for step, (before, after) in zip(spent, itertools.pairwise(marks), strict=True):
        spent[step].append(1000 * (after - before))


def section(figures: Mapping[str, Any]) -> str:
    """One row for each size."""
    rows = [
        [
            f"{one['passages']:,}",
            *(
                f"{number(one[step]['p50_ms'], 1)} / {number(one[step]['p95_ms'], 1)}"
                for step in ("words", "vectors", "retrieve", "ask")
            ),
            number(one["first_search_ms"], 0),
            number(one["peak_mb"], 0),
            number(one["disk_mb"], 0),
            number(one["build_seconds"], 1),
        ]
        for one in figures["sizes"].values()
    ]
    header = [
        "passages", "words, ms", "vectors, ms", "retrieve, ms", "`ask`, ms", "first search, ms", "peak memory, MB",
        "disk, MB", "build, s",
    ]  # fmt: skip
    models = max((one["models_mb"] for one in figures["sizes"].values()), default=None)
    return (
        f"p50 / p95 over {figures['asked']} questions; retrieving includes encoding the question, asking includes the "
        f"reader. The process with its models loaded takes {number(models, 0)} MB of the memory. The passages are "
        "drawn from sentences of real articles, the embeddings are random unit vectors; building does not include "
        "embedding, the first one includes loading the encoder."
        f"\n\n{table(header, rows)}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=work.__doc__)
    parser.add_argument("folder", type=Path)
    print(json.dumps(work(parser.parse_args().folder)))
