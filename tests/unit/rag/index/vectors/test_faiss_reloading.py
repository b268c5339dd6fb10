from __future__ import annotations

from pathlib import Path

import numpy as np

from rag.index.vectors.faiss import FaissVectors


def test_an_index_is_loaded_changed_and_saved_many_times(tmp_path: Path) -> None:
    """Ownership handed from one FAISS object to another broke the module's types after a few rounds."""
    vectors = np.eye(8, dtype=np.float32)
    index = FaissVectors(8, exact_up_to=100)
    for number in range(8):
        index.add(np.array([number + 1]), vectors[number : number + 1])
        path = tmp_path / f"{number}"
        index.save(path)
        index = FaissVectors.load(path, exact_up_to=100)
        if number % 3 == 2:
            index.remove(np.array([number]))
        found = index.search(vectors[number], 1)
        assert found == [(number + 1, 1.0)]
    assert len(index) == 6
