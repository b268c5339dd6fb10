from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks import retrieval
from benchmarks.embeddings import RememberingEncoder
from benchmarks.markdown import rate
from benchmarks.retrieval_sets import (
    COLLECTIONS,
    open_collection,
    read_collection,
    reciprocal_ranks,
    score_rankings,
)
from rag.read.confidence import load_calibration
from rag.read.features import understand
from rag.read.sentence_reader import SentenceReader
from rag.records import Article, Candidate, Passage, Retrieved, Span
from rag.settings import Settings
from tests.integration.hashed_encoder import HashedEncoder
from tests.unit.benchmarks.collection import setup, write_collection
from tests.unit.rag.answer.made_up import CountedWords


def test_a_collection_keeps_every_article_that_can_be_found(tmp_path: Path) -> None:
    write_collection(tmp_path, "made")
    texts = read_collection(tmp_path, "made")
    collection = open_collection(texts, tmp_path / "store", HashedEncoder(), Settings())
    try:
        assert sorted(collection.sources.values()) == ["11", "7", "8", "9"]
        articles = {found.article.source: found for found in _everything(collection.store)}
        assert articles["9"].text == "Council minutes"
    finally:
        collection.store.close()


def _everything(store: object) -> list[Retrieved]:
    from rag.retrieve.retriever import Retriever
    from rag.settings import RetrieveSettings

    return Retriever(store, HashedEncoder(), RetrieveSettings()).retrieve("harbour", 50)  # type: ignore[arg-type]


def test_a_ranking_of_passages_ranks_each_article_at_its_best_passage(tmp_path: Path) -> None:
    write_collection(tmp_path, "made")
    collection = open_collection(read_collection(tmp_path, "made"), tmp_path / "store", HashedEncoder(), Settings())
    collection.store.close()
    by_source = {source: passage_id for passage_id, source in collection.sources.items()}
    ranking = [by_source["9"], by_source["7"], by_source["9"]]
    assert collection.articles(ranking) == ["9", "7"]


def test_reciprocal_ranks_add_up() -> None:
    # 1: 1/61 + 1/62; 2: 1/62 + 1/61; 3: 1/63; 4: 1/63
    assert reciprocal_ranks([[1, 2, 3], [2, 1, 4]]) == [1, 2, 3, 4]
    assert reciprocal_ranks([[5, 6], [6]]) == [6, 5]


def test_rankings_are_scored_by_their_judgements(tmp_path: Path) -> None:
    write_collection(tmp_path, "made")
    scores = score_rankings(read_collection(tmp_path, "made"), [["8", "7"], ["10", "9"]])
    discount = 1 / np.log2(3)
    assert scores["ndcg@10"] == pytest.approx([discount, (1 + 2 * discount) / (2 + discount)])
    assert scores["recall@10"] == [1.0, 1.0]
    assert scores["mrr@10"] == [0.5, 1.0]


def test_every_method_is_measured_on_every_collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = setup(tmp_path)
    for name in COLLECTIONS:
        write_collection(given.data, name)
    monkeypatch.setattr(retrieval, "load_encoder", lambda _: HashedEncoder())
    monkeypatch.setattr(
        retrieval,
        "load_reader",
        lambda _, encoder: (SentenceReader(encoder), load_calibration("sentences")),
    )
    measured = retrieval.measure(given)
    for name, split in COLLECTIONS.items():
        one = measured.figures[name]
        assert (one["split"], one["queries"], one["passages"], one["articles"]) == (split, 2, 4, 5)
        # Query 1 finds its only article first; of query 2's two articles one has no text to be found by.
        assert one["fusion"]["mrr@10"]["value"] == 1.0
        assert one["words"]["recall@10"]["value"] == 0.75
        assert one["fusion_over_better_half"]["difference"] == pytest.approx(
            one["fusion"]["ndcg@10"]["value"] - one[one["better_half"]]["ndcg@10"]["value"], abs=1e-3
        )
        assert one["reader_over_fusion"]["difference"] == pytest.approx(
            one["fusion_reader"]["ndcg@10"]["value"] - one["fusion"]["ndcg@10"]["value"], abs=1e-3
        )
    means = measured.figures["mean"]
    assert means["all"]["words"]["value"] == measured.figures["npl"]["words"]["ndcg@10"]["value"]
    page = retrieval.section(measured.figures)
    assert "| our fusion |" in page
    assert f"| our fusion | {rate(measured.figures['cranfield']['fusion']['ndcg@10'])} |" in page
    assert "| fusion over its better half | fusion over reciprocal ranks | the reader over fusion |" in page


def found(passage_id: int, score: float) -> Retrieved:
    article = Article("a" * 16, "", "a.txt", "/a.txt", "word " * 20)
    return Retrieved(Passage("a" * 16, 0, 99, (), passage_id), score, article, vector_score=0.0)


class FixedReader:
    name = "fixed"

    def __init__(self, margins: dict[int, float]) -> None:
        self._margins = margins

    def read(self, question: str, passages: Sequence[Retrieved]) -> list[Candidate]:
        return [
            Candidate(one, Span(0, 4), self._margins[one.passage.passage_id])
            for one in passages
            if one.passage.passage_id in self._margins
        ]


def test_the_reader_orders_only_what_it_reads() -> None:
    calibration = load_calibration("sentences")
    passages = [found(number, 0.0) for number in (1, 2, 3, 4)]
    asked = understand("q", CountedWords([]))
    ranked = retrieval.read_again(asked, passages, FixedReader({1: -5, 3: 5}), calibration, 3)
    assert [one.passage.passage_id for one in ranked] == [3, 1, 2, 4]


class CountingEncoder(HashedEncoder):
    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        self.encoded += texts
        return super().encode(texts)


def test_a_text_is_embedded_once_and_again_for_other_arithmetic(tmp_path: Path) -> None:
    texts = ["mill bridge", "harbour", "mill bridge"]
    for precision, embedded in (("float32", 2), ("float32", 0), ("bfloat16", 2)):
        counting = CountingEncoder()
        with RememberingEncoder(counting, tmp_path, precision) as encoder:
            vectors = encoder.encode(texts)
        assert len(counting.encoded) == embedded
        assert np.array_equal(vectors, HashedEncoder().encode(texts))
