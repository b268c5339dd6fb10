from __future__ import annotations

import resource
from pathlib import Path

import faiss
import numpy as np
import pytest

from rag.index.vectors.faiss import DEAD_SHARE, FaissVectors
from tests.unit.rag.index.samples import unit_vectors


def filled(count: int, exact_up_to: int, dimension: int = 16, seed: int = 1) -> FaissVectors:
    index = FaissVectors(dimension, exact_up_to)
    index.add(np.arange(count), unit_vectors(seed, count, dimension))
    return index


def test_the_graph_starts_above_the_threshold_and_ends_at_it() -> None:
    index = filled(20, exact_up_to=20)
    assert index.is_exact
    index.add(np.array([20]), unit_vectors(2, 1, 16))
    assert not index.is_exact
    index.remove(np.array([3]))
    assert index.is_exact
    assert len(index) == 20


def test_another_threshold_takes_effect_when_an_index_is_loaded(tmp_path: Path) -> None:
    index = filled(30, exact_up_to=100)
    index.save(tmp_path / "index")
    graph = FaissVectors.load(tmp_path / "index", exact_up_to=10)
    assert not graph.is_exact
    graph.save(tmp_path / "graph")
    exact = FaissVectors.load(tmp_path / "graph", exact_up_to=100)
    assert exact.is_exact
    query = unit_vectors(5, 1, 16)[0]
    assert index.search(query, 30) == graph.search(query, 30) == exact.search(query, 30)


def test_the_graph_finds_nearly_all_that_the_exact_index_finds() -> None:
    exact, graph = filled(3000, exact_up_to=10_000), filled(3000, exact_up_to=0)
    queries = unit_vectors(9, 50, 16)
    found = [{number for number, _ in graph.search(query, 10)} for query in queries]
    wanted = [{number for number, _ in exact.search(query, 10)} for query in queries]
    shared = sum(len(one & other) for one, other in zip(found, wanted, strict=True))
    assert shared / (10 * len(queries)) >= 0.95


def test_with_allowed_ids_the_graph_is_exact() -> None:
    exact, graph = filled(3000, exact_up_to=10_000), filled(3000, exact_up_to=0)
    allowed = np.arange(5, 3000, 97)
    for query in unit_vectors(9, 20, 16):
        everything = exact.search(query, 3000)
        best = [hit for hit in everything if hit[0] in allowed][:10]
        assert graph.search(query, 10, allowed) == exact.search(query, 10, allowed) == best


def test_the_graph_keeps_removed_vectors_out_and_is_built_again_when_they_are_many(tmp_path: Path) -> None:
    index = filled(200, exact_up_to=0)
    query = unit_vectors(1, 200, 16)[7]
    assert index.search(query, 1)[0][0] == 7
    index.remove(np.array([7]))
    assert 7 not in [number for number, _ in index.search(query, 199)]
    index.save(tmp_path / "index")
    loaded = FaissVectors.load(tmp_path / "index", exact_up_to=0)
    assert len(loaded) == 199
    assert 7 not in [number for number, _ in loaded.search(query, 199)]
    index.remove(np.arange(int(200 * DEAD_SHARE) + 8))
    assert index._index.ntotal == len(index) == 152
    assert min(number for number, _ in index.search(query, 152)) == 48


@pytest.mark.parametrize("k", [1, 5, 40])
def test_of_many_equal_vectors_the_smallest_ids_come_first(k: int) -> None:
    index = FaissVectors(4, 1000)
    same = np.tile(np.array([0, 0, 1, 0], dtype=np.float32), (300, 1))
    index.add(np.arange(300)[::-1].copy(), same)
    assert [number for number, _ in index.search(same[0], k)] == list(range(k))


@pytest.mark.parametrize("ids", [[1, 1], [0, 5], [-1, 6]])
def test_ids_must_be_new_and_distinct(ids: list[int]) -> None:
    index = filled(3, exact_up_to=100)
    with pytest.raises(ValueError, match="new, distinct"):
        index.add(np.array(ids), unit_vectors(2, 2, 16))
    assert len(index) == 3


def test_the_number_of_threads_is_given_back() -> None:
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(3)
    try:
        index = filled(30, exact_up_to=0)
        index.search(unit_vectors(2, 1, 16)[0], 3)
        assert faiss.omp_get_max_threads() == 3
    finally:
        faiss.omp_set_num_threads(before)


def test_an_index_of_another_sort_is_refused(tmp_path: Path) -> None:
    faiss.write_index(faiss.IndexFlatL2(4), str(tmp_path / "index"))
    with pytest.raises(ValueError, match="not an index of this version"):
        FaissVectors.load(tmp_path / "index", 10)


def test_saving_and_loading_free_what_they_take(tmp_path: Path) -> None:
    vectors = np.ones((2_000, 1_000), dtype=np.float32)  # 8 MB
    before = 0
    for round_number in range(24):
        index = FaissVectors(1_000, 10_000)
        index.add(np.arange(2_000), vectors)
        index.save(tmp_path / "index")
        FaissVectors.load(tmp_path / "index", 10_000).save(tmp_path / "again")
        if round_number == 3:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # kilobytes
    assert grown < 40_000
