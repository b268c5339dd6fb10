"""CiteSpan under the same conditions: reads the files, cuts and embeds them, answers every question."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.job import Job, main
from rag.assistant import Assistant
from rag.settings import Settings


class CiteSpan:
    """An assistant on a new store, with the default settings but for the threshold: it never abstains.

    The precision is the default one, or the one that the job names.
    """

    packages: Sequence[str] = ("citespan", "torch", "transformers", "faiss-cpu", "tantivy", "numpy")
    expected_errors: tuple[type[Exception], ...] = ()

    def load(self, job: Job) -> None:
        """Load the models."""
        self._folder = tempfile.TemporaryDirectory(dir=Path(job.texts).parent)
        settings = Settings.model_validate({"answer": {"abstain_below": 0.0}, "retrieve": {"precision": job.precision}})
        self._assistant = Assistant(Path(self._folder.name) / "store", settings)
        self._assistant.load()
        self._assistant.encoder.encode(["warm up"])

    def ingest(self, job: Job) -> int:
        """Read, cut, embed and store the files."""
        self._assistant.add(job.articles)
        return self._assistant.store.count_passages()

    def answer(self, question: str) -> str | None:
        """The best answer."""
        return self._assistant.ask(question).answer

    def rank(self, question: str, depth: int) -> list[str]:
        """The names of the best articles."""
        return [one.article.source for one in self._assistant.retrieve(question, depth)]

    def variants(self, question: str) -> dict[str, str | None]:
        """None."""
        return {}


if __name__ == "__main__":
    main(CiteSpan)
