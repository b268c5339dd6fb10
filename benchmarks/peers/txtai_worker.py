"""txtai: its hybrid index (BM25 and vectors, half and half) and its RAG pipeline with an extractive model.

Everything is at its default, the three passages that it joins into one context included. Its reader fails with an error
where the model points at [CLS] or into the question, which is how such models say "no answer"; that counts as none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sentence_transformers import SentenceTransformer
from txtai import Embeddings
from txtai.pipeline import RAG, Questions

from benchmarks.peers.job import Job, main


class Txtai:
    """A hybrid index and an extractive pipeline."""

    packages: Sequence[str] = ("txtai", "torch", "transformers", "faiss-cpu", "numpy")
    expected_errors: tuple[type[Exception], ...] = (TypeError,)

    def load(self, job: Job) -> None:
        """Load the models."""
        model = {"path": job.encoder, "method": "sentence-transformers"}
        if job.vectors:
            model = {"method": "external", "transform": _lookup(job)}
        self._embeddings = Embeddings(**model, hybrid=True, content=True)
        if not job.depth:
            self._pipeline = RAG(self._embeddings, Questions(job.reader, gpu=False), output="flatten")
        self._embeddings.batchtransform(["warm up"])

    def ingest(self, job: Job) -> int:
        """Embed and index."""
        self._embeddings.index((one.id, one.text, None) for one in job.read_texts())
        return int(self._embeddings.count())

    def answer(self, question: str) -> str | None:
        """The best answer."""
        found = self._pipeline([{"query": question, "question": question}])[0]
        return found if isinstance(found, str) and found else None

    def rank(self, question: str, depth: int) -> list[str]:
        """The ids of the best texts."""
        return [one["id"] for one in self._embeddings.search(question, depth)]

    def variants(self, question: str) -> dict[str, str | None]:
        """None."""
        return {}


def _lookup(job: Job) -> Callable[[list[str]], Any]:
    """Texts to vectors: those of the index from the file, questions by the encoder."""
    known = dict(zip((one.text for one in job.read_texts()), np.load(job.vectors), strict=True))
    encoder = SentenceTransformer(job.encoder)

    def transform(texts: list[str]) -> Any:
        return np.stack([known[text] if text in known else encoder.encode(text) for text in texts])

    return transform


if __name__ == "__main__":
    main(Txtai)
