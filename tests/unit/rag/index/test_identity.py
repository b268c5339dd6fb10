from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import StoreMismatchError
from rag.index.identity import StoreIdentity, require_same

STORED = StoreIdentity("minilm", "abc", 384, 200, 1)


@pytest.mark.parametrize("wanted", [STORED, replace(STORED, encoder="/elsewhere/minilm")])
def test_the_same_weights_and_passages_agree(wanted: StoreIdentity) -> None:
    require_same(STORED, wanted, Path("store"))


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (replace(STORED, encoder="e5", fingerprint="x"), "'minilm' instead of 'e5'.*CITESPAN_RETRIEVE__ENCODER=minilm"),
        (replace(STORED, fingerprint="x"), "other weights of the encoder 'minilm'. Use the encoder it was made with"),
        (replace(STORED, dimension=5), "other weights"),
        (replace(STORED, passage_tokens=99), "200 tokens instead of 99.*CITESPAN_INGEST__PASSAGE_TOKENS=200"),
        (replace(STORED, overlap_sentences=3), "overlap of 1.*instead of 3.*CITESPAN_INGEST__OVERLAP_SENTENCES=1"),
    ],
)
def test_each_difference_names_what_mends_it(wanted: StoreIdentity, message: str) -> None:
    with pytest.raises(StoreMismatchError, match=message) as caught:
        require_same(STORED, wanted, Path("store"))
    assert str(caught.value).startswith("store: this store was made with")
    assert "citespan add --store DIR PATH" in str(caught.value)


def test_all_differences_are_listed() -> None:
    wanted = StoreIdentity("e5", "x", 768, 100, 0)
    with pytest.raises(StoreMismatchError) as caught:
        require_same(STORED, wanted, Path("store"))
    for part in ("ENCODER=minilm", "PASSAGE_TOKENS=200", "OVERLAP_SENTENCES=1"):
        assert part in str(caught.value)
