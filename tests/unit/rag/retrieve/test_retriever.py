from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.article_ids import article_id_of
from rag.index.store import Store
from rag.ingest.passages import embedding_text
from rag.records import Article, Filters, Passage, Span
from rag.retrieve.retriever import Retriever
from rag.settings import IndexSettings, RetrieveSettings
from tests.integration.hashed_encoder import HashedEncoder

TEXTS = {
    "a": ("Mill Bridge", "It reopened in March after long repairs."),
    "b": ("Harbour fair", "The fair drew twelve thousand visitors."),
    "c": ("Council", "The council discussed Mill Bridge and the harbour."),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    encoder = HashedEncoder()
    with Store(tmp_path / "store", IndexSettings()) as opened:
        for name, (title, text) in TEXTS.items():
            article = Article(article_id_of(text), title, name, f"/{name}", text)
            passage = Passage(article.article_id, 0, len(text), (Span(0, len(text)),))
            opened.put(article, [passage], encoder.encode([embedding_text(title, text)]))
        yield opened


def retrieve(store: Store, question: str, k: int = 10, filters: Filters | None = None, **settings: object) -> list[str]:
    retriever = Retriever(store, HashedEncoder(), RetrieveSettings.model_validate(settings))
    return [found.article.source for found in retriever.retrieve(question, k, filters)]


def test_the_title_counts(store: Store) -> None:
    assert retrieve(store, "When did Mill Bridge reopen?")[0] == "a"


def test_at_most_k_come_back(store: Store) -> None:
    assert len(retrieve(store, "harbour", k=2)) == 2


def test_filters_apply_to_both_indexes(store: Store) -> None:
    assert retrieve(store, "Mill Bridge", filters=Filters(article_ids=(article_id_of(TEXTS["b"][1]),))) == ["b"]


def test_a_passage_found_by_words_alone_has_its_cosine(store: Store) -> None:
    retriever = Retriever(store, HashedEncoder(), RetrieveSettings(candidates=1))
    found = retriever.retrieve("harbour council fair visitors", 1)
    for one in found:
        assert one.vector_score is not None


def test_a_removed_article_is_gone_at_once(store: Store) -> None:
    store.remove(article_id_of(TEXTS["a"][1]))
    assert "a" not in retrieve(store, "When did Mill Bridge reopen?")


def test_the_texts_are_the_passages(store: Store) -> None:
    retriever = Retriever(store, HashedEncoder(), RetrieveSettings())
    for found in retriever.retrieve("Mill Bridge", 3):
        assert found.text == TEXTS[found.article.source][1]
