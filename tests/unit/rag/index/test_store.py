from __future__ import annotations

import dataclasses
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.article_ids import article_id_of
from rag.errors import (
    ArticleNotFoundError,
    FileError,
    FilterError,
    StoreError,
    StoreMismatchError,
)
from rag.index.store import CATALOG_FILE, Store, StoreIdentity
from rag.records import Filters, Passage, Span
from rag.settings import IndexSettings
from tests.unit.rag.index.samples import DIMENSION, located, make_sample, open_store, unit_vectors

IDENTITY = StoreIdentity("minilm", "abc", DIMENSION, 200, 1)


def test_an_empty_store_finds_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path / "new" / "store") as store:
        assert store.search_words("river", 5) == []
        assert store.search_vectors(unit_vectors(1, 1)[0], 5) == []
        assert store.articles() == []
        assert store.fetch([1, 2]) == {}
        assert store.vectors([]).shape == (0, 0)
        assert store.count_passages() == 0
        assert store.generation == 0
        assert store.identity is None
        assert store.document_frequencies(["river"]) == [0]


def test_an_article_comes_back_as_it_was_put(tmp_path: Path) -> None:
    sample = make_sample(3)
    with open_store(tmp_path) as store:
        store.put(*sample)
    with open_store(tmp_path) as store:
        assert store.article(sample.article.article_id) == sample.article
        stored = store.passages_of(sample.article.article_id)
        assert [dataclasses.replace(passage, passage_id=0) for passage in stored] == list(sample.passages)
        ids = [passage.passage_id for passage in stored]
        assert np.array_equal(store.vectors(ids), sample.embeddings)
        assert store.fetch(ids) == {passage.passage_id: (passage, sample.article) for passage in stored}
        (summary,) = store.articles()
        assert (summary.words, summary.passages) == (len(sample.article.text.split()), 4)
        assert summary.added.endswith("+00:00")
        assert store.find(sample.article.article_id) == store.find_by_path(sample.article.path) == summary


def test_characters_of_every_sort_keep_their_offsets(tmp_path: Path) -> None:
    text = "\ufeff“é” e\u0301\u00a0\r\n🙂👨‍👩‍👧 שלום \x00 end"
    sample = make_sample(1)
    article = dataclasses.replace(sample.article, article_id=article_id_of(text), text=text, boilerplate=(), pages=())
    spans = [Span(start, start + 1) for start in range(len(text))]
    passages = [Passage(article.article_id, span.start, span.end, (span,)) for span in spans]
    with open_store(tmp_path) as store:
        store.put(article, passages, unit_vectors(1, len(passages)))
        assert store.article(article.article_id).text == text
        found = store.fetch([passage.passage_id for passage in store.passages_of(article.article_id)])
        assert [passage.span.of(other.text) for passage, other in found.values()] == list(text)


def test_fetch_keeps_the_order_and_leaves_removed_passages_out(tmp_path: Path) -> None:
    first, second = make_sample(1), make_sample(2)
    with open_store(tmp_path) as store:
        store.put(*first)
        store.put(*second)
        store.remove(first.article.article_id)
        assert list(store.fetch([7, 3, 5, 99])) == [7, 5]
        vectors = store.vectors([7, 3, 5])
        assert np.array_equal(vectors[[0, 2]], second.embeddings[[2, 0]])
        assert not vectors[1].any()


def test_more_ids_than_one_statement_takes(tmp_path: Path) -> None:
    sample = make_sample(1, sentences=1200)
    with open_store(tmp_path) as store:
        store.put(*sample)
        ids = np.arange(1, 1201)
        assert list(store.fetch(ids)) == list(range(1, 1201))
        assert np.array_equal(store.vectors(ids), sample.embeddings)


