"""Any sequence of puts, updates, removals, reopenings and accidents, against a dictionary in memory."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from rag.index.snapshot import PassageText
from rag.index.store import Store
from rag.index.words import WordIndex
from tests.unit.rag.index.samples import DIMENSION, WORDS, Sample, located, make_sample, open_store, unit_vectors

PATHS = [f"/articles/{number}.txt" for number in range(4)]
Located = list[tuple[str, int, float]]
seeds = st.integers(0, 9)


class StoreMachine(RuleBasedStateMachine):
    """The store must always be what the dictionary is."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "store"
        self.older = self.folder / "older"
        self.samples: dict[str, Sample] = {}
        """What is stored, by id."""
        self.paths: dict[str, str] = {}
        """Which article each file holds."""
        self.said: list[str] = []

    @initialize(exact_up_to=st.sampled_from([0, 15, 1000]))
    def start(self, exact_up_to: int) -> None:
        self.exact_up_to = exact_up_to
        self.store = self.open()
        self.other: Store | None = None

    def open(self) -> Store:
        return open_store(self.path, self.said, self.exact_up_to)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            if self.other:
                self.other.close()
        shutil.rmtree(self.folder)

    @rule(seed=seeds, path=st.sampled_from(PATHS), sentences=st.integers(0, 5))
    def put(self, seed: int, path: str, sentences: int) -> None:
        sample = make_sample(seed, sentences=sentences, path=path)
        self.store.put(*sample)
        self.take_path(path, sample.article.article_id)
        self.samples[sample.article.article_id] = sample

    @rule(number=st.integers(0, 3), path=st.sampled_from(PATHS), author=st.sampled_from(["A", "B"]))
    def put_metadata(self, number: int, path: str, author: str) -> None:
        if not self.samples:
            return
        article_id = list(self.samples)[number % len(self.samples)]
        article = dataclasses.replace(self.samples[article_id].article, author=author, path=path)
        self.store.put_metadata(dataclasses.replace(article, source=Path(path).name))
        self.take_path(path, article_id)
        self.samples[article_id] = self.samples[article_id]._replace(
            article=dataclasses.replace(article, source=Path(path).name)
        )

    @rule(number=st.integers(0, 3), path=st.sampled_from(PATHS), gone=st.lists(st.sampled_from(PATHS), max_size=3))
    def attach_path(self, number: int, path: str, gone: list[str]) -> None:
        if not self.samples:
            return
        article_id = list(self.samples)[number % len(self.samples)]
        summary = self.store.attach_path(article_id, path, gone)
        self.take_path(path, article_id)
        for other in set(gone) - {path}:
            if self.paths.get(other) == article_id:
                del self.paths[other]
        self.promote(article_id)
        assert summary.path == self.samples[article_id].article.path

    def take_path(self, path: str, article_id: str) -> None:
        """Let the file at ``path`` hold this article; what it held before goes, unless another file holds it."""
        before = self.paths.get(path)
        self.paths[path] = article_id
        if before is not None and before != article_id:
            self.promote(before)

    def promote(self, article_id: str) -> None:
        """Give an article whose own path is another's now the first of those that it still has."""
        staying = sorted(path for path, holder in self.paths.items() if holder == article_id)
        if not staying:
            del self.samples[article_id]
        elif (sample := self.samples[article_id]).article.path not in staying:
            article = dataclasses.replace(sample.article, path=staying[0], source=Path(staying[0]).name)
            self.samples[article_id] = sample._replace(article=article)

    @rule(number=st.integers(0, 3))
    def remove(self, number: int) -> None:
        if not self.samples:
            return
        article_id = list(self.samples)[number % len(self.samples)]
        article = self.samples.pop(article_id).article
        self.paths = {path: holder for path, holder in self.paths.items() if holder != article_id}
        assert self.store.remove(article_id).path == article.path

    @rule()
    def save_caches(self) -> None:
        self.store.save_caches()

    @rule()
    def rebuild(self) -> None:
        self.store.rebuild()

    @rule()
    def open_a_second_time(self) -> None:
        if self.other is None:
            self.other = self.open()
        self.store, self.other = self.other, self.store

    @rule()
    def crash(self) -> None:
        """Leave without saving anything, as a killed process does; the old process's files stay."""
        self.store._catalog.close()
        self.store = self.open()

    @rule()
    def reopen(self) -> None:
        before = self.answers(self.store)
        self.store.close()
        self.store = self.open()
        assert self.answers(self.store) == before

    @rule()
    def keep_the_caches(self) -> None:
        if not self.older.exists():
            shutil.copytree(self.path, self.older)

    @rule(name=st.sampled_from(["words", "vectors"]))
    def bring_back_older_caches(self, name: str) -> None:
        before = self.answers(self.store)
        self.store.close()
        if (self.older / f"{name}.json").exists():
            shutil.copy(self.older / f"{name}.json", self.path)
            for saved in self.older.glob(f"{name}-*"):
                shutil.copytree(saved, self.path / saved.name, dirs_exist_ok=True)
        self.store = self.open()
        assert self.answers(self.store) == before

    @rule(
        where=st.floats(0, 1, exclude_max=True),
        number=st.integers(0, 60),
        action=st.sampled_from(["flip", "truncate", "delete"]),
    )
    def damage_a_cache_file(self, where: float, number: int, action: str) -> None:
        before = self.answers(self.store)
        self.store.close()
        folders = [self.path, *self.path.glob("words-*"), *self.path.glob("vectors-*")]
        caches = [file for folder in folders for file in folder.iterdir() if "catalog" not in file.name]
        files = sorted(file for file in caches if file.is_file())
        if files:
            damage(files[number % len(files)], where, action)
        self.store = self.open()
        assert self.answers(self.store) == before

    def answers(self, store: Store) -> tuple[Located, Located]:
        words = store.search_words(" ".join(WORDS[:5]) + " the", 100)
        vectors = store.search_vectors(unit_vectors(99, 1)[0], 100)
        assert set(store.fetch([number for number, _ in words + vectors])) == set(dict(words + vectors))
        return located(store, words), located(store, vectors)

    @invariant()
    def articles_agree(self) -> None:
        if not hasattr(self, "store"):
            return
        assert {summary.article_id: summary.path for summary in self.store.articles()} == {
            article_id: sample.article.path for article_id, sample in self.samples.items()
        }
        for path in PATHS:
            summary = self.store.find_by_path(path)
            assert (summary and summary.article_id) == self.paths.get(path)
        for sample in self.samples.values():
            assert self.store.article(sample.article.article_id) == sample.article
            stored = self.store.passages_of(sample.article.article_id)
            assert [dataclasses.replace(passage, passage_id=0) for passage in stored] == list(sample.passages)
            rows = self.store.vectors([passage.passage_id for passage in stored])
            assert np.array_equal(rows[:, :DIMENSION], sample.embeddings[:, : rows.shape[1]])

    @invariant()
    def searches_agree(self) -> None:
        if not hasattr(self, "store"):
            return
        words, vectors = self.answers(self.store)
        assert sorted(vectors) == sorted(self.expected_vectors())
        assert [score for _, _, score in vectors] == sorted((score for _, _, score in vectors), reverse=True)
        found = {(article, start): score for article, start, score in words}
        expected = self.expected_words()
        assert set(found) == set(expected)
        assert all(abs(found[place] - expected[place]) < 1e-3 for place in found)

    def expected_vectors(self) -> Located:
        query = unit_vectors(99, 1)[0].astype(np.float64)
        return [
            (sample.article.article_id, passage.start, round(float((vector.astype(np.float64) * query).sum()), 5))
            for sample in self.samples.values()
            for passage, vector in zip(sample.passages, sample.embeddings, strict=True)
        ]

    def expected_words(self) -> dict[tuple[str, int], float]:
        """What an index that is built from the dictionary finds."""
        index, places = WordIndex(), []
        texts = []
        for sample in self.samples.values():
            for passage in sample.passages:
                places.append((sample.article.article_id, passage.start))
                texts.append(PassageText(len(places), sample.article.title, passage.span.of(sample.article.text)))
        index.add(texts)
        hits = index.search(" ".join(WORDS[:5]) + " the", 100)
        return {places[number - 1]: score for number, score in hits}


def damage(file: Path, where: float, action: str) -> None:
    content = bytearray(file.read_bytes())
    file.unlink()  # a new file: an open store may hold a link to this one
    if action == "flip" and content:
        content[int(where * len(content))] ^= 1 << int(where * 1000) % 8
    elif action == "truncate":
        del content[int(where * len(content)) :]
    if action != "delete":
        file.write_bytes(content)


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(max_examples=20, stateful_step_count=15)
