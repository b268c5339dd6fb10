"""The encoder on OpenVINO: the same space as on torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.index.identity import StoreIdentity, require_same
from rag.models import encoder_openvino
from rag.models.encoder import Encoder, load_encoder
from rag.models.encoder_openvino import OpenVinoEncoder
from rag.settings import RetrieveSettings

TEXTS = [
    "When did the bridge reopen?",
    "",
    "  Mill Bridge reopened on 14 March 2024,\nafter two years of repairs.\t",
    "A long text about rivers, towns and the people who live there. " * 40,
    "é 🎉 中文 ﬁne",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("converted")


@pytest.fixture(scope="module")
def fast(folder: Path) -> Encoder:
    return load_encoder(RetrieveSettings(runtime="openvino", batch_size=2), converted=folder)


@pytest.fixture(scope="module")
def reference() -> Encoder:
    return load_encoder(RetrieveSettings(precision="float32"))


def test_vectors_lie_beside_those_of_torch(fast: Encoder, reference: Encoder) -> None:
    assert isinstance(fast, OpenVinoEncoder)
    vectors = fast.encode(TEXTS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert (vectors * reference.encode(TEXTS)).sum(axis=1).min() > 0.999


def test_a_text_has_its_vector_whatever_it_is_embedded_with(fast: Encoder) -> None:
    together = fast.encode(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert float(fast.encode([text])[0] @ vector) > 0.9999


def test_a_store_takes_one_for_the_other(fast: Encoder, reference: Encoder) -> None:
    stored, wanted = (
        StoreIdentity(one.name, one.fingerprint, one.dimension, passage_tokens=200, overlap_sentences=1)
        for one in (reference, fast)
    )
    require_same(stored, wanted, Path("store"))


def test_tokens_are_counted_alike(fast: Encoder, reference: Encoder) -> None:
    assert fast.max_tokens == reference.max_tokens
    assert fast.count_tokens(TEXTS) == reference.count_tokens(TEXTS)
    assert fast.count_tokens([]) == []
    assert fast.encode([]).shape == (0, fast.dimension)


def test_once_converted_the_original_is_not_loaded(
    fast: Encoder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise AssertionError("loaded again")

    monkeypatch.setattr(encoder_openvino, "load_sentence_transformer", fail)
    again = load_encoder(RetrieveSettings(runtime="openvino"), converted=folder)
    np.testing.assert_allclose(again.encode(TEXTS[:1]), fast.encode(TEXTS[:1]), atol=1e-6)
