from __future__ import annotations

import dataclasses
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from rag.errors import ArticleNotFoundError, CollectionError, FilterError
from rag.index.catalog_collections import LONGEST_NAME, collection_key, collection_name
from rag.index.store import Store
from rag.records import Filters
from tests.unit.rag.index.samples import make_sample, open_store

ONE, TWO, THREE = (make_sample(seed) for seed in (1, 2, 3))
IDS = [sample.article.article_id for sample in (ONE, TWO, THREE)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        for sample in (ONE, TWO, THREE):
            opened.put(*sample)
        yield opened


def inside(store: Store) -> dict[str, tuple[str, ...]]:
    """The collections of every article, by its id."""
    return {article.article_id: article.collections for article in store.articles()}


def listed(store: Store) -> list[tuple[str, int]]:
    return [(collection.name, collection.articles) for collection in store.collections()]


def test_an_article_may_be_in_several_collections(store: Store) -> None:
    store.create_collection("treaties")
    store.create_collection("Bridges")
    assert store.put_in_collection(IDS[:2], "treaties") == 2
    assert store.put_in_collection([IDS[1], IDS[1]], "Bridges") == 1
    assert listed(store) == [("Bridges", 1), ("treaties", 2)]
    assert inside(store) == {IDS[0]: ("treaties",), IDS[1]: ("Bridges", "treaties"), IDS[2]: ()}
    found = store.find(IDS[1])
    assert found is not None
    assert found.collections == ("Bridges", "treaties")


def test_putting_twice_and_taking_out_what_is_not_in_it_change_nothing(store: Store) -> None:
    store.create_collection("x")
    assert [store.put_in_collection(IDS[:2], "x"), store.put_in_collection(IDS[1:], "x")] == [2, 1]
    assert [store.take_out([IDS[0], "unknown"], "x"), store.take_out(IDS, "x"), store.take_out(IDS, "x")] == [1, 2, 0]
    assert listed(store) == [("x", 0)]
    assert len(store.articles()) == 3


def test_an_unknown_article_keeps_all_out(store: Store) -> None:
    store.create_collection("x")
    with pytest.raises(ArticleNotFoundError):
        store.put_in_collection([IDS[0], "unknown"], "x")
    assert listed(store) == [("x", 0)]


def test_renaming_keeps_the_articles_and_deleting_keeps_them_in_the_store(store: Store) -> None:
    store.create_collection("old")
    store.put_in_collection(IDS, "OLD")
    assert store.rename_collection("Old", "New").name == "New"
    assert store.rename_collection("new", "NEW").articles == 3
    assert inside(store)[IDS[0]] == ("NEW",)
    assert store.delete_collection("new").articles == 3
    assert store.collections() == []
    assert inside(store) == dict.fromkeys(IDS, ())


def test_removing_an_article_removes_its_membership(store: Store) -> None:
    store.create_collection("x")
    store.put_in_collection(IDS, "x")
    store.remove(IDS[0])
    assert listed(store) == [("x", 2)]
    store.put(*ONE)
    assert inside(store)[IDS[0]] == ()


def test_an_updated_article_stays_in_its_collections(store: Store) -> None:
    store.create_collection("x")
    store.create_collection("y")
    store.put_in_collection([IDS[0]], "x")
    store.put_in_collection([IDS[1]], "y")
    changed = make_sample(9, path=ONE.article.path)
    store.put(*changed)
    assert inside(store)[changed.article.article_id] == ("x",)
    moved = make_sample(9, path=TWO.article.path)
    store.put(*moved)
    assert inside(store)[changed.article.article_id] == ("x", "y")
    store.put_metadata(dataclasses.replace(moved.article, author="Somebody"))
    assert inside(store)[changed.article.article_id] == ("x", "y")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Peace", "PEACE"),
        ("Straße", "STRASSE"),
        ("Café", "Cafe\u0301"),
        ("Peace talks", "  peace \u2003 talks\n"),
        ("Peace", "Pe\u200bace"),
        ("No 1", "No １"),
        ("fi", "ﬁ"),
    ],
)
def test_names_that_look_alike_are_one_name(store: Store, first: str, second: str) -> None:
    store.create_collection(first)
    with pytest.raises(CollectionError, match="already"):
        store.create_collection(second)
    assert store.put_in_collection(IDS, second) == 3
    assert [one.name for one in store.collections()] == [first]
    assert len(store.articles(Filters(collections=(second,)))) == 3
    store.create_collection("Other")
    with pytest.raises(CollectionError, match="already"):
        store.rename_collection("Other", second)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("\u200b\u200d", "empty"),
        ("x" * (LONGEST_NAME + 1), "at most 80"),
        ("a\x00b", r"U\+0000"),
        ("a\x1b[31m", r"U\+001B"),
        ("a\u202eb", r"U\+202E"),
        ("a\ud800", r"U\+D800"),
    ],
)
def test_a_name_that_cannot_be_shown_is_refused(store: Store, name: str, message: str) -> None:
    store.create_collection("x")
    with pytest.raises(CollectionError, match=message):
        store.create_collection(name)
    with pytest.raises(CollectionError, match=message):
        store.rename_collection("x", name)
    assert listed(store) == [("x", 0)]


@pytest.mark.parametrize("name", ["' OR 1=1 --", "<b>x</b>", "نص عربي", "👩‍👩‍👧", "a/b\\c", "100 %"])
def test_any_other_name_is_kept_as_it_is(store: Store, name: str) -> None:
    assert store.create_collection(name).name == name
    assert store.delete_collection(name).name == name


