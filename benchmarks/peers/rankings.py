"""Other programs' hybrid search beside ours, on the retrieval collections: the same passages, the same encoder."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.intervals import change, means
from benchmarks.markdown import rate, significance, table
from benchmarks.peers.answers import ENVIRONMENT, PEERS, PROGRAMS
from benchmarks.peers.environment import peers_python, run_worker
from benchmarks.peers.job import Asked, Job, Text, write_lines
from benchmarks.protocol import Measured, Setup
from benchmarks.retrieval import remembering_encoder
from benchmarks.retrieval_sets import COLLECTIONS, Collection, open_collection, read_collection, score_rankings
from rag.ingest.passages import embedding_text
from rag.models.folders import encoder_folder
from rag.retrieve.retriever import Retriever
from rag.settings import Settings


def measure(setup: Setup) -> Measured:
    """Every collection: our ranking, then each peer's."""
    python = peers_python(setup.work / ENVIRONMENT)
    settings = Settings()
    scores: dict[str, dict[str, Sequence[float]]] = {}
    figures: dict[str, Any] = {}
    with remembering_encoder(setup, settings) as encoder:
        for name, split in COLLECTIONS.items():
            texts = read_collection(setup.data, name, setup.questions)
            with tempfile.TemporaryDirectory(dir=setup.folder("stores")) as temporary:
                folder = Path(temporary)
                collection = open_collection(
                    texts, folder / "store", encoder, settings, partial(setup.progress, f"storing {name}")
                )
                try:
                    job = prepare(folder, collection, settings)
                    retriever = Retriever(collection.store, encoder, settings.retrieve)
                    ranked = {
                        "citespan": [
                            [one.article.source for one in retriever.retrieve(question.question, job.depth)]
                            for question in texts
                        ]
                    }
                finally:
                    collection.store.close()
                for peer in PEERS:
                    report = run_worker(python, peer, job, folder, setup.progress)
                    ranked[peer] = [
                        [collection.sources[int(identity)] for identity in report.rankings[question.id]]
                        for question in texts
                    ]
            scores[name] = {
                program: score_rankings(texts, [list(dict.fromkeys(one)) for one in rankings])["ndcg@10"]
                for program, rankings in ranked.items()
            }
            figures[name] = {
                "split": split,
                "queries": len(texts),
                **means(scores[name]),
                "ours_over": {peer: change(scores[name][peer], scores[name]["citespan"]) for peer in PEERS},
            }
    figures["mean"] = {
        program: {"value": round(float(np.mean([np.mean(scores[name][program]) for name in scores])), 4)}
        for program in PROGRAMS
    }
    return Measured(figures, {"queries": {name: figures[name]["queries"] for name in COLLECTIONS}})


def prepare(folder: Path, collection: Collection, settings: Settings) -> Job:
    """Write the collection's passages and queries; each program ranks as many passages as we take from each half."""
    stored = collection.store.fetch(list(collection.sources))
    np.save(folder / "vectors.npy", collection.store.vectors(sorted(stored)))
    write_lines(
        folder / "texts.jsonl",
        [
            Text(str(identity), embedding_text(article.title, passage.span.of(article.text)))
            for identity, (passage, article) in sorted(stored.items())
        ],
    )
    write_lines(folder / "questions.jsonl", [Asked(one.id, one.question) for one in collection.texts])
    return Job(
        encoder=str(encoder_folder(settings.retrieve.encoder)),
        reader="",
        texts=str(folder / "texts.jsonl"),
        articles="",
        questions=str(folder / "questions.jsonl"),
        passages_read=settings.answer.passages_read,
        candidates=settings.retrieve.candidates,
        depth=settings.retrieve.candidates,
        vectors=str(folder / "vectors.npy"),
    )


def section(figures: Mapping[str, Any]) -> str:
    """nDCG@10 of every program, and what ours is worth over each peer."""
    names = [name for name in COLLECTIONS if name in figures]
    gain = table(
        ["nDCG@10", *names, "mean"],
        [
            [title, *(rate(figures[name][program]) for name in names), rate(figures["mean"][program])]
            for program, title in PROGRAMS.items()
        ],
    )
    over = table(
        ["ours minus its", *names],
        [[PROGRAMS[peer], *(_change(figures[name]["ours_over"][peer]) for name in names)] for peer in PEERS],
    )
    return (
        "The same passages with the same vectors, questions by the same encoder weights; each program's own word "
        "search and fusion (Haystack: BM25 in memory and FAISS by reciprocal ranks; txtai: its hybrid index at its "
        f"default weights). Articles are ranked by their best passage.\n\n{gain}\n\n{over}"
    )


def _change(figure: Mapping[str, Any]) -> str:
    return f"{figure['difference']:+.3f} ({figure['low']:+.3f} to {figure['high']:+.3f}), {significance(figure['p'])}"
