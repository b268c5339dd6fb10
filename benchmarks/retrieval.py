"""How well passages are found: words, vectors, our fusion, reciprocal-rank fusion, and the reader's say on top.

Collections and their judgements come from research on retrieval; see ``../shared/data/README.md``. Articles are cut,
embedded and searched by the product's own code with its default settings, and ranked by their best passage.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.embeddings import RememberingEncoder
from benchmarks.intervals import change, means
from benchmarks.markdown import rate, significance, table
from benchmarks.protocol import Measured, Setup
from benchmarks.retrieval_sets import (
    COLLECTIONS,
    METRICS,
    Collection,
    open_collection,
    read_collection,
    reciprocal_ranks,
    score_rankings,
)
from rag.models.encoder import Encoder, load_encoder
from rag.models.engine import uses_bfloat16
from rag.read.confidence import Calibration
from rag.read.features import Asked, scored_candidates, understand
from rag.read.protocol import Reader
from rag.read.registry import load_reader
from rag.records import Retrieved
from rag.retrieve.retriever import Retriever
from rag.settings import AnswerSettings, Settings

METHODS = {
    "words": "words only (BM25)",
    "vectors": "vectors only",
    "reciprocal_rank": "reciprocal-rank fusion",
    "fusion": "our fusion",
    "fusion_reader": "our fusion, then the reader",
}
Rankings = dict[str, list[list[str]]]


def measure(setup: Setup) -> Measured:
    """Every method on every collection; only the first ``setup.questions`` queries of each."""
    settings = Settings()
    scores: dict[str, dict[str, dict[str, list[float]]]] = {}
    figures: dict[str, Any] = {}
    with remembering_encoder(setup, settings) as encoder:
        reader, calibration = load_reader(settings, encoder)
        for name, split in COLLECTIONS.items():
            texts = read_collection(setup.data, name, setup.questions)
            with tempfile.TemporaryDirectory(dir=setup.folder("stores")) as folder:
                collection = open_collection(
                    texts, Path(folder) / name, encoder, settings, partial(setup.progress, f"storing {name}")
                )
                try:
                    rankings = rank_all(collection, encoder, settings, reader, calibration, setup, name)
                finally:
                    collection.store.close()
            scores[name] = {method: score_rankings(texts, ranked) for method, ranked in rankings.items()}
            figures[name] = {
                "split": split,
                "articles": len(texts.articles),
                "passages": len(collection.sources),
                "queries": len(texts),
                **compared(scores[name]),
            }
    figures["mean"] = means_over_collections(scores)
    return Measured(figures, {"queries": {name: figures[name]["queries"] for name in COLLECTIONS}})


def remembering_encoder(setup: Setup, settings: Settings) -> RememberingEncoder:
    """The product's encoder, with what it embedded in earlier runs."""
    precision = "bfloat16" if uses_bfloat16(settings.retrieve.precision) else "float32"
    return RememberingEncoder(
        load_encoder(settings.retrieve),
        setup.folder("embeddings"),
        precision,
        lambda done, total: setup.progress("embedding", done, total) if total > 1 else None,
    )


def rank_all(
    collection: Collection,
    encoder: Encoder,
    settings: Settings,
    reader: Reader,
    calibration: Calibration,
    setup: Setup,
    name: str,
) -> Rankings:
    """For every method the ranking of articles of every query."""
    retrieve = settings.retrieve
    retriever = Retriever(collection.store, encoder, retrieve)
    rankings: Rankings = {method: [] for method in METHODS}
    for number, question in enumerate(collection.texts):
        setup.progress(f"searching {name}", number, len(collection.texts))
        vector = encoder.encode([question.question])[0]
        words = collection.store.search_words(question.question, retrieve.candidates, None, retrieve.title_weight)
        vectors = collection.store.search_vectors(vector, retrieve.candidates)
        found = retriever.retrieve(question.question, retrieve.candidates)
        ranked = {
            "words": [identity for identity, _ in words],
            "vectors": [identity for identity, _ in vectors],
            "fusion": [one.passage.passage_id for one in found],
            "fusion_reader": [
                one.passage.passage_id
                for one in read_again(
                    understand(question.question, collection.store),
                    found,
                    reader,
                    calibration,
                    settings.answer.passages_read,
                )
            ],
        }
        ranked["reciprocal_rank"] = reciprocal_ranks([ranked["words"], ranked["vectors"]])
        for method, passages in ranked.items():
            rankings[method].append(collection.articles(passages))
    setup.progress(f"searching {name}", len(collection.texts), len(collection.texts))
    return rankings