@given(st.text(max_size=100))
def test_a_kept_name_is_one_line_and_found_again(name: str) -> None:
    try:
        kept = collection_name(name)
    except CollectionError:
        return
    assert kept == collection_name(kept)
    assert collection_key(kept) == collection_key(name) == collection_key(collection_key(name))
    assert unicodedata.is_normalized("NFC", kept)
    assert kept.isprintable() or any(unicodedata.category(one) in ("Cf", "Co", "Cn", "Zs") for one in kept)


@pytest.mark.parametrize(
    "action",
    [
        lambda store: store.rename_collection("x", "y"),
        lambda store: store.delete_collection("x"),
        lambda store: store.put_in_collection(IDS, "x"),
        lambda store: store.take_out(IDS, "x"),
    ],
    ids=["rename", "delete", "put", "take out"],
)
def test_a_collection_that_does_not_exist_is_an_error(store: Store, action: Callable[[Store], object]) -> None:
    with pytest.raises(CollectionError, match=r"no collection is named 'x'.*citespan collections"):
        action(store)


def test_collections_filter_articles_and_passages(store: Store) -> None:
    store.create_collection("x")
    store.create_collection("empty")
    store.put_in_collection(IDS[:2], "x")
    assert [one.article_id for one in store.articles(Filters(collections=("X",)))] == IDS[:2]
    assert [one.article_id for one in store.articles(Filters(collections=("x", "empty"), article_ids=IDS[1:]))] == [
        IDS[1]
    ]
    allowed = store.allowed(Filters(collections=("x",)))
    assert allowed is not None
    assert set(allowed) == {one.passage_id for name in IDS[:2] for one in store.passages_of(name)}
    nothing = store.allowed(Filters(collections=("empty",)))
    assert nothing is not None
    assert len(nothing) == 0
    with pytest.raises(FilterError, match=r"no collection is named 'y', 'z'.*citespan collections"):
        store.allowed(Filters(collections=("x", "y", "z")))


def test_collections_are_there_after_reopening_and_leave_the_caches_alone(store: Store, tmp_path: Path) -> None:
    generation = store.generation
    store.create_collection("x")
    store.put_in_collection(IDS, "x")
    assert store.generation == generation
    with open_store(tmp_path) as again:
        assert again.collections() == store.collections()
        assert inside(again) == inside(store)


NAMES = ["Peace", "peace", "PEACE", "Gaza", "gaza"]


class CollectionMachine(RuleBasedStateMachine):
    """Whatever is done, the store's collections are what a dictionary says."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.expected: dict[str, set[int]] = {}
        self.stored: set[int] = set()

    @initialize()
    def start(self) -> None:
        self.store = open_store(Path(self.folder.name))

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
        self.folder.cleanup()

    def article_id(self, seed: int) -> str:
        return make_sample(seed, sentences=1).article.article_id

    @rule(seed=st.integers(0, 3))
    def put_article(self, seed: int) -> None:
        self.store.put(*make_sample(seed, sentences=1))
        self.stored.add(seed)

    @rule(seed=st.integers(0, 3))
    def remove_article(self, seed: int) -> None:
        if seed in self.stored:
            self.store.remove(self.article_id(seed))
            self.stored.discard(seed)
            for inside in self.expected.values():
                inside.discard(seed)

    @rule(name=st.sampled_from(NAMES))
    def create(self, name: str) -> None:
        if name.casefold() in self.expected:
            with pytest.raises(CollectionError):
                self.store.create_collection(name)
        else:
            self.store.create_collection(name)
            self.expected[name.casefold()] = set()

    @rule(name=st.sampled_from(NAMES), new_name=st.sampled_from(NAMES))
    def rename(self, name: str, new_name: str) -> None:
        old, new = name.casefold(), new_name.casefold()
        if old not in self.expected or (new in self.expected and new != old):
            with pytest.raises(CollectionError):
                self.store.rename_collection(name, new_name)
        else:
            self.store.rename_collection(name, new_name)
            self.expected[new] = self.expected.pop(old)

    @rule(name=st.sampled_from(NAMES))
    def delete(self, name: str) -> None:
        if name.casefold() in self.expected:
            assert self.store.delete_collection(name).articles == len(self.expected.pop(name.casefold()))

    @rule(name=st.sampled_from(NAMES), seeds=st.sets(st.integers(0, 3)))
    def put_in(self, name: str, seeds: set[int]) -> None:
        if name.casefold() not in self.expected:
            return
        inside = self.expected[name.casefold()]
        if seeds <= self.stored:
            assert self.store.put_in_collection(map(self.article_id, sorted(seeds)), name) == len(seeds - inside)
            inside |= seeds
        else:
            with pytest.raises(ArticleNotFoundError):
                self.store.put_in_collection(map(self.article_id, sorted(seeds)), name)

    @rule(name=st.sampled_from(NAMES), seeds=st.sets(st.integers(0, 3)))
    def take_out(self, name: str, seeds: set[int]) -> None:
        if name.casefold() in self.expected:
            inside = self.expected[name.casefold()]
            assert self.store.take_out(map(self.article_id, sorted(seeds)), name) == len(seeds & inside)
            inside -= seeds

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = open_store(Path(self.folder.name))

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "store"):
            return
        found = {one.name.casefold(): one.articles for one in self.store.collections()}
        assert found == {name: len(inside) for name, inside in self.expected.items()}
        for article in self.store.articles():
            seed = next(seed for seed in self.stored if self.article_id(seed) == article.article_id)
            held = {name for name, inside in self.expected.items() if seed in inside}
            assert {name.casefold() for name in article.collections} == held
        for name, inside in self.expected.items():
            assert {one.article_id for one in self.store.articles(Filters(collections=(name,)))} == set(
                map(self.article_id, inside)
            )


TestCollectionMachine = CollectionMachine.TestCase
TestCollectionMachine.settings = settings(max_examples=25, stateful_step_count=20)
