"""Nearest neighbours with FAISS in the process: exact up to a size, an HNSW graph above it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import faiss as faiss_module
import numpy as np

from rag.index.vectors.protocol import Ids, Vectors

faiss: Any = faiss_module  # the types that it ships know only a part of it

LINKS = 32
"""Neighbours of a vector in the graph (M of Malkov and Yashunin, arXiv:1603.09320)."""
BUILD_BREADTH = 80
"""Candidates looked at when a vector joins the graph (efConstruction)."""
SEARCH_BREADTH = 128
"""Candidates looked at by a search (efSearch), or twice ``k`` when that is more."""
DEAD_SHARE = 0.2
"""Share of removed vectors in the graph above which it is built again."""
_BLOCK = 1 << 20
_DEAD = -1
_NOISE = 1e-5
"""More than the difference between FAISS's float32 inner product and the exact one of two unit vectors."""


class FaissVectors:
    """A VectorIndex in memory. Up to ``exact_up_to`` vectors, and for every search with ``allowed``, it is exact.

    The scores are inner products in float64, so that they do not depend on how FAISS groups its sums. Not safe to
    share between threads while it changes.
    """

    def __init__(self, dimension: int, exact_up_to: int) -> None:
        self._dimension = dimension
        self._exact_up_to = exact_up_to
        self._own(faiss.IndexIDMap(faiss.IndexFlatIP(dimension)))
        self._ids: Ids = np.empty(0, dtype=np.int64)

    @classmethod
    def load(cls, path: Path, exact_up_to: int) -> FaissVectors:
        """What ``save`` wrote to ``path``, an ``IndexIDMap`` file.

        The file must be known to be whole (a checksum): FAISS itself trusts what it reads.

        Raises:
            ValueError: the file is not an index that this class writes.
            OSError: it cannot be read.
        """
        try:
            with path.open("rb") as stream:
                mapped = faiss.read_index(faiss.PyCallbackIOReader(stream.read, _BLOCK))
        except RuntimeError as error:
            raise ValueError(f"{path}: not a FAISS index ({error})") from error
        inner = faiss.downcast_index(mapped.index) if isinstance(mapped, faiss.IndexIDMap) else None
        if not isinstance(inner, faiss.IndexFlatIP | faiss.IndexHNSWFlat):
            raise ValueError(f"{path}: not an index of this version")
        index = cls(inner.d, exact_up_to)
        index._ids = faiss.vector_to_array(mapped.id_map)
        index._own(mapped)
        index._choose_structure()
        return index

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return self._dimension

    @property
    def is_exact(self) -> bool:
        """Whether searches compare every vector rather than follow the graph."""
        return isinstance(self._index, faiss.IndexFlatIP)

    def __len__(self) -> int:
        return int(np.count_nonzero(self._ids != _DEAD))

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add ``float32[n, dimension]`` under ``int64[n]`` ids that are not in the index yet.

        Raises:
            ValueError: an id is there already or twice, or the shapes do not agree.
        """
        if vectors.shape != (len(ids), self._dimension):
            raise ValueError(f"expected float32[{len(ids)}, {self._dimension}], got {vectors.shape}")
        if len(np.unique(ids)) != len(ids) or np.isin(ids, self._ids).any() or (ids < 0).any():
            raise ValueError("ids must be new, distinct and not negative")
        ids = ids.astype(np.int64)
        if self.is_exact and len(self) + len(ids) > self._exact_up_to:
            # Straight into the graph: adding to the exact index first would only copy the vectors once more.
            self._rebuild(np.concatenate([self._rows(), vectors]), np.concatenate([self._ids, ids]))
            return
        with _threads(os.cpu_count() or 1):
            self._mapped.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)
        self._ids = np.concatenate([self._ids, ids])

    def remove(self, ids: Ids) -> None:
        """Forget these ids; ids that are not in the index are ignored."""
        gone = np.isin(self._ids, ids) & (self._ids != _DEAD)
        if not gone.any():
            return
        self._ids = np.where(gone, _DEAD, self._ids)
        dead = self._ids == _DEAD
        if self.is_exact or len(self) <= self._exact_up_to or dead.mean() > DEAD_SHARE:
            self._compact()

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> list[tuple[int, float]]:
        """The at most ``k`` nearest (id, inner product), best first; ties by smaller id.

        Args:
            vector: ``float32[dimension]``, L2-normalised.
            allowed: when given, only these ids may be returned.

        Raises:
            ValueError: the vector has another length.
        """
        if vector.shape != (self._dimension,):
            raise ValueError(f"expected float32[{self._dimension}], got {vector.shape}")
        usable = self._ids != _DEAD
        if allowed is not None:
            usable &= np.isin(self._ids, allowed)
        available = int(np.count_nonzero(usable))
        if k <= 0 or not available:
            return []
        query = np.ascontiguousarray(vector, dtype=np.float32)
        is_graph_search = not self.is_exact and allowed is None
        target = self._index if self.is_exact or is_graph_search else self._storage
        limit = k + 8
        while True:
            limit = min(limit, available)
            rows, scores = _nearest(target, query, limit, None if usable.all() else usable, is_graph_search)
            # Vectors as near as the last one may be missing: look further, until the k-th stands clear of them. A
            # graph finds no more by being asked again.
            if is_graph_search or limit == available or scores[-1] < scores[k - 1] - 2 * _NOISE:
                return self._ranked(rows, query)[:k]
            limit *= 4

    def save(self, path: Path) -> None:
        """Write the index to ``path`` (a file that does not exist yet).

        Raises:
            OSError: the disk is full or cannot be written.
        """
        faiss.copy_array_to_vector(self._ids, self._mapped.id_map)
        # FAISS's own file writer does not notice when the last block finds the disk full.
        with path.open("wb") as stream:
            faiss.write_index(self._mapped, faiss.PyCallbackIOWriter(stream.write, _BLOCK))

    @property
    def _storage(self) -> Any:
        """The exact index that holds the vectors."""
        return self._index if self.is_exact else faiss.downcast_index(self._index.storage)

    def _rows(self) -> Vectors:
        """``float32[rows, dimension]``: a view of the vectors in the order of their rows, dead ones included."""
        storage = self._storage
        if not storage.ntotal:
            return np.empty((0, self._dimension), dtype=np.float32)
        flat: Vectors = faiss.rev_swig_ptr(storage.get_xb(), storage.ntotal * self._dimension)
        return flat.reshape(storage.ntotal, self._dimension)

    def _ranked(self, rows: Ids, query: Vectors) -> list[tuple[int, float]]:
        products = (self._rows()[rows].astype(np.float64) * query.astype(np.float64)).sum(axis=1)
        ids = self._ids[rows]
        order = np.lexsort((ids, -products))
        return list(zip(ids[order].tolist(), products[order].tolist(), strict=True))

    def _choose_structure(self) -> None:
        """Build the structure that the number of vectors calls for, when it is another one."""
        if self.is_exact != (len(self) <= self._exact_up_to):
            self._compact()

    def _compact(self) -> None:
        """Build the index again from the vectors that were not removed."""
        alive = self._ids != _DEAD
        self._rebuild(self._rows()[alive], self._ids[alive])

    def _rebuild(self, vectors: Vectors, ids: Ids) -> None:
        """Replace the index by one of the structure that so many vectors call for."""
        if len(ids) <= self._exact_up_to:
            index = faiss.IndexFlatIP(self._dimension)
        else:
            index = faiss.IndexHNSWFlat(self._dimension, LINKS, faiss.METRIC_INNER_PRODUCT)
            index.hnsw.efConstruction = BUILD_BREADTH
        mapped = faiss.IndexIDMap(index)
        with _threads(os.cpu_count() or 1):
            mapped.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)
        self._own(mapped)
        self._ids = ids

    def _own(self, mapped: Any) -> None:
        """Take ``mapped``, an ``IndexIDMap``, as the index: searches go to what it wraps, by rows, and ``_ids`` says
        which passage a row is.

        Whatever made an object of FAISS's keeps it, and ``_index`` is only a view: handing one over in Python
        (``inner.this.own(True)``, ``mapped.index = inner``) unloads the faiss module after a few calls, or leaks the
        vectors (faiss-cpu 1.15.1).
        """
        self._mapped = mapped
        self._index: Any = faiss.downcast_index(mapped.index)


def _nearest(index: Any, query: Vectors, limit: int, usable: Any, is_graph_search: bool) -> tuple[Ids, Vectors]:
    """Rows and float32 inner products of the ``limit`` nearest ``usable`` (``bool[rows]``, None for all) rows."""
    parameters = faiss.SearchParametersHNSW() if is_graph_search else faiss.SearchParameters()
    if is_graph_search:
        parameters.efSearch = max(SEARCH_BREADTH, 2 * limit)
    if usable is not None:
        bits = np.packbits(usable, bitorder="little")
        selector = faiss.IDSelectorBitmap(bits)
        parameters.sel = selector
    with _threads(1):
        scores, rows = index.search(query[np.newaxis], limit, params=parameters)
    is_found = rows[0] >= 0
    return rows[0][is_found], scores[0][is_found]


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """Let FAISS use ``count`` threads here; the number belongs to OpenMP, so whoever else uses it gets it back."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(count)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
