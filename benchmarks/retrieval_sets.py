"""Retrieval collections: their texts in a store of ours, and how good a ranking of them is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.article_ids import article_id_of
from rag.evaluation.metrics.ranking import ndcg_at, recall_at, reciprocal_rank
from rag.evaluation.public_sets import read_beir
from rag.evaluation.questions import QuestionSet, SetArticle
from rag.index.store import Store
from rag.ingest.passages import embedding_text, split_passages
from rag.language.sentences import split_sentences
from rag.models.encoder import Encoder
from rag.records import Article, Passage, Span
from rag.settings import Settings

COLLECTIONS = {"cranfield": "dev", "cisi": "dev", "cacm": "test", "npl": "test", "scifact_validation": "test"}
"""Folder under ``eval/`` and split: what was chosen while looking at it counts as dev."""
DEPTH = 10
METRICS = ("ndcg@10", "recall@10", "mrr@10")
_STEP = 256


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection in a store.

    Attributes:
        texts: the articles and their judged questions.
        store: holds every article that has a text; the caller closes it.
        sources: the collection's own id of the article that holds a passage, by passage id.
    """

    texts: QuestionSet
    store: Store
    sources: Mapping[int, str]

    def articles(self, passage_ids: Iterable[int]) -> list[str]:
        """The articles of a ranking of passages, each at its best passage."""
        return list(dict.fromkeys(self.sources[passage_id] for passage_id in passage_ids))


def read_collection(data: Path, name: str, queries: int | None = None) -> QuestionSet:
    """A collection; only its first ``queries`` when that is given."""
    found = read_beir(data / "eval" / name)
    return found if queries is None else found.first(queries)


def open_collection(
    texts: QuestionSet,
    folder: Path,
    encoder: Encoder,
    settings: Settings,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Collection:
    """The collection in a new store in ``folder``, which must be empty or missing.

    Articles are cut as ``citespan add`` cuts them. An article without a text is its title; one without either is left
    out, since nothing can find it.
    """
    articles = [article_of(one) for one in texts.articles if (one.text or one.title).strip()]
    store = Store(folder, settings.index)
    try:
        cut = [passages_of(article, encoder, settings) for article in articles]
        spans = [(article, one) for article, passages in zip(articles, cut, strict=True) for one in passages]
        vectors = encoder.encode([embedding_text(article.title, one.span.of(article.text)) for article, one in spans])
        first = 0
        for number, (article, passages) in enumerate(zip(articles, cut, strict=True)):
            if number % _STEP == 0:
                progress(number, len(articles))
            store.put(article, passages, np.ascontiguousarray(vectors[first : first + len(passages)]))
            first += len(passages)
        sources = {
            passage.passage_id: article.source
            for article in articles
            for passage in store.passages_of(article.article_id)
        }
    except BaseException:
        store.close()
        raise
    return Collection(texts, store, sources)


def article_of(one: SetArticle) -> Article:
    """An article of a collection; its name after a form feed, outside every passage, keeps equal texts apart."""
    text = f"{one.text if one.text.strip() else one.title}\f{one.source}"
    return Article(article_id_of(text), one.title, one.source, f"/collection/{one.source}", text)


def passages_of(article: Article, encoder: Encoder, settings: Settings) -> list[Passage]:
    """The article's passages; the whole text where no sentence is found."""
    ingest = settings.ingest
    text, _, _ = article.text.rpartition("\f")
    sentences = split_sentences(text)
    cut = split_passages(article, sentences, encoder.count_tokens, ingest.passage_tokens, ingest.overlap_sentences)
    whole = Passage(article.article_id, 0, len(text), (Span(0, len(text)),))
    return cut or [whole]


def reciprocal_ranks(rankings: Sequence[Sequence[int]], constant: int = 60) -> list[int]:
    """Reciprocal-rank fusion (Cormack, Clarke and Büttcher 2009, with their constant); ties by the smaller id."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, identity in enumerate(ranking, start=1):
            scores[identity] = scores.get(identity, 0.0) + 1.0 / (constant + rank)
    return sorted(scores, key=lambda identity: (-scores[identity], identity))


def score_rankings(texts: QuestionSet, rankings: Sequence[Sequence[str]]) -> dict[str, list[float]]:
    """Each metric of each question, from the first ten articles of its ranking."""
    scores: dict[str, list[float]] = {metric: [] for metric in METRICS}
    for question, ranking in zip(texts, rankings, strict=True):
        relevant = question.relevant or {}
        gains = [float(relevant.get(source, 0)) for source in ranking[:DEPTH]]
        ideal = [float(grade) for grade in relevant.values()]
        scores["ndcg@10"].append(ndcg_at(gains, DEPTH, ideal))
        scores["recall@10"].append(recall_at(gains, DEPTH, sum(grade > 0 for grade in ideal)))
        scores["mrr@10"].append(reciprocal_rank(gains))
    return scores
