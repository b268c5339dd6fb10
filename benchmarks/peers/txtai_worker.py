"""txtai: its hybrid index (BM25 and vectors, half and half) and its RAG pipeline with an extractive model.

Everything is at its default, the three passages that it joins into one context included. Its reader fails with an error
where the model points at [CLS] or into the question, which is how such models say "no answer"; that counts as none. The
variant "forced" hides those places from it, to show what that costs; it is not timed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from sentence_transformers import SentenceTransformer
from txtai import Embeddings
from txtai.pipeline import RAG, Questions

from benchmarks.peers.job import Job, main

_NEVER = -1e4
"""A logit that no softmax gives a share."""


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
            questions = Questions(job.reader, gpu=False)
            self._pipeline = RAG(self._embeddings, questions, output="flatten")
            self._forced = RAG(self._embeddings, _forced(questions), output="flatten")
        self._embeddings.batchtransform(["warm up"])

    def ingest(self, job: Job) -> int:
        """Embed and index."""
        self._embeddings.index((one.id, one.text, None) for one in job.read_texts())
        return int(self._embeddings.count())

    def answer(self, question: str) -> str | None:
        """The best answer."""
        return _only(self._pipeline([{"query": question, "question": question}]))

    def rank(self, question: str, depth: int) -> list[str]:
        """The ids of the best texts."""
        return [one["id"] for one in self._embeddings.search(question, depth)]

    def variants(self, question: str) -> dict[str, str | None]:
        """The same where the model can only point into the passages."""
        return {"forced": _only(self._forced([{"query": question, "question": question}]))}


def _only(answers: list[Any]) -> str | None:
    return answers[0] if isinstance(answers[0], str) and answers[0] else None


def _forced(questions: Questions) -> Questions:
    """The same reader with the logits of all that is not passage taken away; it shares the weights."""
    other = copy.copy(questions)
    model, separator = questions.model, questions.tokenizer.sep_token_id

    def run(**inputs: Any) -> Any:
        ran = model(**inputs)
        hidden = (inputs["token_type_ids"] == 0) | (inputs["input_ids"] == separator)
        return SimpleNamespace(
            start_logits=ran.start_logits.masked_fill(hidden, _NEVER),
            end_logits=ran.end_logits.masked_fill(hidden, _NEVER),
        )

    other.model = run
    return other


def _lookup(job: Job) -> Callable[[list[str]], Any]:
    """Texts to vectors: those of the index from the file, questions by the encoder."""
    known = dict(zip((one.text for one in job.read_texts()), np.load(job.vectors), strict=True))
    encoder = SentenceTransformer(job.encoder)

    def transform(texts: list[str]) -> Any:
        return np.stack([known[text] if text in known else encoder.encode(text) for text in texts])

    return transform


if __name__ == "__main__":
    main(Txtai)
