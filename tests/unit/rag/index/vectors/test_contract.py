"""What every vector index must do, against brute force over the same vectors."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.vectors import ENGINES, VectorEngine
from rag.index.vectors.protocol import Ids, VectorIndex, Vectors
from rag.settings import IndexSettings

DIMENSION = 3
STRUCTURES = {
    "exact": IndexSettings(exact_up_to=1000),
    "graph": IndexSettings(exact_up_to=0),
    "growing into a graph": IndexSettings(exact_up_to=8),
}
CASES = [
    pytest.param(engine, settings, id=f"{name}, {structure}")
    for name, engine in ENGINES.items()
    for structure, settings in STRUCTURES.items()
]
directions = st.tuples(*[st.integers(-2, 2)] * DIMENSION).filter(any)
batches = st.lists(st.tuples(st.integers(0, 40), directions), max_size=12, unique_by=lambda item: item[0])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), batches),
        st.tuples(st.just("remove"), st.lists(st.integers(0, 45), max_size=15)),
        st.just(("save", None)),
    ),
    max_size=8,
)


def unit(direction: tuple[int, ...]) -> Vectors:
    vector = np.array(direction, dtype=np.float64)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def brute_force(vectors: dict[int, Vectors], query: Vectors, k: int, allowed: Ids | None) -> list[tuple[int, float]]:
    usable = sorted(number for number in vectors if allowed is None or number in allowed)
    scores = {number: float((vectors[number].astype(np.float64) * query.astype(np.float64)).sum()) for number in usable}
    return sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))[:k]


def saved_and_loaded(engine: VectorEngine, index: VectorIndex, settings: IndexSettings) -> VectorIndex:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "index"
        index.save(file)
        return engine.load(file, settings)


@pytest.mark.parametrize(("engine", "settings"), CASES)
@given(
    steps=steps,
    query=directions,
    k=st.integers(0, 15),
    allowed=st.none() | st.lists(st.integers(0, 45), unique=True).map(sorted),
)
def test_it_finds_what_brute_force_finds(
    engine: VectorEngine, settings: IndexSettings, steps: list[Any], query: Any, k: int, allowed: list[int] | None
) -> None:
    index = engine.create(DIMENSION, settings)
    expected: dict[int, Vectors] = {}
    limit = None if allowed is None else np.array(allowed, dtype=np.int64)
    for action, value in steps:
        if action == "add":
            new = {number: unit(direction) for number, direction in value if number not in expected}
            vectors = np.array(list(new.values()), dtype=np.float32).reshape(-1, DIMENSION)
            index.add(np.array(list(new), dtype=np.int64), vectors)
            expected |= new
        elif action == "remove":
            index.remove(np.array(value, dtype=np.int64))
            expected = {number: vector for number, vector in expected.items() if number not in value}
        else:
            index = saved_and_loaded(engine, index, settings)
        assert len(index) == len(expected)
        assert index.dimension == DIMENSION
        assert list(index.search(unit(query), k, limit)) == brute_force(expected, unit(query), k, limit)


@pytest.mark.parametrize(("engine", "settings"), CASES)
def test_an_empty_index_finds_nothing(engine: VectorEngine, settings: IndexSettings) -> None:
    index = engine.create(DIMENSION, settings)
    assert list(index.search(unit((1, 0, 0)), 5)) == []
    assert list(saved_and_loaded(engine, index, settings).search(unit((1, 0, 0)), 5)) == []


@pytest.mark.parametrize(("engine", "settings"), CASES)
def test_a_vector_of_another_length_is_refused(engine: VectorEngine, settings: IndexSettings) -> None:
    index = engine.create(DIMENSION, settings)
    index.add(np.array([1]), unit((1, 0, 0))[np.newaxis])
    with pytest.raises(ValueError, match=r"float32\[3\]"):
        index.search(np.ones(4, dtype=np.float32), 5)
    with pytest.raises(ValueError, match=r"float32\[1, 3\]"):
        index.add(np.array([2]), np.ones((1, 4), dtype=np.float32))


@pytest.mark.parametrize(("engine", "settings"), CASES)
def test_a_file_that_is_no_index_is_refused(engine: VectorEngine, settings: IndexSettings, tmp_path: Path) -> None:
    file = tmp_path / "index"
    file.write_bytes(b"not an index at all")
    with pytest.raises(ValueError, match="not a"):
        engine.load(file, settings)