def test_the_article_at_the_same_path_is_replaced(tmp_path: Path) -> None:
    old, new = make_sample(1, path="/a.txt"), make_sample(2, path="/a.txt")
    said: list[str] = []
    with open_store(tmp_path, said) as store:
        store.put(*old)
        assert len(store.search_vectors(old.embeddings[0], 9)) == 4
        store.put(*new)
        assert [summary.article_id for summary in store.articles()] == [new.article.article_id]
        with pytest.raises(ArticleNotFoundError):
            store.article(old.article.article_id)
        assert {article for article, _, _ in located(store, store.search_vectors(old.embeddings[0], 9))} == {
            new.article.article_id
        }
    assert said == []  # the indexes were brought up to date, not found to be wrong and rebuilt


def test_the_article_with_the_same_text_is_replaced(tmp_path: Path) -> None:
    sample, moved = make_sample(1, path="/a.txt"), make_sample(1, path="/b.txt")
    with open_store(tmp_path) as store:
        store.put(*sample)
        store.put(*moved)
        assert [summary.path for summary in store.articles()] == ["/b.txt"]
        assert store.find_by_path("/a.txt") == store.find_by_path("/b.txt")
        assert store.count_passages() == 4


def test_numbers_of_removed_passages_are_never_given_again(tmp_path: Path) -> None:
    sample = make_sample(1)
    with open_store(tmp_path) as store:
        store.put(*sample)
        assert store.remove(sample.article.article_id).article_id == sample.article.article_id
    with open_store(tmp_path) as store:
        store.put(*sample)
        assert [passage.passage_id for passage in store.passages_of(sample.article.article_id)] == [5, 6, 7, 8]


def test_a_removed_article_is_gone(tmp_path: Path) -> None:
    sample, other = make_sample(1), make_sample(2)
    with open_store(tmp_path) as store:
        store.put(*sample)
        store.put(*other)
        assert located(store, store.search_vectors(sample.embeddings[0], 1))[0][0] == sample.article.article_id
        store.remove(sample.article.article_id)
        assert sample.article.article_id not in str(located(store, store.search_words(sample.article.text, 50)))
        assert sample.article.article_id not in str(located(store, store.search_vectors(sample.embeddings[0], 50)))
        assert store.find(sample.article.article_id) is None
        for call in (store.remove, store.article, store.passages_of):
            with pytest.raises(ArticleNotFoundError, match="citespan articles"):
                call(sample.article.article_id)


def test_metadata_changes_alone_keep_passages_and_embeddings(tmp_path: Path) -> None:
    sample = make_sample(1)
    changed = dataclasses.replace(sample.article, author="A. Writer", published="2025-01-01", path="/elsewhere.txt")
    with open_store(tmp_path) as store:
        store.put(*sample)
        before = store.search_vectors(sample.embeddings[0], 9)
        store.put_metadata(changed)
        assert store.article(changed.article_id) == changed
        assert store.search_vectors(sample.embeddings[0], 9) == before
        assert store.generation == 2
        with pytest.raises(ValueError, match=r"put\(\)"):
            store.put_metadata(dataclasses.replace(changed, title="Another"))
        with pytest.raises(ArticleNotFoundError):
            store.put_metadata(make_sample(2).article)


def test_metadata_may_take_over_the_path_of_another_article(tmp_path: Path) -> None:
    kept, dropped = make_sample(1), make_sample(2)
    with open_store(tmp_path) as store:
        store.put(*kept)
        store.put(*dropped)
        assert len(store.search_words("the", 50)) == 8
        store.put_metadata(dataclasses.replace(kept.article, path=dropped.article.path))
        assert [summary.article_id for summary in store.articles()] == [kept.article.article_id]
        assert {hit[0] for hit in located(store, store.search_vectors(dropped.embeddings[0], 9))} == {
            kept.article.article_id
        }


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"passages": [Passage("x", 0, 2)]}, "belongs to article"),
        ({"end": 10_000}, "outside the article"),
        ({"sentence": Span(0, 1)}, "outside it"),
        ({"embeddings": unit_vectors(1, 3)}, "expected float32"),
        ({"embeddings": unit_vectors(1, 4).astype(np.float64)}, "float64"),
        ({"embeddings": np.full((4, DIMENSION), np.nan, dtype=np.float32)}, "not finite"),
        ({"embeddings": np.zeros((4, 0), dtype=np.float32)}, "expected float32"),
        ({"boilerplate": (Span(0, 9999),)}, "boilerplate"),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path: Path, change: dict[str, Any], problem: str) -> None:
    article, passages, embeddings, _ = make_sample(1)
    article = dataclasses.replace(article, boilerplate=change.get("boilerplate", article.boilerplate))
    first = dataclasses.replace(passages[0], end=change.get("end", passages[0].end))
    if "sentence" in change:
        first = dataclasses.replace(first, sentences=(change["sentence"],))
    with open_store(tmp_path) as store:
        with pytest.raises(ValueError, match=problem):
            store.put(article, change.get("passages", (first, *passages[1:])), change.get("embeddings", embeddings))
        assert store.articles() == []
        assert store.generation == 0


