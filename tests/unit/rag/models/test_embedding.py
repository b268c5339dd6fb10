"""Vectors of the fused pass and of other models against what sentence-transformers computes."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

from rag.models.embedding import embedding_of, is_pooled_bert
from rag.models.encoder import load_sentence_transformer, packaged_encoder_folder
from rag.settings import RetrieveSettings
from tests.unit.training import tiny

TEXTS = [
    "When did the bridge reopen?",
    "é 🎉",
    "",
    "Mill Bridge reopened on 14 March 2024. " * 3,
    "The river rose by two metres in a night. " * 60,
]


@pytest.fixture
def packaged() -> SentenceTransformer:
    return load_sentence_transformer(packaged_encoder_folder(), RetrieveSettings())


def vectors_of(model: SentenceTransformer, bfloat16: bool) -> torch.Tensor:
    embed = embedding_of(model, bfloat16)
    with torch.inference_mode():
        return torch.nn.functional.normalize(embed(TEXTS).float(), dim=-1)


def expected_of(model: SentenceTransformer) -> torch.Tensor:
    return torch.from_numpy(model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False))


def test_the_packaged_encoder_takes_the_fused_pass(packaged: SentenceTransformer) -> None:
    assert is_pooled_bert(packaged)


def test_float32_gives_the_vectors_of_sentence_transformers(packaged: SentenceTransformer) -> None:
    expected = expected_of(packaged)
    torch.testing.assert_close(vectors_of(packaged, bfloat16=False), expected, atol=1e-5, rtol=0)


def test_bfloat16_stays_close(packaged: SentenceTransformer) -> None:
    expected = expected_of(packaged)
    assert float((vectors_of(packaged, bfloat16=True) * expected).sum(dim=1).min()) > 0.999


@pytest.mark.parametrize("pooling", ["cls", "max", ("mean", "max")])
def test_other_models_run_as_they_are(pooling: str | tuple[str, ...], tmp_path: Path) -> None:
    first = Transformer(str(tiny.save_encoder(tmp_path)))
    model = SentenceTransformer(modules=[first, Pooling(16, pooling), Normalize()], device="cpu").eval()
    assert not is_pooled_bert(model)
    expected = expected_of(model)
    torch.testing.assert_close(vectors_of(model, bfloat16=False), expected, atol=1e-5, rtol=0)
