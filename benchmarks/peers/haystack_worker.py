"""Haystack: embeddings in FAISS, BM25 in memory, reciprocal-rank fusion, its extractive reader.

Everything is at its default but the numbers that all programs share: candidates of each half and passages read. The
reader's "no answer" is switched off, so that every question is answered.

Haystack's reader gives the model no segment ids (``token_type_ids``), with which BERT readers are trained. The variant
"segment_ids" adds them from outside, to show what that costs; it is not timed.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.readers.transformers import TransformersExtractiveReader
from haystack_integrations.components.retrievers.faiss import FAISSEmbeddingRetriever
from haystack_integrations.document_stores.faiss import FAISSDocumentStore

from benchmarks.peers.job import Job, main


class Haystack:
    """A hybrid pipeline."""

    packages: Sequence[str] = (
        "haystack-ai",
        "sentence-transformers-haystack",
        "transformers-haystack",
        "faiss-haystack",
        "torch",
        "transformers",
        "numpy",
    )
    expected_errors: tuple[type[Exception], ...] = ()

    def load(self, job: Job) -> None:
        """Load the models."""
        self._document_embedder = SentenceTransformersDocumentEmbedder(model=job.encoder, progress_bar=False)
        text_embedder = SentenceTransformersTextEmbedder(model=job.encoder, progress_bar=False)
        self._document_embedder.warm_up()
        text_embedder.warm_up()
        self._bm25 = InMemoryDocumentStore()
        self._faiss = FAISSDocumentStore(embedding_dim=text_embedder.embedding_backend.model.get_embedding_dimension())
        self._found: list[Document] = []
        search = Pipeline()
        search.add_component("embedder", text_embedder)
        search.add_component("vectors", FAISSEmbeddingRetriever(document_store=self._faiss, top_k=job.candidates))
        search.add_component("words", InMemoryBM25Retriever(document_store=self._bm25, top_k=job.candidates))
        top = job.depth or job.passages_read
        search.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=top))
        search.connect("embedder.embedding", "vectors.query_embedding")
        search.connect("vectors", "joiner")
        search.connect("words", "joiner")
        if not job.depth:
            reader = TransformersExtractiveReader(model=job.reader, no_answer=False)
            reader.warm_up()
            search.add_component("reader", reader)
            search.connect("joiner.documents", "reader.documents")
            self._segmented = _with_segment_ids(reader)
        self._pipeline = search

    def ingest(self, job: Job) -> int:
        """Embed and index."""
        texts = job.read_texts()
        if job.vectors:
            vectors = np.load(job.vectors).tolist()
            embedded = [
                Document(id=one.id, content=one.text, embedding=vector)
                for one, vector in zip(texts, vectors, strict=True)
            ]
        else:
            documents = [Document(id=one.id, content=one.text) for one in texts]
            embedded = self._document_embedder.run(documents=documents)["documents"]
        self._faiss.write_documents(embedded)
        return int(self._bm25.write_documents(embedded))

    def answer(self, question: str) -> str | None:
        """The best answer."""
        ran = self._pipeline.run(
            {"embedder": {"text": question}, "words": {"query": question}, "reader": {"query": question}},
            include_outputs_from={"joiner"},
        )
        self._found = ran["joiner"]["documents"]
        answers = ran["reader"]["answers"]
        return answers[0].data if answers else None

    def rank(self, question: str, depth: int) -> list[str]:
        """The ids of the best texts."""
        ran = self._pipeline.run({"embedder": {"text": question}, "words": {"query": question}})
        return [one.id for one in ran["joiner"]["documents"]][:depth]

    def variants(self, question: str) -> dict[str, str | None]:
        """The same reading with segment ids."""
        answers = self._segmented.run(query=question, documents=self._found)["answers"]
        return {"segment_ids": answers[0].data if answers else None}


def _with_segment_ids(reader: TransformersExtractiveReader) -> TransformersExtractiveReader:
    """The same reader whose model sees which part is the passage, all that follows the first [SEP]."""
    other = copy.copy(reader)
    model, separator = reader.model, reader.tokenizer.sep_token_id

    def run(input_ids: Any, attention_mask: Any) -> Any:
        is_separator = (input_ids == separator).long()
        segments = ((torch.cumsum(is_separator, dim=1) - is_separator) > 0).long() * attention_mask
        ran = model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=segments)
        return SimpleNamespace(start_logits=ran.start_logits, end_logits=ran.end_logits)

    other.model = run
    return other


if __name__ == "__main__":
    main(Haystack)
