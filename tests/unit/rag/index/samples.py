"""Small articles with passages and embeddings, made from seeds: the same seed, the same article."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rag.index.store import Store
from rag.index.vectors.protocol import Vectors
from rag.originals import Original
from rag.records import Article, Passage, Span
from rag.settings import IndexSettings

DIMENSION = 8
WORDS = (
    "river",
    "bridge",
    "mayor",
    "treaty",
    "border",
    "council",
    "vote",
    "winter",
    "école",
    "Peace",
    "Erdoğan",
    "1948",
)


class Sample(NamedTuple):
    """The arguments of ``Store.put``."""

    article: Article
    passages: tuple[Passage, ...]
    embeddings: Vectors
    original: Original | None = None


def unit_vectors(seed: int, count: int, dimension: int = DIMENSION) -> Vectors:
    """``float32[count, dimension]``, L2-normalised."""
    vectors = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def make_sample(
    seed: int, sentences: int = 4, path: str | None = None, title: str | None = None, dimension: int = DIMENSION
) -> Sample:
    """An article of ``sentences`` sentences, each a passage of its own; with its file when ``seed`` is even."""
    random = np.random.default_rng(seed)
    text, passages = f"{seed} ", []
    spans = []
    for _ in range(sentences):
        sentence = " ".join(random.choice(WORDS, size=int(random.integers(3, 9)))) + ". "
        spans.append(Span(len(text), len(text) + len(sentence) - 1))
        text += sentence
    article_id = hashlib.sha256(text.encode()).hexdigest()[:16]
    passages = [Passage(article_id, span.start, span.end, (span,)) for span in spans]
    article = Article(
        article_id=article_id,
        title=title or f"The {WORDS[seed % len(WORDS)]} of {seed}",
        source=f"{seed}.txt",
        path=path or f"/articles/{seed}.txt",
        text=text,
        published=f"2024-{1 + seed % 12:02}-01",
        outlet="Herald" if seed % 2 else "Tribune",
        boilerplate=(Span(0, 1),),
        pages=(0, len(text) // 2),
    )
    original = Original(b"file %d " % seed * 500, ((0, 0, 0, len(text) // 2),)) if seed % 2 == 0 else None
    return Sample(article, tuple(passages), unit_vectors(seed, sentences, dimension), original)


def open_store(path: Path, said: list[str] | None = None, exact_up_to: int = 75_000, lock_seconds: float = 10) -> Store:
    """The store at ``path``; what it says to the user is appended to ``said``."""
    settings = IndexSettings(exact_up_to=exact_up_to, lock_seconds=lock_seconds)
    return Store(path, settings, notify=(said if said is not None else []).append)


def located(store: Store, hits: Sequence[tuple[int, float]]) -> list[tuple[str, int, float]]:
    """Search results that are still stored, by what they are: article id, start, score to 5 places."""
    found = store.fetch([number for number, _ in hits])
    return [
        (found[number][1].article_id, found[number][0].start, round(score, 5))
        for number, score in hits
        if number in found
    ]