def test_embeddings_of_another_length_are_refused(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.put(*make_sample(1))
        with pytest.raises(StoreMismatchError, match="8 numbers, but the encoder gives 5"):
            store.put(*make_sample(2, dimension=5))
        with pytest.raises(StoreMismatchError, match="make a new store"):
            store.search_vectors(unit_vectors(1, 1, 5)[0], 3)
        assert store.count_passages() == 4


def test_names_that_are_not_unicode_are_refused_without_harm(tmp_path: Path) -> None:
    sample = make_sample(1)
    with open_store(tmp_path) as store:
        with pytest.raises(FileError, match="not valid Unicode"):
            store.put(dataclasses.replace(sample.article, path="/caf\udce9.txt"), *sample[1:])
        assert store.articles() == []


def test_an_article_without_passages_is_stored(tmp_path: Path) -> None:
    sample = make_sample(1, sentences=0)
    with open_store(tmp_path) as store:
        store.put(*sample)
        assert store.passages_of(sample.article.article_id) == []
        assert store.search_words("river", 5) == []
        store.put(*make_sample(2))
        assert len(store.search_vectors(unit_vectors(2, 1)[0], 9)) == 4


def test_what_made_the_store_is_recorded_once(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.require(IDENTITY)
        store.put(*make_sample(1))
    with open_store(tmp_path) as store:
        assert store.identity == IDENTITY
        store.require(IDENTITY)
        store.require(dataclasses.replace(IDENTITY, encoder="/copy/of/minilm"))
        for change in ({"encoder": "e5", "fingerprint": "x"}, {"passage_tokens": 99}, {"overlap_sentences": 0}):
            with pytest.raises(StoreMismatchError, match="citespan add --store"):
                store.require(dataclasses.replace(IDENTITY, **change))  # type: ignore[arg-type]
        assert store.identity == IDENTITY


def test_a_store_without_passages_takes_another_encoder(tmp_path: Path) -> None:
    sample = make_sample(1)
    with open_store(tmp_path) as store:
        store.require(IDENTITY)
        with pytest.raises(StoreMismatchError, match="8 numbers"):
            store.put(*make_sample(1, dimension=5))
        store.put(*sample)
        assert store.search_vectors(sample.embeddings[0], 1)
        store.remove(sample.article.article_id)
        other = StoreIdentity("tiny", "def", 5, 200, 1)
        store.require(other)
        assert store.identity == other
        shorter = make_sample(1, dimension=5)
        store.put(*shorter)
        assert store.search_vectors(shorter.embeddings[2], 1)[0][1] == pytest.approx(1)


def test_filters_become_the_ids_of_passages(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for seed in (1, 2, 3):
            store.put(*make_sample(seed))
        assert store.allowed(Filters()) is None
        limited = store.allowed(Filters(sources=("2.TXT",)))
        assert limited is not None
        assert limited.tolist() == [5, 6, 7, 8]
        assert {number for number, _ in store.search_words("the 1 2 3 river mayor vote", 50, limited)} <= {5, 6, 7, 8}
        assert {number for number, _ in store.search_vectors(unit_vectors(1, 1)[0], 50, limited)} == {5, 6, 7, 8}
        nothing = store.allowed(Filters(published_from="2030-01-01"))
        assert nothing is not None
        assert store.search_words("river", 5, nothing) == []
        assert store.search_vectors(unit_vectors(1, 1)[0], 5, nothing) == []
        with pytest.raises(FilterError):
            store.allowed(Filters(article_ids=("nope",)))


def test_opening_what_is_not_there_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=f"{tmp_path / 'none'}.*citespan add"):
        Store(tmp_path / "none", IndexSettings(), create=False)
    assert not (tmp_path / "none").exists()
    with pytest.raises(StoreError, match="citespan add"):
        Store(tmp_path, IndexSettings(), create=False)
    assert list(tmp_path.iterdir()) == []


def test_opening_an_existing_store_needs_no_create(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    Store(tmp_path, IndexSettings(), create=False).close()


@pytest.mark.parametrize("name", ["file", "file/below", "nul\x00byte"])
def test_a_path_that_cannot_be_a_folder_is_said_to_be_so(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="--store DIR"):
        Store(tmp_path / name, IndexSettings())


def test_a_folder_that_cannot_be_made_is_said_to_be_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreError, match="cannot be used \\(Permission denied\\)"):
        Store(tmp_path / "new", IndexSettings())


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.articles()


def test_threads_share_a_store(tmp_path: Path) -> None:
    samples = [make_sample(seed) for seed in range(24)]
    problems: list[BaseException] = []

    def work(store: Store, mine: list[Any]) -> None:
        try:
            for sample in mine:
                store.put(*sample)
                best = store.search_vectors(sample.embeddings[1], 1)
                assert located(store, best)[0][:2] == (sample.article.article_id, sample.passages[1].start)
                assert store.search_words(sample.article.title, 3)
        except BaseException as error:
            problems.append(error)

    with open_store(tmp_path) as store:
        threads = [threading.Thread(target=work, args=(store, samples[start::4])) for start in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert problems == []
        assert store.count_passages() == 96
        assert len(store.search_vectors(unit_vectors(1, 1)[0], 200)) == 96


def test_another_open_store_sees_every_change(tmp_path: Path) -> None:
    sample, other = make_sample(1), make_sample(2)
    said: list[str] = []
    with open_store(tmp_path, said) as writer, open_store(tmp_path, said) as reader:
        writer.put(*sample)
        assert located(reader, reader.search_vectors(sample.embeddings[0], 1))[0][0] == sample.article.article_id
        writer.put(*other)
        writer.remove(sample.article.article_id)
        for search in (reader.search_words(sample.article.text, 50), reader.search_vectors(sample.embeddings[0], 50)):
            assert {article for article, _, _ in located(reader, search)} == {other.article.article_id}
            assert len(search) == 4
        writer.save_caches()
        writer.put(*sample)
        assert len(reader.search_vectors(sample.embeddings[0], 50)) == 8
    assert said == []


def test_the_catalog_file_has_the_name_that_is_documented(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    readme = (Path(__file__).parents[4] / "vectorstore" / "README.md").read_text(encoding="utf-8")
    for file in [CATALOG_FILE, *(path.name for path in tmp_path.iterdir() if path.suffix == ".json")]:
        assert file in readme


def test_paths_that_no_file_holds_take_their_articles_along(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        first, second = make_sample(1, path="/mail.mbox#1"), make_sample(2, path="/mail.mbox#2")
        store.put(*first)
        store.put(*second)
        store.put(*make_sample(3, path="/mail.mbox2"))
        store.attach_path(first.article.article_id, "/letter.txt")
        assert store.paths_within("/mail.mbox") == ["/mail.mbox#1", "/mail.mbox#2"]
        generation = store.generation
        assert store.drop_paths(["/mail.mbox#1", "/mail.mbox#2", "/unknown"]) == [second.article.article_id]
        assert store.generation == generation + 1
        assert [summary.path for summary in store.articles()] == ["/letter.txt", "/mail.mbox2"]
        assert store.paths_within("/mail.mbox") == []


@pytest.mark.skipif(os.name != "posix", reason="modes of folders are POSIX's")
def test_a_new_store_is_its_owners_alone_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    Store(tmp_path / "new", IndexSettings()).close()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    (tmp_path / "old").mkdir(mode=0o750)
    Store(tmp_path / "old", IndexSettings()).close()
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o750
