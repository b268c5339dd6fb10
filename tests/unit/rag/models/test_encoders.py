"""Vectors of the engine and of other models against what sentence-transformers computes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

from rag.errors import ModelError
from rag.models.batches import batches
from rag.models.bert_encoder import BertEncoder, pooled_bert
from rag.models.encoder import Vectors, load_encoder
from rag.models.folders import packaged_encoder_folder
from rag.models.torch_encoder import SentenceTransformerEncoder
from rag.settings import RetrieveSettings
from tests.unit.training import tiny

TEXTS = [
    "When did the bridge reopen?",
    "é 🎉",
    "",
    "Mill Bridge reopened on 14 March 2024. " * 3,
    "The river rose by two metres in a night. " * 60,
]


def expected_of(folder: Path) -> Vectors:
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return np.asarray(model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False))


def saved(folder: Path, pooling: str | tuple[str, ...] = "mean", normalised: bool = True) -> Path:
    first = Transformer(str(tiny.save_encoder(folder / "bert")))
    modules = [first, Pooling(16, pooling), *([Normalize()] if normalised else [])]
    model = SentenceTransformer(modules=modules, device="cpu")
    model.max_seq_length = 48
    model.save(str(folder / "model"), create_model_card=False)
    return folder / "model"


def encoder_of(folder: Path) -> BertEncoder | SentenceTransformerEncoder:
    encoder = load_encoder(RetrieveSettings(encoder=str(folder), precision="float32", batch_size=2))
    assert isinstance(encoder, BertEncoder | SentenceTransformerEncoder)
    return encoder


def test_the_packaged_encoder_runs_on_the_engine() -> None:
    folder = packaged_encoder_folder()
    encoder = encoder_of(folder)
    assert isinstance(encoder, BertEncoder)
    np.testing.assert_allclose(encoder.encode(TEXTS), expected_of(folder), atol=1e-5)


@pytest.mark.parametrize("normalised", [True, False])
def test_any_mean_pooled_bert_runs_on_the_engine(normalised: bool, tmp_path: Path) -> None:
    folder = saved(tmp_path, normalised=normalised)
    encoder = encoder_of(folder)
    assert isinstance(encoder, BertEncoder)
    assert (encoder.max_tokens, encoder.dimension) == (48, 16)
    np.testing.assert_allclose(encoder.encode(TEXTS), expected_of(folder), atol=1e-5)


@pytest.mark.parametrize("pooling", ["cls", "max", ("mean", "max")])
def test_other_models_run_as_they_are(pooling: str | tuple[str, ...], tmp_path: Path) -> None:
    folder = saved(tmp_path, pooling)
    encoder = encoder_of(folder)
    assert isinstance(encoder, SentenceTransformerEncoder)
    np.testing.assert_allclose(encoder.encode(TEXTS), expected_of(folder), atol=1e-5)
    assert encoder.encode([]).shape == (0, encoder.dimension)
    assert encoder.count_tokens(["ada lives in oslo"]) == [4]


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("sentence_bert_config.json", {"do_lower_case": True}),
        ("config_sentence_transformers.json", {"default_prompt_name": "query"}),
        ("config.json", {"hidden_act": "relu"}),
    ],
)
def test_what_the_engine_would_pass_over_is_left_to_sentence_transformers(
    file: str, change: dict[str, object], tmp_path: Path
) -> None:
    folder = saved(tmp_path)
    assert pooled_bert(folder) is not None
    content = json.loads((folder / file).read_text())
    (folder / file).write_text(json.dumps({**content, **change}))
    assert pooled_bert(folder) is None


def test_no_folder_of_other_files_is_one(tmp_path: Path) -> None:
    assert pooled_bert(tmp_path) is None
    (tmp_path / "modules.json").write_text("[]")
    assert pooled_bert(tmp_path) is None


def test_a_model_that_lacks_a_tensor_is_refused(tmp_path: Path) -> None:
    folder = saved(tmp_path)
    shutil.copy(tiny.save_reader(tmp_path / "reader") / "config.json", folder / "config.json")
    content = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**content, "num_hidden_layers": 3}))
    with pytest.raises(ModelError, match=r"weights lack 'encoder\.layer\.2"):
        encoder_of(folder)


def test_batches_take_the_longest_first_and_every_text_once() -> None:
    assert list(batches([3, 9, 3, 7, 1], 2)) == [[1, 3], [0, 2], [4]]
    assert list(batches([], 2)) == []