def read_again(
    asked: Asked, found: Sequence[Retrieved], reader: Reader, calibration: Calibration, count: int
) -> list[Retrieved]:
    """The passages with the first ``count``, which the product reads, in the order that answers are ranked in."""
    scored = scored_candidates(asked, reader.read(asked.question, found[:count]), calibration)
    order = dict.fromkeys(one.candidate.retrieved.passage.passage_id for one in scored)
    places = {identity: place for place, identity in enumerate(order)}
    read = sorted(found[:count], key=lambda one: places.get(one.passage.passage_id, count))
    return [*read, *found[count:]]


def compared(scores: Mapping[str, Mapping[str, Sequence[float]]]) -> dict[str, Any]:
    """Every method's figures; fusion against its better half and reciprocal ranks, the reader against it (nDCG@10)."""
    gain = {method: scores[method]["ndcg@10"] for method in METHODS}
    better = max(("words", "vectors"), key=lambda method: float(np.mean(gain[method])))
    return {
        **{method: means({metric: scores[method][metric] for metric in METRICS}) for method in METHODS},
        "better_half": better,
        "fusion_over_better_half": change(gain[better], gain["fusion"]),
        "fusion_over_reciprocal_rank": change(gain["reciprocal_rank"], gain["fusion"]),
        "reader_over_fusion": change(gain["fusion"], gain["fusion_reader"]),
    }


def means_over_collections(scores: Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]]) -> dict[str, Any]:
    """The mean nDCG@10 of each method over collections, each counting the same: in all, and by split."""

    def mean_of(method: str, names: Sequence[str]) -> dict[str, float]:
        return {"value": round(float(np.mean([np.mean(scores[name][method]["ndcg@10"]) for name in names])), 4)}

    groups = {
        "all": list(COLLECTIONS),
        **{split: [name for name in COLLECTIONS if COLLECTIONS[name] == split] for split in ("dev", "test")},
    }
    return {group: {method: mean_of(method, names) for method in METHODS} for group, names in groups.items()}


def section(figures: Mapping[str, Any]) -> str:
    """Tables of nDCG@10 and of the other metrics, and how fusion compares."""
    names = [name for name in COLLECTIONS if name in figures]
    gain = table(
        ["nDCG@10", *(f"{name} ({figures[name]['split']})" for name in names), "mean"],
        [
            [
                title,
                *(rate(figures[name][method]["ndcg@10"]) for name in names),
                rate(figures["mean"]["all"][method]),
            ]
            for method, title in METHODS.items()
        ],
    )
    other = table(
        ["recall@10 / MRR@10", *names],
        [
            [
                title,
                *(
                    " / ".join(rate(figures[name][method][metric], False) for metric in ("recall@10", "mrr@10"))
                    for name in names
                ),
            ]
            for method, title in METHODS.items()
        ],
    )
    compared = {
        "fusion_over_better_half": "fusion over its better half",
        "fusion_over_reciprocal_rank": "fusion over reciprocal ranks",
        "reader_over_fusion": "the reader over fusion",
    }
    shown = [key for key in compared if all(key in figures[name] for name in names)]
    changes = table(
        ["nDCG@10", "better half", *(compared[key] for key in shown)],
        [
            [name, METHODS[figures[name]["better_half"]], *(_change(figures[name][key]) for key in shown)]
            for name in names
        ],
    )
    sizes = ", ".join(
        f"{name} {figures[name]['articles']:,} articles in {figures[name]['passages']:,} passages and "
        f"{figures[name]['queries']} queries"
        for name in names
    )
    return (
        f"{sizes}. Default settings; in brackets 95 % intervals over queries.\n\n{gain}\n\n{other}\n\n{changes}\n\n"
        f"The reader puts the first {AnswerSettings().passages_read} passages in the order in which answers are "
        "ranked; the product does so for answers only. Most queries here are topics, not questions, which no span "
        "answers."
    )


def _change(figure: Mapping[str, Any]) -> str:
    return f"{figure['difference']:+.3f} ({figure['low']:+.3f} to {figure['high']:+.3f}), {significance(figure['p'])}"
